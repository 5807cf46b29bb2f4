/**
 * Ports: message queues with one receiver, and what happens when one dies.
 *
 * A port is held by everything that names it; it dies when its receive right is destroyed, and its record goes with the last
 * hold. Its messages die with it, with the rights in them; so ports can die of a port's death, and all of them are worked
 * through in turn, for a chain of them may be long.
 */
import { Primitive } from '../../contracts/accounting.ts';
import type { ViewOf } from '../../contracts/records.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { allocate, release } from './limits.ts';
import { carriedRights } from './message-layout.ts';
import { makeNotice, Notice } from './notices.ts';
import { MemoryObject, NameRequest, NameType, PortObject, QueuedMessage } from './records.ts';

export type PortView = ViewOf<typeof PortObject.schema>;

/** Messages that wait at a port, unless its receiver wants otherwise (Mach: MACH_PORT_QLIMIT_DEFAULT, and _MAX). */
const USUAL_LIMIT = 5;
export const LARGEST_LIMIT = 16;

/** A port without a receiver, held once; 0 when there is no more memory for ports. */
export function createPort(k: Kernel): PhysicalAddress {
  const port = allocate(k, 'ports', PortObject.size);
  if (port === 0) return 0;
  const view = PortObject.at(k.store, port);
  view.references = 1;
  view.limit = USUAL_LIMIT;
  return port;
}

export function portAt(k: Kernel, port: PhysicalAddress): PortView {
  return PortObject.at(k.store, port);
}

export function holdPort(k: Kernel, port: PhysicalAddress): void {
  portAt(k, port).references += 1;
}

export function releasePort(k: Kernel, port: PhysicalAddress): void {
  const view = portAt(k, port);
  view.references -= 1;
  if (view.references < 0) throw new Error('a port is released more often than held');
  if (view.references === 0) release(k, 'ports', port);
}

/** Queues a message, however many there are, and wakes a receiver. The message is charged as queued. */
export function enqueue(k: Kernel, port: PhysicalAddress, message: PhysicalAddress): void {
  const view = portAt(k, port);
  QueuedMessage.at(k.store, message).next = 0;
  if (view.last !== 0) QueuedMessage.at(k.store, view.last).next = message;
  else view.first = message;
  view.last = message;
  view.queued += 1;
  view.sequence += 1;
  k.meter.charge(Primitive.messageQueued, 1);
  k.wake(view.receivers, 1);
  const { set } = view;
  if (set !== 0) k.wake(portAt(k, set).receivers, 1);
}

/** Takes the oldest message of a port, which has one, and lets a sender go on that waits for room. */
export function dequeue(k: Kernel, port: PhysicalAddress): PhysicalAddress {
  const view = portAt(k, port);
  const message = view.first;
  view.first = QueuedMessage.at(k.store, message).next;
  if (view.first === 0) view.last = 0;
  view.queued -= 1;
  k.wake(view.senders, 1);
  return message;
}

/** Frees a message's record; its rights are somebody else's by now. */
export function freeMessage(k: Kernel, message: PhysicalAddress): void {
  release(k, 'messages', message);
}

/** Destroys a port's receive right, and with it the port, and whatever dies of that. */
export function killPort(k: Kernel, port: PhysicalAddress): void {
  holdPort(k, port);
  endAll(k, [port]);
}

/** Destroys a right that nobody has a name for any more, with its hold: of a message, of a special port. */
export function destroyRight(k: Kernel, port: PhysicalAddress, type: number): void {
  const dying: PhysicalAddress[] = [];
  destroy(k, port, type, dying);
  endAll(k, dying);
}

/** Destroys a message with its rights. */
export function destroyMessage(k: Kernel, message: PhysicalAddress): void {
  const dying: PhysicalAddress[] = [];
  destroyContents(k, message, dying);
  endAll(k, dying);
}

/** @param dying ports whose receive right is gone, each with a hold that is given back here. */
function endAll(k: Kernel, dying: PhysicalAddress[]): void {
  for (let port = dying.pop(); port !== undefined; port = dying.pop()) {
    endPort(k, port, dying);
    releasePort(k, port);
  }
}

/** A port is no longer a member of its set, if it was of one. */
export function leaveSet(k: Kernel, port: PhysicalAddress): void {
  const view = portAt(k, port);
  const { set } = view;
  view.set = 0;
  if (set !== 0) releasePort(k, set);
}

/** Is a port a member of a set? One that has gone has no members. */
export function isInSet(k: Kernel, port: PhysicalAddress): boolean {
  const { set } = portAt(k, port);
  if (set === 0) return false;
  if (portAt(k, set).dead === 0) return true;
  leaveSet(k, port);
  return false;
}

/** A port becomes a member of a set; what waits there may be received by way of it. */
export function joinSet(k: Kernel, port: PhysicalAddress, set: PhysicalAddress): void {
  leaveSet(k, port);
  holdPort(k, set);
  const view = portAt(k, port);
  view.set = set;
  // Who waits at the port itself finds it in a set.
  k.wake(view.receivers);
  k.wake(portAt(k, set).receivers);
}

function endPort(k: Kernel, port: PhysicalAddress, dying: PhysicalAddress[]): void {
  const view = portAt(k, port);
  if (view.dead !== 0) return;
  view.dead = 1;
  view.receiver = 0;
  view.carriedTo = 0;
  leaveSet(k, port);
  k.wake(view.receivers);
  k.wake(view.senders);
  if (view.object !== 0) k.wake(MemoryObject.at(k.store, view.object).waiters);
  notifyAll(k, view);
  while (view.first !== 0) {
    const message = view.first;
    view.first = QueuedMessage.at(k.store, message).next;
    destroyContents(k, message, dying);
  }
  view.last = 0;
  view.queued = 0;
}

function destroyContents(k: Kernel, message: PhysicalAddress, dying: PhysicalAddress[]): void {
  const { reply, replyType, frame } = QueuedMessage.at(k.store, message);
  if (frame !== 0) k.frames.release(frame);
  if (reply !== 0) destroy(k, reply, replyType, dying);
  for (const { port, type } of carriedRights(k, message)) destroy(k, port, type, dying);
  freeMessage(k, message);
}

function destroy(k: Kernel, port: PhysicalAddress, type: number, dying: PhysicalAddress[]): void {
  if (type === NameType.receive) {
    dying.push(port);
    return;
  }
  if (type === NameType.sendOnce && portAt(k, port).dead === 0) {
    const notice = makeNotice(k, Notice.sendOnce, 0);
    if (notice !== 0) enqueue(k, port, notice);
  }
  releasePort(k, port);
}

/** Whoever asked to hear of the port's death hears of it. */
function notifyAll(k: Kernel, view: PortView): void {
  while (view.requests !== 0) {
    const request = NameRequest.at(k.store, view.requests);
    const { address, next, notify, message } = request;
    view.requests = next;
    if (portAt(k, notify).dead === 0) enqueue(k, notify, message);
    else freeMessage(k, message);
    releasePort(k, notify);
    release(k, 'requests', address);
  }
}
