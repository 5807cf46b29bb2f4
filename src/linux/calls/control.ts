/** fcntl(2): what is known of descriptors and descriptions, and changed. Record locks are in locks.ts. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { serviceInterface } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { OpenFlag } from '../../services/files/interface.ts';
import { pipes } from '../../services/pipes/interface.ts';
import type { SystemCall } from '../call.ts';
import { CLOSE_ON_EXEC, flagsOf, type OpenFileView, openFileAt, setFlags } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { OpenKind } from '../records.ts';
import { currentProcess, currentThread } from '../state.ts';
import { duplicating } from './duplicating.ts';
import { locking } from './locks.ts';
import { type Answer, ask, give, onFile, refuse } from './shapes.ts';

/** Commands of fcntl(2) (asm-generic/fcntl.h, linux/fcntl.h). */
const Command = {
  duplicate: 0,
  getDescriptorFlags: 1,
  setDescriptorFlags: 2,
  getFlags: 3,
  setFlags: 4,
  getLock: 5,
  setLock: 6,
  setLockWait: 7,
  setOwner: 8,
  getOwner: 9,
  setSignal: 10,
  getSignal: 11,
  setOwnerStructure: 15,
  getOwnerStructure: 16,
  getOwnedLock: 36,
  setOwnedLock: 37,
  setOwnedLockWait: 38,
  getLease: 1025,
  duplicateCloseOnExec: 1030,
  setPipeSize: 1031,
  getPipeSize: 1032,
} as const;

/** Status flags that F_SETFL may change; FASYNC is one, though no signals are sent. */
const ASYNCHRONOUS = 0o20000;
const SETTABLE =
  OpenFlag.append | OpenFlag.nonBlocking | OpenFlag.direct | OpenFlag.noAccessTime | ASYNCHRONOUS;
const UNLOCKED = 2;
const A2 = 12;

/** Commands that a descriptor answers which only names a file (O_PATH). */
const NAMED: ReadonlySet<number> = new Set([
  Command.duplicate,
  Command.duplicateCloseOnExec,
  Command.getDescriptorFlags,
  Command.setDescriptorFlags,
  Command.getFlags,
]);

const owners = serviceInterface('linux', {
  /** F_SETOWN_EX and F_GETOWN_EX: a struct f_owner_ex of the program. The caller holds the description. */
  setOwner: { file: 'number', address: 'number' },
  tellOwner: { file: 'number', address: 'number' },
});

/** struct f_owner_ex: type and number, 32 bits each. Process groups are kept as negative numbers. */
const OWNER_BYTES = 8;
const OwnerType = { thread: 0, process: 1, group: 2 } as const;

const setOwner = operation(owners.setOwner, [], {
  begin(k, f) {
    const into = currentThread(k).scratch;
    return k.call(internal.readUser, { address: f.address, into, length: OWNER_BYTES }, 'read');
  },
  read(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const { scratch } = currentThread(k);
    const [type, id] = [k.memory.read32(scratch), k.memory.read32(scratch + 4) | 0];
    if (type > OwnerType.group) return k.fail(ErrorNumber.EINVAL);
    openFileAt(k, f.file).owner = type === OwnerType.group ? -id : id;
    return k.done();
  },
});

const tellOwner = operation(owners.tellOwner, [], {
  begin(k, f) {
    const { owner } = openFileAt(k, f.file);
    const from = currentThread(k).scratch;
    k.memory.write32(from, owner < 0 ? OwnerType.group : OwnerType.process);
    k.memory.write32(from + 4, Math.abs(owner));
    return k.call(internal.writeUser, { address: f.address, from, length: OWNER_BYTES }, 'finish');
  },
  finish(k, _f, reply) {
    return reply.error === 0 ? k.done() : k.fail(reply.error);
  },
});

export const controlOperations: readonly Operation[] = [setOwner, tellOwner];

interface Request {
  readonly descriptor: number;
  readonly command: number;
  readonly argument: number;
}

type Handler = (k: Kernel, f: Request, file: OpenFileView) => Answer;

function lock(get: boolean, owned: boolean, wait: boolean): Handler {
  const flags = { owned: owned ? 1 : 0, wait: wait ? 1 : 0 };
  return (_k, { argument }, file) =>
    get
      ? ask(locking.testLock, { file: file.address, structure: argument, owned: flags.owned })
      : ask(locking.setLock, { file: file.address, structure: argument, ...flags });
}

function duplicate(flags: number): Handler {
  return (_k, { descriptor, argument }) => ask(duplicating.duplicate, { descriptor, least: argument, flags });
}

const HANDLERS: { readonly [command: number]: Handler } = {
  [Command.duplicate]: duplicate(0),
  [Command.duplicateCloseOnExec]: duplicate(CLOSE_ON_EXEC),
  [Command.getDescriptorFlags]: (k, { descriptor }) =>
    give(flagsOf(k, currentProcess(k).descriptors, descriptor)),
  [Command.setDescriptorFlags]: (k, { descriptor, argument }) => {
    setFlags(k, currentProcess(k).descriptors, descriptor, argument % 2 === 1 ? CLOSE_ON_EXEC : 0);
    return give();
  },
  [Command.getFlags]: (_k, _f, file) => give(file.flags),
  [Command.setFlags]: (_k, { argument }, file) => {
    const wanted = (argument % 2 ** 32) & SETTABLE;
    file.flags = (file.flags & ~SETTABLE) | wanted;
    return give();
  },
  [Command.getLock]: lock(true, false, false),
  [Command.setLock]: lock(false, false, false),
  [Command.setLockWait]: lock(false, false, true),
  [Command.getOwnedLock]: lock(true, true, false),
  [Command.setOwnedLock]: lock(false, true, false),
  [Command.setOwnedLockWait]: lock(false, true, true),
  [Command.setOwner]: (k, _f, file) => {
    // Process groups are negative: the register's lower half is the number.
    file.owner = k.threads.context(k.thread).int(A2);
    return give();
  },
  [Command.getOwner]: (_k, _f, file) => give(file.owner),
  [Command.setOwnerStructure]: (_k, { argument: address }, file) =>
    ask(owners.setOwner, { file: file.address, address }),
  [Command.getOwnerStructure]: (_k, { argument: address }, file) =>
    ask(owners.tellOwner, { file: file.address, address }),
  [Command.setSignal]: (_k, { argument }) => (argument === 0 ? give() : refuse(ErrorNumber.EINVAL)),
  [Command.getSignal]: () => give(0),
  [Command.getLease]: () => give(UNLOCKED),
  [Command.getPipeSize]: (_k, _f, file) =>
    file.kind === OpenKind.pipe ? ask(pipes.figures, { pipe: file.object }) : refuse(ErrorNumber.EBADF),
  [Command.setPipeSize]: (_k, { argument }, file) =>
    file.kind === OpenKind.pipe
      ? ask(pipes.setCapacity, { pipe: file.object, capacity: argument % 2 ** 32 })
      : refuse(ErrorNumber.EBADF),
};

export const fcntl: SystemCall = onFile({
  number: 25,
  name: 'fcntl',
  arguments: { descriptor: 'descriptor', command: 'int', argument: 'size' },
  support: { partial: 'no leases, no directory notification, no signals on input; no seals' },
  named: true,
  act(k, f, file) {
    const handler = HANDLERS[f.command];
    if ((file.flags & OpenFlag.path) !== 0 && !NAMED.has(f.command)) return refuse(ErrorNumber.EBADF);
    return handler === undefined ? refuse(ErrorNumber.EINVAL) : handler(k, f, file);
  },
  after(_k, f, reply) {
    return f.command === Command.getPipeSize ? give(reply.second) : undefined;
  },
});
