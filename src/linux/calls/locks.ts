/**
 * Locks of files: fcntl's record locks, which belong to a descriptor table, those that belong to a description (OFD), and
 * flock's. The files service keeps them; closing drops them (src/linux/open-files.ts).
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, type Reply, serviceInterface } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { Attributes, LockFigures } from '../../services/files/attributes.ts';
import { files, OpenFlag } from '../../services/files/interface.ts';
import type { SystemCall } from '../call.ts';
import { openFileAt } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { Extra } from '../open-files.ts';
import { DescriptorTable } from '../records.ts';
import { currentProcess, currentThread, ownSpan } from '../state.ts';
import { read64, write64 } from './layouts.ts';
import { ask, onFile, refuse } from './shapes.ts';

/** The caller holds the description. `structure` is the program's struct flock; `owned` 1 for locks of the description. */
export const locking = serviceInterface('linux', {
  testLock: { file: 'number', structure: 'number', owned: 'number' },
  setLock: { file: 'number', structure: 'number', owned: 'number', wait: 'number' },
});

/** struct flock: l_type, l_whence (16 bits each), l_start, l_len, l_pid. */
const LOCK_BYTES = 32;
const START = 8;
const LENGTH = 16;
const PROCESS = 24;

const Kind = { read: 0, write: 1, unlock: 2 } as const;
const Whence = { start: 0, current: 1, end: 2 } as const;

interface LockFrame {
  readonly file: number;
  readonly structure: number;
  readonly owned: number;
  kind: number;
  start: number;
  length: number;
}

function begin(k: Kernel, f: LockFrame): OutcomeNumber {
  const into = currentThread(k).scratch;
  return k.call(internal.readUser, { address: f.structure, into, length: LOCK_BYTES }, 'read');
}

function read(k: Kernel, f: LockFrame, reply: Reply): OutcomeNumber {
  if (reply.error !== 0) return k.fail(reply.error);
  const { scratch, scratch2 } = currentThread(k);
  const file = openFileAt(k, f.file);
  f.kind = k.memory.u16[scratch >>> 1] as number;
  const whence = k.memory.u16[(scratch >>> 1) + 1] as number;
  f.start = read64(k, scratch + START);
  f.length = read64(k, scratch + LENGTH);
  if (f.kind > Kind.unlock || whence > Whence.end || file.node === 0) return k.fail(ErrorNumber.EINVAL);
  if (f.owned === 1 && k.memory.read32(scratch + PROCESS) !== 0) return k.fail(ErrorNumber.EINVAL);
  if (whence === Whence.current) f.start += file.offset;
  if (whence !== Whence.end) return k.goto('place');
  const into = ownSpan(scratch2, Attributes.size);
  return k.call(files.attributes, { node: file.node, into }, 'size');
}

function size(k: Kernel, f: LockFrame, reply: Reply): OutcomeNumber {
  if (reply.error !== 0) return k.fail(reply.error);
  f.start += Attributes.at(k.store, currentThread(k).scratch2).size;
  return k.goto('place');
}

/** A negative length is the bytes before the start. */
function straighten(f: LockFrame): number {
  if (f.length < 0) {
    f.start += f.length;
    f.length = -f.length;
  }
  if (f.start < 0) return ErrorNumber.EINVAL;
  return f.start + f.length > 2 ** 63 ? ErrorNumber.EOVERFLOW : 0;
}

function ownerOf(k: Kernel, f: LockFrame): PhysicalAddress {
  return f.owned === 1 ? f.file : currentProcess(k).descriptors;
}

const test = operation(locking.testLock, ['kind', 'start', 'length'], {
  begin,
  read,
  size,
  place(k, f) {
    const error = straighten(f);
    if (error !== 0 || f.kind === Kind.unlock) return k.fail(error || ErrorNumber.EINVAL);
    const { kind, start, length } = f;
    const { node } = openFileAt(k, f.file);
    const into = ownSpan(currentThread(k).scratch2, LockFigures.size);
    return k.call(files.testLock, { node, owner: ownerOf(k, f), kind, start, length, into }, 'tested');
  },
  tested(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const { scratch: from, scratch2 } = currentThread(k);
    if (reply.value === 0) k.memory.u16[from >>> 1] = Kind.unlock;
    else {
      const { kind, process, start, length } = LockFigures.at(k.store, scratch2);
      k.memory.u16[from >>> 1] = kind;
      k.memory.u16[(from >>> 1) + 1] = Whence.start;
      write64(k, from + START, start);
      write64(k, from + LENGTH, length);
      k.memory.write32(from + PROCESS, process);
    }
    return k.call(internal.writeUser, { address: f.structure, from, length: LOCK_BYTES }, 'finish');
  },
  finish(k, _f, reply) {
    return reply.error === 0 ? k.done() : k.fail(reply.error);
  },
});

/** May a description of this access mode be locked in this way? */
function mayLock(kind: number, flags: number): boolean {
  const mode = flags & OpenFlag.accessMask;
  if (kind === Kind.read) return mode === OpenFlag.readOnly || mode === OpenFlag.readWrite;
  return kind === Kind.unlock || mode === OpenFlag.writeOnly || mode === OpenFlag.readWrite;
}

/** Notes that closing has locks to look for. */
function noteLock(k: Kernel, f: LockFrame): void {
  if (f.owned === 1) openFileAt(k, f.file).extra |= Extra.recordLock;
  else DescriptorTable.at(k.store, currentProcess(k).descriptors).locks = 1;
}

const set = operation(locking.setLock, ['kind', 'start', 'length'], {
  begin,
  read,
  size,
  place(k, f) {
    const file = openFileAt(k, f.file);
    const error = straighten(f);
    if (error !== 0) return k.fail(error);
    if (!mayLock(f.kind, file.flags)) return k.fail(ErrorNumber.EBADF);
    if (f.kind !== Kind.unlock) noteLock(k, f);
    const { kind, start, length, wait } = f;
    const process = f.owned === 1 ? 0xffff_ffff : currentProcess(k).id;
    const lock = { node: file.node, owner: ownerOf(k, f), kind, start, length, wait, process, whole: 0 };
    return k.call(files.lock, lock, 'finish');
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

const Flock = { shared: 1, exclusive: 2, noWait: 4, unlock: 8 } as const;

function flockKind(operation: number): number {
  const kind = operation & ~Flock.noWait;
  if (kind === Flock.shared) return Kind.read;
  if (kind === Flock.exclusive) return Kind.write;
  return kind === Flock.unlock ? Kind.unlock : -1;
}

const flock = onFile({
  number: 32,
  name: 'flock',
  arguments: { descriptor: 'descriptor', operation: 'int' },
  check: (_k, { operation: wanted }) => (flockKind(wanted) < 0 ? ErrorNumber.EINVAL : 0),
  support: { partial: 'files with a name only' },
  act(k, f, file) {
    if (file.node === 0) return refuse(ErrorNumber.EINVAL);
    const kind = flockKind(f.operation);
    if (kind !== Kind.unlock) file.extra |= Extra.wholeLock;
    const wait = (f.operation & Flock.noWait) !== 0 ? 0 : 1;
    const { node, address: owner } = file;
    const process = currentProcess(k).id;
    return ask(files.lock, { node, owner, kind, start: 0, length: 0, wait, process, whole: 1 });
  },
});

export const lockOperations: readonly Operation[] = [test, set];
export const lockCalls: readonly SystemCall[] = [flock];
