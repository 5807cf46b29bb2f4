/** fcntl(2): what is known of descriptors and descriptions, and changed. Record locks are in locks.ts. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { OpenFlag } from '../../services/files/interface.ts';
import { pipes } from '../../services/pipes/interface.ts';
import type { SystemCall } from '../call.ts';
import { CLOSE_ON_EXEC, flagsOf, type OpenFileView, setFlags } from '../descriptors.ts';
import { OpenKind } from '../records.ts';
import { currentProcess } from '../state.ts';
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

/** Commands that a descriptor answers which only names a file (O_PATH). */
const NAMED: ReadonlySet<number> = new Set([
  Command.duplicate,
  Command.duplicateCloseOnExec,
  Command.getDescriptorFlags,
  Command.setDescriptorFlags,
  Command.getFlags,
]);

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
  return (_k, { descriptor, argument }) =>
    // Numbers that are no int are beyond any limit.
    ask(duplicating.duplicate, { descriptor, least: argument % 2 ** 32, flags });
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
  [Command.setOwner]: (_k, { argument }, file) => {
    file.owner = argument | 0;
    return give();
  },
  [Command.getOwner]: (_k, _f, file) => give(file.owner),
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
