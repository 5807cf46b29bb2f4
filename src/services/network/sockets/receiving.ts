/**
 * Receiving. Of a stream, a run of bytes is moved in each step, whole or not at all, from where the stream is at that moment.
 * A message with bounds is taken out of the queue first, so that it goes to one receiver, and then moved.
 */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { OutcomeNumber, Reply, Span } from '../../../contracts/service.ts';
import { type Cycles, PAGE_SIZE, type PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { AddressFamily, MessageFlag, network, ShutdownBit } from '../interface.ts';
import { SocketState, type SocketView } from '../records.ts';
import { messageAt, rootOf, socketAt } from '../root.ts';
import { type Supply, supplyError, supplyRest, waitUntil, wakeError } from '../wiring.ts';
import { describe } from './describing.ts';
import { consume, dropMessage, runAt } from './messages.ts';
import { protocolOf } from './protocols.ts';
import { dequeue } from './queues.ts';
import { takeError } from './sockets.ts';

interface ReceiveFrame {
  readonly socket: number;
  readonly into: Span;
  readonly about: Span;
  readonly flags: number;
  readonly wait: number;
  moved: number;
  until: Cycles;
  /** A message that this call holds. */
  message: number;
  /** 1 once the first message has been told about. */
  told: number;
}

const LOCALS = ['moved', 'until', 'message', 'told'] as const;

function peeks(f: { readonly flags: number }): boolean {
  return (f.flags & MessageFlag.peek) !== 0;
}

function orphans(k: Kernel): number {
  return rootOf(k).orphans === 0 ? 0 : 1;
}

/** What was received counts more than the error that came then. */
function end(k: Kernel, f: ReceiveFrame, error: number): OutcomeNumber {
  if (f.message !== 0) dropMessage(k, f.message);
  return f.moved === 0 && error !== 0 ? k.fail(error) : k.done(f.moved, orphans(k));
}

/** Nothing has come: the end, an error, or a wait. */
function whenEmpty(k: Kernel, f: ReceiveFrame, socket: SocketView): OutcomeNumber {
  const most = (f.flags & MessageFlag.waitAll) === 0 || peeks(f);
  if (f.moved > 0 && (most || f.moved === f.into.length)) return end(k, f, 0);
  const error = takeError(socket);
  if (error !== 0) return end(k, f, error);
  if ((socket.shutdown & ShutdownBit.receive) !== 0) return end(k, f, 0);
  const { isConnected } = protocolOf(socket);
  if (isConnected && socket.state !== SocketState.connected) {
    const isLocal = socket.family === AddressFamily.local;
    return end(k, f, isLocal ? ErrorNumber.EINVAL : ErrorNumber.ENOTCONN);
  }
  if (f.wait === 0) return end(k, f, ErrorNumber.EAGAIN);
  return k.wait([socket.readQueue], f.until, 'woken');
}

/** The message of a stream in which the byte number `offset` of the queue is, and the byte's place in it. */
function findOffset(
  k: Kernel,
  socket: SocketView,
  offset: number,
): { message: PhysicalAddress; skip: number } {
  let skip = offset;
  let at = socket.firstMessage;
  while (at !== 0) {
    const { length, next } = messageAt(k, at);
    if (skip < length) break;
    skip -= length;
    at = next;
  }
  return { message: at, skip };
}

/** Do bytes of this message belong with those that were received before it? What was sent with rights or by another does not. */
function joins(k: Kernel, f: ReceiveFrame, socket: SocketView, address: PhysicalAddress): boolean {
  const message = messageAt(k, address);
  const stated = message.stated === 1 && socket.passCredentials === 1;
  if ((f.flags & MessageFlag.plain) !== 0) return message.rights === 0 && !stated;
  if (f.told === 0) return true;
  if (message.rights !== 0 && f.about.length > 0) return false;
  return !stated;
}

/** Drops the first message of a stream once it is empty. */
function dropEmpty(k: Kernel, socket: SocketView): void {
  const first = socket.firstMessage;
  if (first === 0 || messageAt(k, first).length > 0) return;
  dropMessage(k, dequeue(k, socket));
}

/** A run of bytes of a stream. */
function stream(k: Kernel, f: ReceiveFrame, supply: Supply): OutcomeNumber {
  const socket = socketAt(k, f.socket);
  dropEmpty(k, socket);
  const { into, moved } = f;
  const { message: address, skip } = findOffset(k, socket, peeks(f) ? moved : 0);
  if (address === 0) return whenEmpty(k, f, socket);
  if (!joins(k, f, socket, address) || moved === into.length) return end(k, f, 0);
  const message = messageAt(k, address);
  const run = runAt(k, message, skip);
  const length = Math.min(run.length, into.length - moved, PAGE_SIZE);
  const went = (f.flags & MessageFlag.truncate) !== 0 ? length : k.toSpan(into, moved, run.at, length);
  if (went < length) return supplyRest(k, supply, into, moved + went, length - went, true);
  if (f.told === 0 && f.about.length > 0 && !describe(k, socket, message, f))
    return end(k, f, ErrorNumber.EFAULT);
  f.told = 1;
  f.moved = moved + length;
  if (!peeks(f)) {
    socket.receiveBytes -= length;
    consume(k, message, length);
    dropEmpty(k, socket);
    protocolOf(socket).received(k, socket, length);
  }
  return f.moved === into.length ? end(k, f, 0) : k.goto('advance');
}

/** Takes the first message, or holds it for a look. */
function takeMessage(k: Kernel, f: ReceiveFrame, then: string): OutcomeNumber {
  const socket = socketAt(k, f.socket);
  const failed = socket.firstMessage === 0 || socket.error !== 0;
  if (failed) return whenEmpty(k, f, socket);
  if (peeks(f)) {
    f.message = socket.firstMessage;
    messageAt(k, f.message).references += 1;
  } else {
    f.message = dequeue(k, socket);
    protocolOf(socket).taken(k, socket);
  }
  return k.goto(then);
}

/** Tells about a message that was taken; false when that could not be told. */
function tell(k: Kernel, f: ReceiveFrame): boolean {
  return f.about.length === 0 || describe(k, socketAt(k, f.socket), messageAt(k, f.message), f);
}

/** The bytes of a message that was taken, a run at a time. */
function copy(k: Kernel, f: ReceiveFrame, supply: Supply): OutcomeNumber {
  const message = messageAt(k, f.message);
  const { into, moved } = f;
  const most = Math.min(into.length, message.length);
  if (moved === most) return finish(k, f, message.length);
  const run = runAt(k, message, moved);
  const length = Math.min(run.length, most - moved, PAGE_SIZE);
  const went = k.toSpan(into, moved, run.at, length);
  if (went < length) return supplyRest(k, supply, into, moved + went, length - went, true);
  f.moved = moved + length;
  return k.goto('copy');
}

/** All that fits has been moved. */
function finish(k: Kernel, f: ReceiveFrame, length: number): OutcomeNumber {
  if (!tell(k, f)) {
    f.moved = 0;
    return end(k, f, ErrorNumber.EFAULT);
  }
  if ((f.flags & MessageFlag.truncate) !== 0) f.moved = length;
  return end(k, f, 0);
}

function woken(k: Kernel, f: ReceiveFrame, reply: Reply): OutcomeNumber {
  const error = wakeError(reply, f.until);
  return error === 0 ? k.goto('advance') : end(k, f, error);
}

function receive(supply: Supply): Operation {
  return operation(network.receive, LOCALS, {
    begin(k, f) {
      const socket = socketAt(k, f.socket);
      f.until = waitUntil(k, socket.receiveTimeout);
      if ((f.flags & MessageFlag.outOfBand) !== 0) return k.fail(ErrorNumber.EOPNOTSUPP);
      if (protocolOf(socket).isStream && f.into.length === 0) return k.done(0, 0);
      return k.goto('advance');
    },
    advance(k, f) {
      const socket = socketAt(k, f.socket);
      return protocolOf(socket).isStream ? stream(k, f, supply) : takeMessage(k, f, 'copy');
    },
    copy: (k, f) => copy(k, f, supply),
    supplied(k, f, reply) {
      const error = supplyError(reply);
      if (error === 0) return k.goto(f.message === 0 ? 'advance' : 'copy');
      // A message that cannot be given is lost, as in Linux.
      if (f.message !== 0) f.moved = 0;
      return end(k, f, error);
    },
    woken,
  });
}

const take = operation(network.take, LOCALS, {
  begin(k, f) {
    const socket = socketAt(k, f.socket);
    const stream = protocolOf(socket).isStream;
    if (stream || (f.flags & MessageFlag.outOfBand) !== 0) return k.fail(ErrorNumber.EOPNOTSUPP);
    f.until = waitUntil(k, socket.receiveTimeout);
    return k.goto('advance');
  },
  advance: (k, f) => takeMessage(k, f, 'taken'),
  taken(k, f) {
    if (!tell(k, f)) return end(k, f, ErrorNumber.EFAULT);
    return k.done(f.message, orphans(k));
  },
  woken,
});

export function receivingOperations(supply: Supply): readonly Operation[] {
  return [receive(supply), take];
}
