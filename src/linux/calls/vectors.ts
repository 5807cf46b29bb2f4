/**
 * Vectors: readv, writev and their positioned kin.
 *
 * Pieces that fit a page together are moved as one, by way of the thread's second scratch page, so that a line written in
 * pieces to a pipe stays in one piece; larger ones go one after the other.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, type Reply, SpanRight, serviceInterface } from '../../contracts/service.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import type { ArgumentSchema, Support, SystemCall } from '../call.ts';
import { type OpenFileView, openFileAt } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { OpenKind } from '../records.ts';
import { sockets } from '../sockets/interface.ts';
import { isStream } from '../sockets/subject.ts';
import { currentThread, ownSpan, userSpan } from '../state.ts';
import { read64 } from './layouts.ts';
import { type Answer, type Arguments, ask, onFile, refuse } from './shapes.ts';
import { hasPosition, MOST_BYTES, mayRead, mayWrite, transfers } from './transfer.ts';

const vectors = serviceInterface('linux', {
  /** Moves the pieces of the program's struct iovec list. The caller holds the description. Value: bytes. */
  readVector: { file: 'number', list: 'number', count: 'number', offset: 'number' },
  writeVector: { file: 'number', list: 'number', count: 'number', offset: 'number' },
});

/** struct iovec: address and length, 64 bits each. */
const PIECE_BYTES = 16;
/** UIO_MAXIOV. */
const MOST_PIECES = 1024;
/** Pieces whose list is in the scratch page at a time. */
const PORTION = PAGE_SIZE / PIECE_BYTES;

interface VectorFrame {
  readonly file: number;
  readonly list: number;
  readonly count: number;
  readonly offset: number;
  /** Pieces of earlier portions, and in this one; the piece that is next; bytes of the portion. */
  index: number;
  portion: number;
  piece: number;
  total: number;
  /** Bytes moved by the call; bytes of this portion gathered or scattered so far. */
  moved: number;
  done: number;
}

const LOCALS = ['index', 'portion', 'piece', 'total', 'moved', 'done'] as const;

function pieceAt(k: Kernel, index: number): { address: number; length: number } {
  const at = currentThread(k).scratch + index * PIECE_BYTES;
  const address = k.memory.read32(at + 4) * 2 ** 32 + k.memory.read32(at);
  return { address, length: read64(k, at + 8) };
}

/** Ends the call: bytes count more than the error that stopped it. */
function end(k: Kernel, f: VectorFrame, error: number): OutcomeNumber {
  return f.moved > 0 || error === 0 ? k.done(f.moved) : k.fail(error);
}

/** Reads the next portion of the list. */
function begin(k: Kernel, f: VectorFrame): OutcomeNumber {
  if (f.index >= f.count) return k.done(f.moved);
  f.portion = Math.min(PORTION, f.count - f.index);
  const request = {
    address: f.list + f.index * PIECE_BYTES,
    into: currentThread(k).scratch,
    length: f.portion * PIECE_BYTES,
  };
  return k.call(internal.readUser, request, 'listed');
}

/** Looks at a portion of the list and says how it is moved. */
function listed(k: Kernel, f: VectorFrame, reply: Reply): OutcomeNumber {
  if (reply.error !== 0) return end(k, f, reply.error);
  f.total = 0;
  f.piece = 0;
  f.done = 0;
  for (let index = 0; index < f.portion; index++) {
    const { length } = pieceAt(k, index);
    if (length < 0) return end(k, f, ErrorNumber.EINVAL);
    f.total += length;
  }
  return k.goto(f.total <= PAGE_SIZE && f.count > 1 ? 'together' : 'apart');
}

/** Goes on to the next portion, or ends when this one came short. */
function next(k: Kernel, f: VectorFrame, moved: number): OutcomeNumber {
  f.moved += moved;
  if (moved < f.total) return k.done(f.moved);
  f.index += f.portion;
  return k.goto('begin');
}

function spanOf(k: Kernel, f: VectorFrame, rights: number) {
  const { address, length } = pieceAt(k, f.piece);
  return userSpan(k, address, Math.min(length, MOST_BYTES - f.moved), rights);
}

function offsetOf(f: VectorFrame): number {
  return f.offset < 0 ? -1 : f.offset + f.moved;
}

/** One piece has been moved by itself. */
function movedOne(k: Kernel, f: VectorFrame, reply: Reply, only: boolean): OutcomeNumber {
  if (reply.error !== 0) return end(k, f, reply.error);
  f.moved += reply.value;
  if (reply.value < pieceAt(k, f.piece).length || only) return k.done(f.moved);
  f.piece += 1;
  return k.goto('apart');
}

/** The next piece that has bytes is at hand; false when the portion has no more. */
function findPiece(k: Kernel, f: VectorFrame): boolean {
  while (f.piece < f.portion && pieceAt(k, f.piece).length === 0) f.piece += 1;
  return f.piece < f.portion;
}

const read = operation(vectors.readVector, LOCALS, {
  begin,
  listed,
  together(k, f) {
    const into = ownSpan(currentThread(k).scratch2, f.total);
    const wait = f.moved > 0 ? 0 : 1;
    return k.call(transfers.readFile, { file: f.file, into, offset: offsetOf(f), wait }, 'came');
  },
  came(k, f, reply) {
    if (reply.error !== 0) return end(k, f, reply.error);
    f.total = reply.value === f.total ? f.total : reply.value;
    return k.goto('scatter');
  },
  scatter(k, f) {
    const left = f.total - f.done;
    if (left === 0 || !findPiece(k, f)) return k.goto('scattered');
    const { address, length: room } = pieceAt(k, f.piece);
    const length = Math.min(left, room);
    const from = currentThread(k).scratch2 + f.done;
    f.done += length;
    f.piece += 1;
    return k.call(internal.writeUser, { address, from, length }, 'told');
  },
  told(k, f, reply) {
    if (reply.error === 0) return k.goto('scatter');
    // What found no place was not read, as far as the file's position goes.
    let placed = 0;
    for (let index = 0; index < f.piece - 1; index++) placed += pieceAt(k, index).length;
    const file = openFileAt(k, f.file);
    if (f.offset < 0 && hasPosition(file.kind)) file.offset -= f.total - placed;
    f.moved += placed;
    return end(k, f, reply.error);
  },
  scattered(k, f) {
    // What came short of the pieces' room ends the call.
    let room = 0;
    for (let index = 0; index < f.portion; index++) room += pieceAt(k, index).length;
    const came = f.total;
    f.total = room;
    return next(k, f, came);
  },
  apart(k, f) {
    if (!findPiece(k, f)) {
      f.index += f.portion;
      return k.goto('begin');
    }
    const into = spanOf(k, f, SpanRight.write);
    // Only the first piece may be waited for.
    const wait = f.moved > 0 ? 0 : 1;
    return k.call(transfers.readFile, { file: f.file, into, offset: offsetOf(f), wait }, 'moved one');
  },
  'moved one'(k, f, reply) {
    // A terminal gives one line to a call.
    return movedOne(k, f, reply, openFileAt(k, f.file).kind === OpenKind.terminal);
  },
});

const write = operation(vectors.writeVector, LOCALS, {
  begin,
  listed,
  together(k, f) {
    if (!findPiece(k, f)) return k.goto('gathered');
    const { address, length } = pieceAt(k, f.piece);
    const into = currentThread(k).scratch2 + f.done;
    return k.call(internal.readUser, { address, into, length }, 'gather');
  },
  gather(k, f, reply) {
    if (reply.error !== 0) {
      if (f.done === 0) return end(k, f, reply.error);
      return k.goto('gathered');
    }
    f.done += reply.value;
    f.piece += 1;
    return k.goto('together');
  },
  gathered(k, f) {
    const from = ownSpan(currentThread(k).scratch2, f.done);
    return k.call(transfers.writeFile, { file: f.file, from, offset: offsetOf(f) }, 'went');
  },
  went(k, f, reply) {
    return reply.error === 0 ? next(k, f, reply.value) : end(k, f, reply.error);
  },
  apart(k, f) {
    if (!findPiece(k, f)) {
      f.index += f.portion;
      return k.goto('begin');
    }
    const from = spanOf(k, f, SpanRight.read);
    return k.call(transfers.writeFile, { file: f.file, from, offset: offsetOf(f) }, 'moved one');
  },
  'moved one'(k, f, reply) {
    return movedOne(k, f, reply, false);
  },
});

/** A message of a socket in pieces. */
function datagram(file: OpenFileView, list: number, count: number, writes: boolean): Answer {
  const pieces = { file: file.address, list, count };
  if (!writes) return ask(sockets.receiveVector, pieces);
  const nothing = { address: 0, length: 0, control: 0, controlLength: 0, flags: 0 };
  return ask(sockets.sendPieces, { ...pieces, ...nothing });
}

/** What every vectored call checks before it moves anything. */
function vectored(
  file: OpenFileView,
  f: { list: number; count: number },
  offset: number,
  writes: boolean,
): Answer {
  if (offset >= 0 && !hasPosition(file.kind)) return refuse(ErrorNumber.ESPIPE);
  if (!(writes ? mayWrite(file.flags) : mayRead(file.flags))) return refuse(ErrorNumber.EBADF);
  if (f.count > MOST_PIECES) return refuse(ErrorNumber.EINVAL);
  const { list, count } = f;
  // What keeps its bounds goes as one.
  if (file.kind === OpenKind.socket && !isStream(file)) return datagram(file, list, count, writes);
  return ask(writes ? vectors.writeVector : vectors.readVector, { file: file.address, list, count, offset });
}

const plain = { descriptor: 'descriptor', list: 'pointer', count: 'size' } as const;
/** The offset's upper half is a register of its own that 64-bit machines ignore. */
const positioned = { ...plain, offset: 'long', high: 'long' } as const;
const flagged = { ...positioned, flags: 'flags' } as const;

function vectorCall<const A extends typeof plain & ArgumentSchema>(
  number: number,
  name: string,
  schema: A,
  writes: boolean,
  support: Support = 'full',
): SystemCall {
  type Given = { list: number; count: number; offset?: number; flags?: number };
  return onFile({
    number,
    name,
    arguments: schema,
    support,
    check: (_k, frame: Arguments<A>) => {
      const f = frame as Given;
      const least = f.flags === undefined ? 0 : -1;
      if ((f.offset ?? 0) < least) return ErrorNumber.EINVAL;
      return (f.flags ?? 0) === 0 ? 0 : ErrorNumber.EOPNOTSUPP;
    },
    act: (_k, frame, file) => {
      const f = frame as unknown as Given;
      return vectored(file, f, f.offset ?? -1, writes);
    },
  });
}

const NO_FLAGS: Support = { partial: 'no RWF_* flags' };

export const vectorOperations: readonly Operation[] = [read, write];
export const vectorCalls: readonly SystemCall[] = [
  vectorCall(65, 'readv', plain, false),
  vectorCall(66, 'writev', plain, true),
  vectorCall(69, 'preadv', positioned, false),
  vectorCall(70, 'pwritev', positioned, true),
  vectorCall(286, 'preadv2', flagged, false, NO_FLAGS),
  vectorCall(287, 'pwritev2', flagged, true, NO_FLAGS),
];
