/**
 * Messages in pieces. A single piece is moved where it is; pieces that fit the scratch page together go by way of it; those of
 * a stream one after the other; and those of larger messages with bounds by way of a draft, or of a message taken first.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, type Reply, SpanRight } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { MessageFigures } from '../../services/network/figures.ts';
import { MessageFlag, network } from '../../services/network/interface.ts';
import { openFileAt } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { currentProcess, currentThread, ownSpan, userSpan } from '../state.ts';
import { control } from './control.ts';
import { sockets } from './interface.ts';
import {
  aboutAt,
  bytesAt,
  LIST,
  LONGEST_LIST,
  MOST_PIECES,
  PIECE_BYTES,
  ROOM,
  restAt,
  totalOf,
} from './layout.ts';
import { isLocal, isStream, mayWait } from './subject.ts';

/** Bytes of a stream that travel with ancillary data, as one message; the rest follows without. */
const MOST_WITH_CONTROL = 16_384;

interface ListFrame {
  readonly file: number;
  readonly list: number;
  count: number;
}

/** Reads the list of pieces; `listed` goes on. */
function readList(k: Kernel, f: ListFrame): OutcomeNumber {
  if (f.count > LONGEST_LIST) return k.fail(ErrorNumber.EMSGSIZE);
  if (f.count > MOST_PIECES) {
    if (!isStream(openFileAt(k, f.file))) return k.fail(ErrorNumber.EMSGSIZE);
    // A stream may take less than it is offered.
    f.count = MOST_PIECES;
  }
  const into = currentThread(k).scratch + LIST;
  return k.call(internal.readUser, { address: f.list, into, length: f.count * PIECE_BYTES }, 'listed');
}

interface SendFrame extends ListFrame {
  readonly address: number;
  readonly length: number;
  readonly control: number;
  readonly controlLength: number;
  readonly flags: number;
  total: number;
  moved: number;
  draft: number;
  error: number;
}

/** Sends a span as the call says, with its address. */
function sendOne(k: Kernel, f: SendFrame, from: Parameters<typeof ownSpan>, then: string): OutcomeNumber {
  const { file, address, length, flags } = f;
  return k.call(sockets.sendSpan, { file, from: ownSpan(...from), draft: 0, address, length, flags }, then);
}

/** Says how the pieces go. */
function route(k: Kernel, f: SendFrame): OutcomeNumber {
  const file = openFileAt(k, f.file);
  if (f.controlLength > 0 && isLocal(file)) return k.goto('draft');
  if (f.count <= 1 || isStream(file)) return k.goto(f.total <= ROOM && f.count > 1 ? 'gather' : 'piece');
  return k.goto(f.total <= ROOM ? 'gather' : 'draft');
}

/** The next piece of a stream, or the only one of a message. */
function piece(k: Kernel, f: SendFrame): OutcomeNumber {
  const rest = restAt(k, f.count, f.moved);
  if (rest.length === 0 && f.moved > 0) return k.done(f.moved);
  const { file, address, length, flags } = f;
  const from = userSpan(k, rest.address, rest.length, SpanRight.read);
  return k.call(sockets.sendSpan, { file, from, draft: 0, address, length, flags }, 'went');
}

/** Ends a call that has a draft, which goes unsent when there was an error. */
function endDraft(k: Kernel, f: SendFrame, error: number): OutcomeNumber {
  f.error = error;
  return k.call(network.discard, { message: f.draft }, 'discarded');
}

/** Bytes that the draft is to have. */
function draftLength(k: Kernel, f: SendFrame): number {
  return isStream(openFileAt(k, f.file)) ? Math.min(f.total, MOST_WITH_CONTROL) : f.total;
}

const sendPieces = operation(sockets.sendPieces, ['total', 'moved', 'draft', 'error', 'gathered'], {
  begin: readList,
  listed(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.total = totalOf(k, f.count);
    return f.total < 0 ? k.fail(ErrorNumber.EINVAL) : route(k, f);
  },
  piece,
  went(k, f, reply) {
    if (reply.error !== 0) return f.moved > 0 ? k.done(f.moved) : k.fail(reply.error);
    const { length } = restAt(k, f.count, f.moved);
    f.moved += reply.value;
    return reply.value < length || f.moved === f.total ? k.done(f.moved) : k.goto('piece');
  },
  gather(k, f) {
    if (f.gathered === f.total) return sendOne(k, f, [bytesAt(k), f.total], 'finish');
    const { address, length } = restAt(k, f.count, f.gathered);
    const into = bytesAt(k) + f.gathered;
    f.gathered += length;
    return k.call(internal.readUser, { address, into, length }, 'came');
  },
  came(k, _f, reply) {
    return reply.error === 0 ? k.goto('gather') : k.fail(reply.error);
  },
  draft(k, f) {
    const { object: socket } = openFileAt(k, f.file);
    return k.call(network.draft, { socket, process: currentProcess(k).id }, 'drafted');
  },
  drafted(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.draft = reply.value;
    if (f.controlLength === 0 || !isLocal(openFileAt(k, f.file))) return k.goto('append');
    const { draft, control: at, controlLength: length } = f;
    return k.call(control.fillDraft, { draft, control: at, length }, 'filled');
  },
  filled(k, f, reply) {
    return reply.error === 0 ? k.goto('append') : endDraft(k, f, reply.error);
  },
  append(k, f) {
    const most = draftLength(k, f);
    if (f.gathered === most) return k.goto('post');
    const rest = restAt(k, f.count, f.gathered);
    const length = Math.min(rest.length, most - f.gathered);
    const from = userSpan(k, rest.address, length, SpanRight.read);
    return k.call(network.append, { draft: f.draft, from }, 'appended');
  },
  appended(k, f, reply) {
    if (reply.error !== 0) return endDraft(k, f, reply.error);
    f.gathered += reply.value;
    return k.goto('append');
  },
  post(k, f) {
    // A stream has no messages without bytes.
    if (f.total === 0 && isStream(openFileAt(k, f.file))) return endDraft(k, f, 0);
    const { file, address, length, flags, draft } = f;
    return k.call(sockets.sendSpan, { file, from: ownSpan(0, 0), draft, address, length, flags }, 'posted');
  },
  posted(k, f, reply) {
    if (reply.error !== 0) return endDraft(k, f, reply.error);
    f.moved = reply.value;
    return f.moved === f.total ? k.done(f.moved) : k.goto('piece');
  },
  discarded(k, _f, reply) {
    return reply.value === 0 ? k.goto('failed') : k.call(sockets.reap, {}, 'failed');
  },
  failed(k, f) {
    return f.error === 0 ? k.done(0) : k.fail(f.error);
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

interface ReceiveFrame extends ListFrame {
  readonly flags: number;
  total: number;
  moved: number;
  message: number;
  length: number;
  error: number;
}

/** Receives into a span, and leaves what is told of the message for the caller when it is the first. */
function receiveOne(
  k: Kernel,
  f: ReceiveFrame,
  span: ReturnType<typeof ownSpan>,
  then: string,
): OutcomeNumber {
  const about = f.moved === 0 ? aboutAt(k) : 0;
  // After the first piece, what has come counts; and what comes with rights of its own is left for another call.
  const again = (f.flags & MessageFlag.waitAll) === 0 ? MessageFlag.dontWait : 0;
  const flags = f.moved === 0 ? f.flags : f.flags | again | MessageFlag.plain;
  return k.call(sockets.receiveSpan, { file: f.file, into: span, about, flags }, then);
}

function receiveRoute(k: Kernel, f: ReceiveFrame): OutcomeNumber {
  if (f.count > 1 && f.total <= ROOM) return k.goto('together');
  return k.goto(f.count <= 1 || isStream(openFileAt(k, f.file)) ? 'piece' : 'take');
}

/** A piece of a stream has been filled, or not quite. */
function filled(k: Kernel, f: ReceiveFrame, reply: Reply): OutcomeNumber {
  if (reply.error !== 0) return f.moved > 0 ? k.done(f.moved) : k.fail(reply.error);
  const { length } = restAt(k, f.count, f.moved);
  f.moved += reply.value;
  const only = (f.flags & MessageFlag.peek) !== 0 || !isStream(openFileAt(k, f.file));
  const { rightCount } = MessageFigures.at(k.store, aboutAt(k));
  return only || rightCount > 0 || reply.value < length || f.moved >= f.total
    ? k.done(f.moved)
    : k.goto('piece');
}

const receivePieces = operation(sockets.receivePieces, ['total', 'moved', 'message', 'length', 'error'], {
  begin(k, f) {
    k.memory.clear(aboutAt(k), MessageFigures.size);
    return readList(k, f);
  },
  listed(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.total = totalOf(k, f.count);
    return f.total < 0 ? k.fail(ErrorNumber.EINVAL) : receiveRoute(k, f);
  },
  piece(k, f) {
    const { address, length } = restAt(k, f.count, f.moved);
    return receiveOne(k, f, userSpan(k, address, length, SpanRight.write), 'filled');
  },
  filled,
  together(k, f) {
    return receiveOne(k, f, ownSpan(bytesAt(k), f.total), 'came');
  },
  came(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.length = reply.value;
    return k.goto('scatter');
  },
  scatter(k, f) {
    const rest = restAt(k, f.count, f.moved);
    const length = Math.min(rest.length, Math.min(f.length, f.total) - f.moved);
    if (length <= 0) return k.done(f.length);
    const from = bytesAt(k) + f.moved;
    f.moved += length;
    return k.call(internal.writeUser, { address: rest.address, from, length }, 'scattered');
  },
  scattered(k, _f, reply) {
    return reply.error === 0 ? k.goto('scatter') : k.fail(reply.error);
  },
  take(k, f) {
    const file = openFileAt(k, f.file);
    const about = ownSpan(aboutAt(k), MessageFigures.size);
    const { flags } = f;
    const request = { socket: file.object, into: ownSpan(0, f.total), about, flags };
    return k.call(network.take, { ...request, wait: mayWait(file, flags) }, 'taken');
  },
  taken(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    if (reply.value === 0) return k.done(0);
    f.message = reply.value;
    return k.goto('read');
  },
  read(k, f) {
    const { address, length } = restAt(k, f.count, f.moved);
    if (length === 0) return k.goto('discard');
    const into = userSpan(k, address, length, SpanRight.write);
    return k.call(network.read, { message: f.message, offset: f.moved, into }, 'copied');
  },
  copied(k, f, reply) {
    f.error = reply.error;
    if (f.error === 0) f.moved += reply.value;
    return k.goto(f.error === 0 && reply.value > 0 ? 'read' : 'discard');
  },
  discard(k, f) {
    return k.call(network.discard, { message: f.message }, 'discarded');
  },
  discarded(k, f) {
    if (f.error !== 0) return k.fail(f.error);
    const { length } = MessageFigures.at(k.store, aboutAt(k));
    return k.done((f.flags & MessageFlag.truncate) !== 0 ? length : f.moved);
  },
});

const receiveVector = operation(sockets.receiveVector, ['moved'], {
  begin(k, f) {
    const { file, list, count } = f;
    return k.call(sockets.receivePieces, { file, list, count, flags: 0 }, 'received');
  },
  received(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.moved = reply.value;
    return k.call(control.dropRights, { about: aboutAt(k), first: 0 }, 'dropped');
  },
  dropped(k, f) {
    return k.done(f.moved);
  },
});

export const pieceOperations: readonly Operation[] = [sendPieces, receivePieces, receiveVector];
