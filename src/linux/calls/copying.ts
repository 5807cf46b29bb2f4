/** From one description to another without a stop in the program: sendfile, copy_file_range, splice. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, serviceInterface } from '../../contracts/service.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { OpenFlag } from '../../services/files/interface.ts';
import type { SystemCall } from '../call.ts';
import { type OpenFileView, openFileAt } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { settle, settleError, settleValue, takeFile } from '../open-files.ts';
import { OpenKind } from '../records.ts';
import { currentThread, ownSpan } from '../state.ts';
import { read64, write64 } from './layouts.ts';
import { ask, onFile } from './shapes.ts';
import { MOST_BYTES, mayRead, mayWrite, transfers } from './transfer.ts';

/** Which call it is: they differ in what they refuse. */
const Way = { send: 0, copy: 1, splice: 2 } as const;

const copying = serviceInterface('linux', {
  /**
   * Moves bytes from a description, which the caller holds, to a descriptor of the program. `fromAt` and `toAt` are where the
   * program keeps offsets to be used instead of the descriptions' own, or 0. Value: bytes.
   */
  moveBetween: {
    file: 'number',
    target: 'number',
    fromAt: 'number',
    toAt: 'number',
    count: 'number',
    way: 'number',
    wait: 'number',
  },
});

const OFFSET_BYTES = 8;

interface MoveFrame {
  readonly file: number;
  readonly fromAt: number;
  readonly toAt: number;
  count: number;
  readonly way: number;
  readonly wait: number;
  held: number;
  node: number;
  /** Offsets at the start; -1 for a description without positions. */
  from: number;
  to: number;
  /** Bytes moved, and bytes of the piece that is on its way. */
  moved: number;
  piece: number;
}

function isPositioned(file: OpenFileView): boolean {
  return file.kind === OpenKind.node;
}

/** 0, or what sendfile(2), copy_file_range(2) or splice(2) has against a pair of descriptions. */
function refusal(f: MoveFrame, from: OpenFileView, to: OpenFileView): number {
  if (!mayRead(from.flags) || !mayWrite(to.flags)) return ErrorNumber.EBADF;
  const appends = (to.flags & OpenFlag.append) !== 0;
  if (f.way === Way.copy) return copyRefusal(from, to, appends);
  if ((f.fromAt !== 0 && !isPositioned(from)) || (f.toAt !== 0 && !isPositioned(to)))
    return ErrorNumber.ESPIPE;
  if (appends) return ErrorNumber.EINVAL;
  if (f.way === Way.send) return isPositioned(from) || isDevice(from) ? 0 : ErrorNumber.EINVAL;
  const pipes = (from.kind === OpenKind.pipe ? 1 : 0) + (to.kind === OpenKind.pipe ? 1 : 0);
  return pipes === 1 ? 0 : ErrorNumber.EINVAL;
}

function isDevice(file: OpenFileView): boolean {
  return file.kind === OpenKind.device;
}

function copyRefusal(from: OpenFileView, to: OpenFileView, appends: boolean): number {
  if (from.kind === OpenKind.directory || to.kind === OpenKind.directory) return ErrorNumber.EISDIR;
  if (!isPositioned(from) || !isPositioned(to)) return ErrorNumber.EINVAL;
  return appends ? ErrorNumber.EBADF : 0;
}

/** Both ranges in one file must not overlap. */
function overlaps(k: Kernel, f: MoveFrame): boolean {
  if (f.way !== Way.copy || openFileAt(k, f.file).node !== openFileAt(k, f.held).node) return false;
  return f.from < f.to + f.count && f.to < f.from + f.count;
}

function startOf(file: OpenFileView): number {
  return isPositioned(file) ? file.offset : -1;
}

function readOffset(k: Kernel, address: number, then: string): OutcomeNumber {
  const into = currentThread(k).scratch;
  return k.call(internal.readUser, { address, into, length: OFFSET_BYTES }, then);
}

/** Bytes moved count more than what stopped the call. */
function stop(k: Kernel, f: MoveFrame, error: number): OutcomeNumber {
  return f.moved === 0 && error !== 0 ? settleError(k, f, error) : k.goto('tell');
}

function tellOffset(k: Kernel, address: number, offset: number, then: string): OutcomeNumber {
  const from = currentThread(k).scratch;
  write64(k, from, offset);
  return k.call(internal.writeUser, { address, from, length: OFFSET_BYTES }, then);
}

const move = operation(copying.moveBetween, ['held', 'node', 'from', 'to', 'moved', 'piece'], {
  begin(k, f) {
    const to = takeFile(k, f.target);
    if (to === undefined) return k.fail(ErrorNumber.EBADF);
    f.held = to.address;
    f.count = Math.min(f.count, MOST_BYTES);
    const from = openFileAt(k, f.file);
    const error = refusal(f, from, to);
    if (error !== 0) return settleError(k, f, error);
    f.from = startOf(from);
    f.to = startOf(to);
    return f.fromAt === 0 ? k.goto('target') : readOffset(k, f.fromAt, 'from');
  },
  from(k, f, reply) {
    if (reply.error !== 0) return settleError(k, f, reply.error);
    f.from = read64(k, currentThread(k).scratch);
    return f.from < 0 ? settleError(k, f, ErrorNumber.EINVAL) : k.goto('target');
  },
  target(k, f) {
    return f.toAt === 0 ? k.goto('ready') : readOffset(k, f.toAt, 'to');
  },
  to(k, f, reply) {
    if (reply.error !== 0) return settleError(k, f, reply.error);
    f.to = read64(k, currentThread(k).scratch);
    return f.to < 0 ? settleError(k, f, ErrorNumber.EINVAL) : k.goto('ready');
  },
  ready(k, f) {
    return overlaps(k, f) ? settleError(k, f, ErrorNumber.EINVAL) : k.goto('piece');
  },
  piece(k, f) {
    const length = Math.min(PAGE_SIZE, f.count - f.moved);
    // What a pipe has given cannot be put back, nor may a full one be waited for once bytes were moved: one piece at a time.
    if (length === 0 || (f.way === Way.splice && f.moved > 0)) return k.goto('tell');
    const into = ownSpan(currentThread(k).scratch2, length);
    const offset = f.from < 0 ? -1 : f.from + f.moved;
    return k.call(transfers.readFile, { file: f.file, into, offset, wait: f.wait }, 'came');
  },
  came(k, f, reply) {
    if (reply.error !== 0 || reply.value === 0) return stop(k, f, reply.error);
    f.piece = reply.value;
    const from = ownSpan(currentThread(k).scratch2, f.piece);
    const offset = f.to < 0 ? -1 : f.to + f.moved;
    return k.call(transfers.writeFile, { file: f.held, from, offset }, 'went');
  },
  went(k, f, reply) {
    if (reply.error !== 0) return stop(k, f, reply.error);
    f.moved += reply.value;
    return k.goto(reply.value < f.piece ? 'tell' : 'piece');
  },
  tell(k, f) {
    if (f.fromAt !== 0) return tellOffset(k, f.fromAt, f.from + f.moved, 'tell target');
    if (f.from >= 0) openFileAt(k, f.file).offset = f.from + f.moved;
    return k.goto('tell target');
  },
  'tell target'(k, f) {
    if (f.toAt !== 0) return tellOffset(k, f.toAt, f.to + f.moved, 'told');
    if (f.to >= 0) openFileAt(k, f.held).offset = f.to + f.moved;
    return k.goto('told');
  },
  told(k, f) {
    return settleValue(k, f, f.moved);
  },
  finish(k, f, reply) {
    return settle(k, f, reply);
  },
});

const sendfile = onFile({
  number: 71,
  name: 'sendfile',
  arguments: { target: 'descriptor', descriptor: 'descriptor', offset: 'pointer', count: 'size' },
  act: (_k, { target, offset, count }, file) =>
    ask(copying.moveBetween, {
      file: file.address,
      target,
      fromAt: offset,
      toAt: 0,
      count,
      way: Way.send,
      wait: 1,
    }),
});

const pair = {
  descriptor: 'descriptor',
  fromAt: 'pointer',
  target: 'descriptor',
  toAt: 'pointer',
  count: 'size',
  flags: 'flags',
} as const;

const copyFileRange = onFile({
  number: 285,
  name: 'copy_file_range',
  arguments: pair,
  check: (_k, { flags }) => (flags !== 0 ? ErrorNumber.EINVAL : 0),
  act: (_k, { target, fromAt, toAt, count }, file) =>
    ask(copying.moveBetween, { file: file.address, target, fromAt, toAt, count, way: Way.copy, wait: 1 }),
});

const Splice = { nonBlocking: 2, all: 15 } as const;

const splice = onFile({
  number: 76,
  name: 'splice',
  arguments: pair,
  support: { partial: 'one end a pipe and the other none; at most a page in one call' },
  check: (_k, { flags }) => ((flags & ~Splice.all) !== 0 ? ErrorNumber.EINVAL : 0),
  act: (_k, { target, fromAt, toAt, count, flags }, file) => {
    const wait = (flags & Splice.nonBlocking) !== 0 ? 0 : 1;
    return ask(copying.moveBetween, {
      file: file.address,
      target,
      fromAt,
      toAt,
      count,
      way: Way.splice,
      wait,
    });
  },
});

export const copyingOperations: readonly Operation[] = [move];
export const copyingCalls: readonly SystemCall[] = [sendfile, copyFileRange, splice];
