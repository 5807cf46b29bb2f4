/**
 * mach_msg: a message into the kernel and into a port's queue, and out of a queue into a program.
 *
 * The bytes are copied in first, then it waits for room in the queue, and only then rights leave their task, all at once: so
 * nothing has to be given back when the wait ends otherwise. Whoever receives is given the rights' names, then the bytes.
 */
import { type OutcomeNumber, type Reply, WakeReason } from '../../contracts/service.ts';
import { NEVER, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { answer, nativeCall } from './call.ts';
import { allocate } from './limits.ts';
import {
  bytesOf,
  COMPLEX,
  claimedDescriptors,
  Disposition,
  descriptorAt,
  dispositionAt,
  dispositionOf,
  HEADER_BYTES,
  Header,
  headerWord,
  LARGEST_MESSAGE,
  rightAt,
  setHeaderWord,
  writeDescriptor,
  writePlace,
} from './message-layout.ts';
import {
  dequeue,
  destroyMessage,
  enqueue,
  freeMessage,
  holdPort,
  isInSet,
  portAt,
  releasePort,
} from './ports.ts';
import { NameType, QueuedMessage } from './records.ts';
import { placePage } from './regions.ts';
import { MessageResult, Result } from './results.ts';
import { copyInRight, copyOutRight, mayCopyIn } from './rights.ts';
import { callingTask, findName, type NameView, NULL_NAME, namesOf, numberOf } from './tasks.ts';
import { copyIn, copyOut, supply } from './user.ts';

/** Options, as MACH_*_MSG and MACH_*_TIMEOUT (mach/message.h). */
const Option = { send: 1, receive: 2, large: 4, sendTimeout: 0x10, receiveTimeout: 0x100 } as const;
const MILLISECONDS = 1000;

interface MessageFrame {
  readonly address: number;
  readonly option: number;
  readonly sendSize: number;
  readonly receiveSize: number;
  readonly receiveName: number;
  readonly timeout: number;
  message: number;
  /** Bytes of it that were copied. */
  at: number;
  /** The port that the thread waits at, with a hold. */
  port: number;
  until: number;
  status: number;
}

const remoteDisposition = (bits: number): number => bits & 0xff;
const localDisposition = (bits: number): number => (bits >>> 8) & 0xff;

/** What keeps a message that was copied in from being sent, or success. `destination` is its port. */
function verdict(k: Kernel, task: PhysicalAddress, message: PhysicalAddress): number {
  const bits = headerWord(k, message, Header.bits);
  const remote = headerWord(k, message, Header.remote);
  const disposition = remoteDisposition(bits);
  if (
    remote === NULL_NAME ||
    disposition === Disposition.moveReceive ||
    !mayCopyIn(k, task, remote, disposition)
  )
    return MessageResult.sendInvalidDestination;
  const local = headerWord(k, message, Header.local);
  const answerBy = localDisposition(bits);
  if (answerBy === Disposition.moveReceive) return MessageResult.sendInvalidReply;
  if (answerBy === 0 ? local !== NULL_NAME : !mayCopyIn(k, task, local, answerBy))
    return MessageResult.sendInvalidReply;
  const count = claimedDescriptors(k, message);
  for (let index = 0; index < count; index++) {
    const descriptor = descriptorAt(k, message, index);
    if (descriptor === 0) return MessageResult.sendTooSmall;
    const wanted = dispositionAt(k, descriptor);
    if (wanted < 0) return MessageResult.sendInvalidType;
    if (!mayCopyIn(k, task, rightAt(k, descriptor).port, wanted)) return MessageResult.sendInvalidRight;
  }
  return Result.success;
}

/** The port that a message goes to; 0 when its name is a dead one, or of a server, which is asked by system calls. */
function destinationOf(k: Kernel, task: PhysicalAddress, message: PhysicalAddress): PhysicalAddress {
  const name = findName(k, task, headerWord(k, message, Header.remote));
  const port = name === undefined || name.type === NameType.deadName ? 0 : name.port;
  return port !== 0 && portAt(k, port).service !== 0 ? 0 : port;
}

/** Would a message for a port carry a receive right that the port's own is on its way with? Nothing could ever receive it. */
function isCircular(
  k: Kernel,
  task: PhysicalAddress,
  message: PhysicalAddress,
  port: PhysicalAddress,
): boolean {
  const moved: PhysicalAddress[] = [];
  const count = claimedDescriptors(k, message);
  for (let index = 0; index < count; index++) {
    const descriptor = descriptorAt(k, message, index);
    if (dispositionAt(k, descriptor) !== Disposition.moveReceive) continue;
    const view = findName(k, task, rightAt(k, descriptor).port);
    if (view !== undefined) moved.push(view.port);
  }
  if (moved.length === 0) return false;
  for (let at = port; at !== 0; at = portAt(k, at).carriedTo) if (moved.includes(at)) return true;
  return false;
}

/** Takes the rights that a message is to carry from its sender. They have been looked at. */
function takeRights(k: Kernel, task: PhysicalAddress, message: PhysicalAddress, port: PhysicalAddress): void {
  const view = QueuedMessage.at(k.store, message);
  const bits = headerWord(k, message, Header.bits);
  const count = claimedDescriptors(k, message);
  for (let index = 0; index < count; index++) {
    const descriptor = descriptorAt(k, message, index);
    const name = rightAt(k, descriptor).port;
    const right = copyInRight(k, task, name, dispositionAt(k, descriptor));
    if (right.type === NameType.receive) portAt(k, right.port).carriedTo = port;
    writeDescriptor(k, descriptor, right.port, right.type);
  }
  view.descriptors = count;
  const reply = copyInRight(k, task, headerWord(k, message, Header.local), localDisposition(bits));
  view.reply = reply.port;
  view.replyType = reply.type;
}

/** Sends a message that is in the kernel. Rights leave their task here. */
function post(k: Kernel, f: MessageFrame): OutcomeNumber {
  const task = callingTask(k);
  if (task === 0) return refuse(k, f, MessageResult.sendNoBuffer);
  const result = verdict(k, task, f.message);
  if (result !== Result.success) return refuse(k, f, result);
  const port = destinationOf(k, task, f.message);
  if (port === 0) return refuse(k, f, MessageResult.sendInvalidDestination);
  const { queued, limit, senders } = portAt(k, port);
  const disposition = remoteDisposition(headerWord(k, f.message, Header.bits));
  const isAnswer = disposition === Disposition.moveSendOnce || disposition === Disposition.makeSendOnce;
  if (queued >= limit && !isAnswer) {
    if ((f.option & Option.sendTimeout) !== 0 && f.timeout === 0)
      return refuse(k, f, MessageResult.sendTimedOut);
    f.port = port;
    holdPort(k, port);
    return k.wait([senders], f.until, 'room');
  }
  if (isCircular(k, task, f.message, port)) return refuse(k, f, MessageResult.sendInvalidRight);
  holdPort(k, port);
  takeRights(k, task, f.message, port);
  const used = copyInRight(k, task, headerWord(k, f.message, Header.remote), disposition);
  QueuedMessage.at(k.store, f.message).destinationType = isAnswer ? NameType.sendOnce : NameType.send;
  enqueue(k, port, f.message);
  f.message = 0;
  if (used.port !== 0) releasePort(k, used.port);
  releasePort(k, port);
  k.requests.countCrossing('ipc', 0, 0);
  return (f.option & Option.receive) !== 0 ? k.goto('receive') : answer(k, Result.success);
}

function refuse(k: Kernel, f: MessageFrame, result: number): OutcomeNumber {
  freeMessage(k, f.message);
  return answer(k, result);
}

function begin(k: Kernel, f: MessageFrame): OutcomeNumber {
  const limited = (f.option & (Option.sendTimeout | Option.receiveTimeout)) !== 0;
  f.until = limited ? k.after(k.now, f.timeout / MILLISECONDS) : NEVER;
  if ((f.option & Option.send) === 0)
    return (f.option & Option.receive) !== 0 ? k.goto('receive') : answer(k, Result.success);
  if (f.sendSize < HEADER_BYTES) return answer(k, MessageResult.sendTooSmall);
  if (f.sendSize > LARGEST_MESSAGE) return answer(k, MessageResult.sendTooLarge);
  if (f.sendSize % 4 !== 0) return answer(k, MessageResult.sendInvalidHeader);
  f.message = allocate(k, 'messages', QueuedMessage.size + f.sendSize);
  if (f.message === 0) return answer(k, MessageResult.sendNoBuffer);
  QueuedMessage.at(k.store, f.message).size = f.sendSize;
  return k.goto('copy in');
}

/** Takes the oldest message of the port that is to be received from, or waits for one. */
function receive(k: Kernel, f: MessageFrame): OutcomeNumber {
  const task = callingTask(k);
  const asked = task === 0 ? undefined : findName(k, task, f.receiveName);
  const type = asked === undefined ? NameType.free : asked.type;
  if (asked === undefined || (type & (NameType.receive | NameType.portSet)) === 0)
    return answer(k, MessageResult.receiveInvalidName);
  const isSet = type === NameType.portSet;
  if (!isSet && isInSet(k, asked.port)) return answer(k, MessageResult.receiveInSet);
  const name = (isSet ? memberWithMessage(k, task, asked.port) : undefined) ?? asked;
  const { port } = name;
  const { first, receivers, sequence, queued } = portAt(k, port);
  if (first === 0) {
    if ((f.option & Option.receiveTimeout) !== 0 && f.timeout === 0)
      return answer(k, MessageResult.receiveTimedOut);
    f.port = port;
    holdPort(k, port);
    const until = (f.option & Option.receiveTimeout) !== 0 ? f.until : NEVER;
    return k.wait([receivers], until, 'arrived');
  }
  if (QueuedMessage.at(k.store, first).size > f.receiveSize) {
    if ((f.option & Option.large) === 0) destroyMessage(k, dequeue(k, port));
    return answer(k, MessageResult.receiveTooLarge);
  }
  f.message = dequeue(k, port);
  f.at = 0;
  setHeaderWord(k, f.message, Header.sequence, sequence - queued);
  f.status = giveRights(k, task, f.message, isSet ? numberOf(k, task, name) : f.receiveName);
  if (!givePage(k, f.message)) f.status = MessageResult.receiveBodyError;
  return k.goto('copy out');
}

/** The first of a set's members at which a message waits; undefined when there is none. */
function memberWithMessage(k: Kernel, task: PhysicalAddress, set: PhysicalAddress): NameView | undefined {
  for (const name of namesOf(k, task)) {
    if ((name.type & NameType.receive) === 0) continue;
    const port = portAt(k, name.port);
    if (port.set === set && port.first !== 0) return name;
  }
  return undefined;
}

/** A page that a message carries goes into its receiver's windows, and the place into its descriptor. False when there is no room. */
function givePage(k: Kernel, message: PhysicalAddress): boolean {
  const view = QueuedMessage.at(k.store, message);
  const { frame } = view;
  if (frame === 0) return true;
  view.frame = 0;
  const place = placePage(k, k.spaceOf(k.thread), frame);
  writePlace(k, message, place);
  return place !== 0;
}

/** Gives the rights of a message to its receiver, as names in its bytes. Says when one could not be given. */
function giveRights(k: Kernel, task: PhysicalAddress, message: PhysicalAddress, name: number): number {
  const { reply, replyType, destinationType, descriptors, frame } = QueuedMessage.at(k.store, message);
  let lost = 0;
  const give = (port: PhysicalAddress, type: number): number => {
    if (port === 0) return NULL_NAME;
    const given = copyOutRight(k, task, { port, type });
    if (given === NULL_NAME) lost += 1;
    return given;
  };
  for (let index = 0; index < descriptors; index++) {
    const descriptor = descriptorAt(k, message, index);
    const { port, type } = rightAt(k, descriptor);
    writeDescriptor(k, descriptor, give(port, type), dispositionOf(type));
  }
  const remote = give(reply, replyType);
  const kinds = (reply === 0 ? 0 : dispositionOf(replyType)) | (dispositionOf(destinationType) << 8);
  setHeaderWord(k, message, Header.bits, (kinds | (descriptors > 0 || frame !== 0 ? COMPLEX : 0)) >>> 0);
  setHeaderWord(k, message, Header.size, QueuedMessage.at(k.store, message).size);
  setHeaderWord(k, message, Header.remote, remote);
  setHeaderWord(k, message, Header.local, name);
  return lost === 0 ? Result.success : MessageResult.receiveBodyError;
}

/** How a wait for a message or for room in a queue ended: a result, or undefined to look again. */
function waited(
  k: Kernel,
  f: MessageFrame,
  reply: Reply,
  results: { readonly interrupted: number; readonly timedOut: number; readonly died: number },
): number | undefined {
  const isDead = portAt(k, f.port).dead !== 0;
  releasePort(k, f.port);
  f.port = 0;
  if (isDead) return results.died;
  if (reply.value === WakeReason.interrupted) return results.interrupted;
  return reply.value === WakeReason.deadline ? results.timedOut : undefined;
}

export const messageCall = nativeCall({
  name: 'mach_msg',
  arguments: {
    address: 'address',
    option: 'word',
    sendSize: 'word',
    receiveSize: 'word',
    receiveName: 'word',
    timeout: 'word',
  },
  locals: ['message', 'at', 'port', 'until', 'status'],
  steps: {
    begin,
    'copy in'(k, f) {
      const space = k.spaceOf(k.thread);
      f.at += copyIn(k, space, f.address + f.at, bytesOf(f.message) + f.at, f.sendSize - f.at);
      if (f.at === f.sendSize) return k.goto('post');
      return supply(k, space, f.address + f.at, f.sendSize - f.at, false, 'supplied in');
    },
    'supplied in'(k, f, reply) {
      return reply.error === 0 ? k.goto('copy in') : refuse(k, f, MessageResult.sendInvalidData);
    },
    post,
    room(k, f, reply) {
      const { sendInterrupted, sendTimedOut } = MessageResult;
      const results = { interrupted: sendInterrupted, timedOut: sendTimedOut, died: -1 };
      const result = waited(k, f, reply, results);
      // A port that has died meanwhile is found to be dead by its name.
      return result === undefined || result === results.died ? k.goto('post') : refuse(k, f, result);
    },
    receive,
    arrived(k, f, reply) {
      const { receiveInterrupted, receiveTimedOut, receivePortDied } = MessageResult;
      const result = waited(k, f, reply, {
        interrupted: receiveInterrupted,
        timedOut: receiveTimedOut,
        died: receivePortDied,
      });
      return result === undefined ? k.goto('receive') : answer(k, result);
    },
    'copy out'(k, f) {
      const space = k.spaceOf(k.thread);
      const { size } = QueuedMessage.at(k.store, f.message);
      f.at += copyOut(k, space, f.address + f.at, bytesOf(f.message) + f.at, size - f.at);
      if (f.at < size) return supply(k, space, f.address + f.at, size - f.at, true, 'supplied out');
      freeMessage(k, f.message);
      return answer(k, f.status);
    },
    'supplied out'(k, f, reply) {
      if (reply.error === 0) return k.goto('copy out');
      freeMessage(k, f.message);
      return answer(k, MessageResult.receiveInvalidData);
    },
  },
});
