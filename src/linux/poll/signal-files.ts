/** signalfd4(2): signals that are read. Each read takes from what is pending for whoever reads, as sigwaitinfo(2) does. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import { serviceInterface, WakeReason } from '../../contracts/service.ts';
import { NEVER, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { record } from '../../kernel/records.ts';
import { OpenFlag } from '../../services/files/interface.ts';
import { memory } from '../../services/memory/interface.ts';
import { PollEvent } from '../../services/pipes/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { opening } from '../calls/opening.ts';
import { CLOSE_ON_EXEC, fileOf } from '../descriptors.ts';
import { createOpenFile } from '../open-files.ts';
import { OpenKind } from '../records.ts';
import { isFault, OVERRUN_OFFSET, SignalCode, VALUE_OFFSET } from '../signals/information.ts';
import { refreshAttention } from '../signals/mask.ts';
import { SignalNumber } from '../signals/numbers.ts';
import { takePending } from '../signals/pending.ts';
import { UNBLOCKABLE_SIGNALS } from '../signals/sets.ts';
import { currentProcess, currentThread } from '../state.ts';
import { readProgram } from '../user-memory.ts';

/** The signals that are to be read. */
const SignalFile = record('SignalFile', { low: 'u32', high: 'u32' });

export const signalFiles = serviceInterface('linux', {
  /** Value: bytes, whole structures of 128. EAGAIN, EFAULT, EINVAL, ERESTART. */
  readSignals: { file: 'number', into: 'span', wait: 'number' },
});

/** struct signalfd_siginfo (linux/signalfd.h), and where a siginfo_t's parts go in it. */
const STRUCTURE_BYTES = 128;
const Field = {
  signal: 0,
  error: 4,
  code: 8,
  process: 12,
  user: 16,
  timer: 24,
  overrun: 32,
  status: 40,
  integer: 44,
  pointer: 48,
  userTime: 56,
  systemTime: 64,
  address: 72,
} as const;
/** Where the structure is put together in the scratch page, behind the siginfo_t. */
const STRUCTURE = 512;
const SENDER = 16;
const SENDER_USER = 20;
const CHILD_TIMES = 32;

/** What poll sees: its events, and the queue that is woken when a signal comes. */
export function pollSignals(k: Kernel, file: PhysicalAddress): { found: number; queue: PhysicalAddress } {
  const { low, high } = SignalFile.at(k.store, file);
  const process = currentProcess(k);
  const pending = [currentThread(k), process].some(
    (set) => (set.pendingLow & low) !== 0 || (set.pendingHigh & high) !== 0,
  );
  return { found: pending ? PollEvent.in | PollEvent.readNormal : 0, queue: process.signalled };
}

/** From the siginfo_t in the scratch page to the structure behind it. */
function translate(k: Kernel): void {
  const { scratch } = currentThread(k);
  const to = scratch + STRUCTURE;
  const copy = (field: number, from: number, words = 1) => {
    for (let word = 0; word < words; word++)
      k.memory.write32(to + field + word * 4, k.memory.read32(scratch + from + word * 4));
  };
  k.memory.clear(to, STRUCTURE_BYTES);
  copy(Field.signal, 0, 3);
  const signal = k.memory.read32(scratch);
  const code = k.memory.read32(scratch + 8) | 0;
  if (isFault(signal, code)) {
    copy(Field.address, SENDER, 2);
    return;
  }
  const isTimer = code === SignalCode.timer;
  copy(isTimer ? Field.timer : Field.process, SENDER);
  copy(isTimer ? Field.overrun : Field.user, isTimer ? OVERRUN_OFFSET : SENDER_USER);
  if (signal === SignalNumber.SIGCHLD && code > SignalCode.user && code < SignalCode.kernel) {
    copy(Field.status, VALUE_OFFSET);
    copy(Field.userTime, CHILD_TIMES, 4);
  } else if (code < SignalCode.user) {
    copy(Field.integer, VALUE_OFFSET);
    copy(Field.pointer, VALUE_OFFSET, 2);
  }
}

const read = operation(signalFiles.readSignals, ['moved'], {
  begin(k, f) {
    if (f.into.length < STRUCTURE_BYTES) return k.fail(ErrorNumber.EINVAL);
    return k.goto('take');
  },
  take(k, f) {
    if (f.into.length - f.moved < STRUCTURE_BYTES) return k.done(f.moved);
    const thread = currentThread(k);
    const process = currentProcess(k);
    const { scratch } = thread;
    // The place is made sure of before a signal is taken.
    if (k.toSpan(f.into, f.moved, scratch + STRUCTURE, STRUCTURE_BYTES) < STRUCTURE_BYTES) {
      const { space, start } = f.into;
      const request = { space, address: start + f.moved, length: STRUCTURE_BYTES, access: Access.write };
      return k.call(memory.supply, request, 'supplied');
    }
    const { low, high } = SignalFile.at(k.store, f.file);
    const signal = takePending(k, [thread, process], ~low, ~high, scratch);
    if (signal === 0) {
      if (f.moved > 0) return k.done(f.moved);
      return f.wait === 0 ? k.fail(ErrorNumber.EAGAIN) : k.wait([process.signalled], NEVER, 'woken');
    }
    refreshAttention(k, thread);
    translate(k);
    k.toSpan(f.into, f.moved, scratch + STRUCTURE, STRUCTURE_BYTES);
    f.moved += STRUCTURE_BYTES;
    return k.goto('take');
  },
  woken(k, _f, reply) {
    return reply.value === WakeReason.interrupted ? k.fail(ErrorNumber.ERESTART) : k.goto('take');
  },
  supplied(k, f, reply) {
    // It may lie on two pages, of which one is absent for good.
    if (reply.error === 0 && reply.value === STRUCTURE_BYTES) return k.goto('take');
    // The signal that does not find its place is lost, as on Linux.
    const thread = currentThread(k);
    const { low, high } = SignalFile.at(k.store, f.file);
    takePending(k, [thread, currentProcess(k)], ~low, ~high, thread.scratch);
    refreshAttention(k, thread);
    return f.moved > 0 ? k.done(f.moved) : k.fail(ErrorNumber.EFAULT);
  },
});

const FLAGS = OpenFlag.closeOnExec | OpenFlag.nonBlocking;
const SET_BYTES = 8;

function create(k: Kernel, flags: number): PhysicalAddress {
  const object = k.slab.allocate(k.domain, SignalFile.size);
  if (object === 0) return 0;
  const status = OpenFlag.readWrite | (flags & OpenFlag.nonBlocking);
  const file = createOpenFile(k, { kind: OpenKind.signals, node: 0, object, end: 0, flags: status });
  if (file === 0) k.slab.release(object);
  else setSignals(k, object);
  return file;
}

/** Takes the set in the scratch page over. */
function setSignals(k: Kernel, object: PhysicalAddress): void {
  const { scratch } = currentThread(k);
  const view = SignalFile.at(k.store, object);
  view.low = (k.memory.read32(scratch) & ~UNBLOCKABLE_SIGNALS) >>> 0;
  view.high = k.memory.read32(scratch + 4);
}

const signalfd4: SystemCall = systemCall({
  number: 74,
  name: 'signalfd4',
  arguments: { descriptor: 'descriptor', set: 'pointer', size: 'size', flags: 'flags' },
  support: 'full',
  steps: {
    begin(k, f) {
      if (f.size !== SET_BYTES) return k.fail(ErrorNumber.EINVAL);
      return readProgram(k, f.set, currentThread(k).scratch, SET_BYTES, 'read');
    },
    read(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      if ((f.flags & ~FLAGS) !== 0) return k.fail(ErrorNumber.EINVAL);
      return k.goto(f.descriptor === -1 ? 'make' : 'change');
    },
    make(k, f) {
      const file = create(k, f.flags);
      if (file === 0) return k.fail(ErrorNumber.ENOMEM);
      const mark = (f.flags & OpenFlag.closeOnExec) !== 0 ? CLOSE_ON_EXEC : 0;
      return k.call(opening.installFile, { file, flags: mark }, 'finish');
    },
    change(k, f) {
      const file = fileOf(k, f.descriptor);
      if (file === undefined || (file.flags & OpenFlag.path) !== 0) return k.fail(ErrorNumber.EBADF);
      if (file.kind !== OpenKind.signals) return k.fail(ErrorNumber.EINVAL);
      setSignals(k, file.object);
      k.wake(currentProcess(k).signalled);
      return k.done(f.descriptor);
    },
    finish(k, _f, reply) {
      return k.pass(reply);
    },
  },
});

export const signalFileOperations: readonly Operation[] = [read];
export const signalFileCalls: readonly SystemCall[] = [signalfd4];
