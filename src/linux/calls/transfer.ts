/**
 * Reading and writing descriptors: read, write and their vectored and positioned kin, over whatever a description is open on.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type Span, SpanRight, serviceInterface } from '../../contracts/service.ts';
import { NEVER, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { files, OpenFlag } from '../../services/files/interface.ts';
import { MessageFlag } from '../../services/network/interface.ts';
import { pipes } from '../../services/pipes/interface.ts';
import { processes } from '../../services/processes/interface.ts';
import { TerminalUse, terminal } from '../../services/terminal/interface.ts';
import type { SystemCall } from '../call.ts';
import { type OpenFileView, openFileAt } from '../descriptors.ts';
import { devices } from '../devices.ts';
import { internal } from '../internal.ts';
import { events } from '../poll/events.ts';
import { signalFiles } from '../poll/signal-files.ts';
import { timerFiles } from '../poll/timer-files.ts';
import { OpenKind } from '../records.ts';
import { Resource } from '../resources.ts';
import { SignalNumber } from '../signals/numbers.ts';
import { sockets } from '../sockets/interface.ts';
import { currentProcess, currentThread, userSpan } from '../state.ts';
import { isOnTerminal, jobs } from './job-control.ts';
import { ask, onFile } from './shapes.ts';

export const transfers = serviceInterface('linux', {
  /**
   * The caller holds the description. Reads at `offset`, or at the description's own position when it is -1. Value: bytes.
   * `wait` 0 never waits; 1 is as the description's flags say.
   */
  readFile: { file: 'number', into: 'span', offset: 'number', wait: 'number' },
  writeFile: { file: 'number', from: 'span', offset: 'number' },
});

/** Bytes that one call moves at most, as in Linux (MAX_RW_COUNT). */
export const MOST_BYTES = 0x7fff_f000;

function mayWait(flags: number): number {
  return flags & OpenFlag.nonBlocking ? 0 : 1;
}

/** An access mode of 3 is good for ioctl(2) only. */
export function mayRead(flags: number): boolean {
  const mode = flags & OpenFlag.accessMask;
  return (flags & OpenFlag.path) === 0 && (mode === OpenFlag.readOnly || mode === OpenFlag.readWrite);
}

export function mayWrite(flags: number): boolean {
  const mode = flags & OpenFlag.accessMask;
  return (flags & OpenFlag.path) === 0 && (mode === OpenFlag.writeOnly || mode === OpenFlag.readWrite);
}

/** Kinds of descriptions that have positions. */
export function hasPosition(kind: number): boolean {
  return kind === OpenKind.node || kind === OpenKind.device || kind === OpenKind.directory;
}

/** Takes a description's offset for a call. False while another has it: processes that share one do not lose bytes. */
function takeTurn(file: OpenFileView): boolean {
  if (file.moving !== 0) return false;
  file.moving = 1;
  return true;
}

/** Moves the offset and gives it to whoever waits for it. */
function endTurn(k: Kernel, address: PhysicalAddress, distance: number): void {
  const file = openFileAt(k, address);
  file.moving = 0;
  if (distance !== 0) file.offset += distance;
  if (k.waiting.first(file.turn) !== 0) k.wake(file.turn, 1);
}

const readFile = operation(transfers.readFile, [], {
  begin(k, f) {
    const file = openFileAt(k, f.file);
    const { kind, object, flags, node } = file;
    if (f.offset >= 0 && !hasPosition(kind)) return k.fail(ErrorNumber.ESPIPE);
    if (!mayRead(flags)) return k.fail(ErrorNumber.EBADF);
    if (kind === OpenKind.directory) return k.fail(ErrorNumber.EISDIR);
    const wait = f.wait === 0 ? 0 : mayWait(flags);
    if (kind === OpenKind.pipe) return k.call(pipes.read, { pipe: object, into: f.into, wait }, 'finish');
    if (isOnTerminal(k, f.file))
      return k.call(jobs.mayUse, { stream: object, use: TerminalUse.read }, 'foreground');
    if (kind === OpenKind.terminal)
      return k.call(terminal.read, { stream: object, into: f.into, wait }, 'finish');
    if (kind === OpenKind.device)
      return k.call(devices.readDevice, { device: object, into: f.into }, 'finish');
    if (kind === OpenKind.event)
      return k.call(events.readEvent, { event: object, into: f.into, wait }, 'finish');
    if (kind === OpenKind.socket) {
      const flags = f.wait === 0 ? MessageFlag.dontWait : 0;
      return k.call(sockets.receiveSpan, { file: f.file, into: f.into, about: 0, flags }, 'finish');
    }
    if (kind === OpenKind.timer)
      return k.call(timerFiles.readTimer, { timer: object, into: f.into, wait }, 'finish');
    if (kind === OpenKind.signals)
      return k.call(signalFiles.readSignals, { file: object, into: f.into, wait }, 'finish');
    if (kind !== OpenKind.node) return k.fail(ErrorNumber.EINVAL);
    if (f.offset < 0 && !takeTurn(file)) return k.wait([file.turn], NEVER, 'begin', false);
    const offset = f.offset >= 0 ? f.offset : file.offset;
    return k.call(files.read, { node, offset, into: f.into }, 'read');
  },
  foreground(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const { object, flags } = openFileAt(k, f.file);
    const wait = f.wait === 0 ? 0 : mayWait(flags);
    return k.call(terminal.read, { stream: object, into: f.into, wait }, 'finish');
  },
  read(k, f, reply) {
    if (f.offset < 0) endTurn(k, f.file, reply.error === 0 ? reply.value : 0);
    return k.pass(reply);
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

const writeFile = operation(transfers.writeFile, ['error', 'limit'], {
  begin(k, f) {
    const file = openFileAt(k, f.file);
    const { kind, object, flags } = file;
    if (f.offset >= 0 && !hasPosition(kind)) return k.fail(ErrorNumber.ESPIPE);
    if (!mayWrite(flags)) return k.fail(ErrorNumber.EBADF);
    const wait = mayWait(flags);
    if (kind === OpenKind.pipe) return k.call(pipes.write, { pipe: object, from: f.from, wait }, 'piped');
    if (isOnTerminal(k, f.file))
      return k.call(jobs.mayUse, { stream: object, use: TerminalUse.write }, 'foreground');
    if (kind === OpenKind.terminal)
      return k.call(terminal.write, { stream: object, from: f.from, wait }, 'piped');
    if (kind === OpenKind.device)
      return k.call(devices.writeDevice, { device: object, from: f.from }, 'finish');
    if (kind === OpenKind.event)
      return k.call(events.writeEvent, { event: object, from: f.from, wait }, 'finish');
    if (kind === OpenKind.socket) {
      const nobody = { draft: 0, address: 0, length: 0, flags: 0 };
      return k.call(sockets.sendSpan, { file: f.file, from: f.from, ...nobody }, 'finish');
    }
    if (kind !== OpenKind.node) return k.fail(ErrorNumber.EINVAL);
    return k.call(
      processes.limit,
      { process: currentProcess(k).process, resource: Resource.fileSize },
      'limited',
    );
  },
  foreground(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const { object, flags } = openFileAt(k, f.file);
    return k.call(terminal.write, { stream: object, from: f.from, wait: mayWait(flags) }, 'piped');
  },
  limited(k, f, reply) {
    f.limit = reply.value;
    return k.goto('place');
  },
  place(k, f) {
    const file = openFileAt(k, f.file);
    if (f.offset < 0 && !takeTurn(file)) return k.wait([file.turn], NEVER, 'place', false);
    const appends = (file.flags & OpenFlag.append) !== 0;
    const offset = appends ? -1 : f.offset >= 0 ? f.offset : file.offset;
    return k.call(files.write, { node: file.node, offset, from: f.from, limit: f.limit }, 'written');
  },
  written(k, f, reply) {
    if (f.offset < 0) {
      const file = openFileAt(k, f.file);
      endTurn(k, f.file, reply.error === 0 ? reply.second - file.offset : 0);
    }
    if (reply.error === ErrorNumber.EFBIG) return complain(k, f, SignalNumber.SIGXFSZ, reply.error);
    return reply.error === 0 ? k.done(reply.value) : k.fail(reply.error);
  },
  piped(k, f, reply) {
    if (reply.error === ErrorNumber.EPIPE) return complain(k, f, SignalNumber.SIGPIPE, reply.error);
    return k.pass(reply);
  },
  complained(k, f) {
    return k.fail(f.error);
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

/** Sends the calling thread the signal that goes with an error, then fails with it. */
function complain(k: Kernel, f: { error: number }, signal: number, error: number) {
  f.error = error;
  const thread = currentThread(k);
  const { process, address } = thread;
  const sender = currentProcess(k).id;
  const { user } = k.credentials;
  return k.call(
    internal.sendSignal,
    { process, thread: address, signal, code: 0, sender, user, value: 0 },
    'complained',
  );
}

function bounded(k: Kernel, address: number, length: number, rights: number): Span {
  return userSpan(k, address, Math.min(length, MOST_BYTES), rights);
}

const plain = { descriptor: 'descriptor', buffer: 'pointer', length: 'size' } as const;
const positioned = { ...plain, offset: 'long' } as const;

function isBefore(_k: Kernel, { offset }: { offset: number }): number {
  return offset < 0 ? ErrorNumber.EINVAL : 0;
}

const read = onFile({
  number: 63,
  name: 'read',
  arguments: plain,
  act: (k, { buffer, length }, file) => {
    const into = bounded(k, buffer, length, SpanRight.write);
    return ask(transfers.readFile, { file: file.address, into, offset: -1, wait: 1 });
  },
});

const write = onFile({
  number: 64,
  name: 'write',
  arguments: plain,
  act: (k, { buffer, length }, file) => {
    const from = bounded(k, buffer, length, SpanRight.read);
    return ask(transfers.writeFile, { file: file.address, from, offset: -1 });
  },
});

const pread = onFile({
  number: 67,
  name: 'pread64',
  arguments: positioned,
  check: isBefore,
  act: (k, { buffer, length, offset }, file) => {
    const into = bounded(k, buffer, length, SpanRight.write);
    return ask(transfers.readFile, { file: file.address, into, offset, wait: 1 });
  },
});

const pwrite = onFile({
  number: 68,
  name: 'pwrite64',
  arguments: positioned,
  check: isBefore,
  act: (k, { buffer, length, offset }, file) => {
    const from = bounded(k, buffer, length, SpanRight.read);
    return ask(transfers.writeFile, { file: file.address, from, offset });
  },
});

export const transferOperations: readonly Operation[] = [readFile, writeFile];
export const transferCalls: readonly SystemCall[] = [read, write, pread, pwrite];
