/**
 * Sending. A stream takes a chunk of at most a page in each step, whole or not at all, and what was taken counts whatever
 * happens then; a message of a socket that keeps bounds is gathered first and goes as one.
 */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { OutcomeNumber, Span } from '../../../contracts/service.ts';
import { type Cycles, PAGE_SIZE } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { MessageFlag, network } from '../interface.ts';
import { type MessageView, SocketState, type SocketView } from '../records.ts';
import { messageAt, socketAt } from '../root.ts';
import { type Supply, supplyError, supplyRest, waitUntil, wakeError } from '../wiring.ts';
import { type Address, readAddress } from './addresses.ts';
import { dropMessage, fill, makeMessage } from './messages.ts';
import { WAIT } from './protocol.ts';
import { protocolOf } from './protocols.ts';
import { takeError } from './sockets.ts';

interface SendFrame {
  readonly socket: number;
  readonly from: Span;
  readonly address: Span;
  readonly node: number;
  readonly draft: number;
  readonly flags: number;
  readonly wait: number;
  readonly process: number;
  moved: number;
  until: Cycles;
  /** A message that is this call's. */
  message: number;
}

/** Stamps a message with whom it comes from. */
export function sign(k: Kernel, message: MessageView, process: number): void {
  const { effectiveUser, effectiveGroup } = k.credentials;
  message.process = process;
  message.user = effectiveUser;
  message.group = effectiveGroup;
}

/** What was sent counts more than the error that came then. */
function end(k: Kernel, f: SendFrame, error: number): OutcomeNumber {
  if (f.message !== 0) dropMessage(k, f.message);
  f.message = 0;
  if (f.moved === 0 && error !== 0) return k.fail(error);
  return k.done(f.moved, error === ErrorNumber.EPIPE ? error : 0);
}

function waitForRoom(k: Kernel, f: SendFrame, socket: SocketView): OutcomeNumber {
  if (f.wait === 0) return end(k, f, ErrorNumber.EAGAIN);
  return k.wait(protocolOf(socket).sendQueues(k, socket), f.until, 'woken');
}

/** A chunk of a stream. */
function stream(k: Kernel, f: SendFrame, supply: Supply): OutcomeNumber {
  const socket = socketAt(k, f.socket);
  const error = takeError(socket);
  if (error !== 0) return end(k, f, error);
  const protocol = protocolOf(socket);
  const room = protocol.room(k, socket);
  if (room < 0) return end(k, f, -room);
  const { from, moved } = f;
  if (from.length === moved) return end(k, f, 0);
  const tail = protocol.tail(k, socket, f.process);
  if (tail === 0 && room === 0) return waitForRoom(k, f, socket);
  const address = tail === 0 ? makeMessage(k) : tail;
  if (address === 0) return end(k, f, ErrorNumber.ENOMEM);
  const message = messageAt(k, address);
  if (tail === 0) sign(k, message, f.process);
  const chunk = fill(k, message, from, moved, Math.min(PAGE_SIZE, from.length - moved));
  if (chunk !== undefined && chunk.came === chunk.length) {
    f.moved += chunk.length;
    protocol.pushed(k, socket, address, tail === 0, chunk.length);
    return f.moved === from.length ? end(k, f, 0) : k.goto('advance');
  }
  if (tail === 0) dropMessage(k, address);
  if (chunk === undefined) return end(k, f, ErrorNumber.ENOMEM);
  return supplyRest(k, supply, from, moved + chunk.came, chunk.length - chunk.came, false);
}

/** The bytes of a message that is to go as one, a chunk at a time. */
function gather(k: Kernel, f: SendFrame, supply: Supply): OutcomeNumber {
  const { from } = f;
  const message = messageAt(k, f.message);
  const done = message.length;
  if (done === from.length) return k.goto('post');
  const chunk = fill(k, message, from, done, Math.min(PAGE_SIZE, from.length - done));
  if (chunk === undefined) return end(k, f, ErrorNumber.ENOBUFS);
  if (chunk.came === chunk.length) return k.goto('gather');
  return supplyRest(k, supply, from, done + chunk.came, chunk.length - chunk.came, false);
}

/** Sends a message as one: the call's own, or a draft. */
function post(k: Kernel, f: SendFrame): OutcomeNumber {
  const socket = socketAt(k, f.socket);
  const error = takeError(socket);
  if (error !== 0) return end(k, f, error);
  const address = destination(k, f, socket);
  if (typeof address === 'number') return end(k, f, address);
  const message = messageAt(k, f.draft === 0 ? f.message : f.draft);
  const { length } = message;
  const refused = protocolOf(socket).send(k, socket, message, address, f.node);
  if (refused === WAIT) return waitForRoom(k, f, socket);
  if (refused !== 0) return end(k, f, refused);
  f.message = 0;
  return k.done(length);
}

/** The address that a message is sent to, undefined for the peer's, or an error. */
function destination(k: Kernel, f: SendFrame, socket: SocketView): Address | undefined | number {
  if (f.address.length === 0) return undefined;
  if (!protocolOf(socket).isConnected) return readAddress(k, f.address);
  return socket.state === SocketState.connected ? ErrorNumber.EISCONN : ErrorNumber.EOPNOTSUPP;
}

function begin(k: Kernel, f: SendFrame): OutcomeNumber {
  const socket = socketAt(k, f.socket);
  const protocol = protocolOf(socket);
  if ((f.flags & MessageFlag.outOfBand) !== 0) return k.fail(ErrorNumber.EOPNOTSUPP);
  f.until = waitUntil(k, socket.sendTimeout);
  if (f.draft !== 0) return k.goto('post');
  if (protocol.isStream) {
    const address = destination(k, f, socket);
    return typeof address === 'number' ? k.fail(address) : k.goto('advance');
  }
  f.message = makeMessage(k);
  if (f.message === 0) return k.fail(ErrorNumber.ENOBUFS);
  sign(k, messageAt(k, f.message), f.process);
  if (f.from.length > socket.sendLimit) return end(k, f, ErrorNumber.EMSGSIZE);
  return k.goto('gather');
}

export function sendOperation(supply: Supply): Operation {
  return operation(network.send, ['moved', 'until', 'message'], {
    begin,
    advance: (k, f) => stream(k, f, supply),
    gather: (k, f) => gather(k, f, supply),
    post,
    supplied(k, f, reply) {
      const error = supplyError(reply);
      if (error !== 0) return end(k, f, error);
      return k.goto(f.message === 0 ? 'advance' : 'gather');
    },
    woken(k, f, reply) {
      const error = wakeError(reply, f.until);
      if (error !== 0) return end(k, f, error);
      return k.goto(f.message === 0 && f.draft === 0 ? 'advance' : 'post');
    },
  });
}
