/** Sockets as such: made, held, charged, woken, freed; and the connections that wait at them. */
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { AddressFamily } from '../interface.ts';
import { Socket, type SocketView } from '../records.ts';
import { messageAt, rootOf, socketAt, treeOf } from '../root.ts';
import { dropName } from './names.ts';

/** Bytes that a socket's messages may take unless told otherwise (net.core.rmem_default). */
const DEFAULT_LIMIT = 212_992;

/** A socket with one holder, its caller's; undefined when there is no memory. */
export function makeSocket(
  k: Kernel,
  on: { family: number; type: number; protocol: number; process: number },
): SocketView | undefined {
  const address = k.slab.allocate(k.domain, Socket.size);
  if (address === 0) return undefined;
  const socket = socketAt(k, address);
  const { effectiveUser, effectiveGroup } = k.credentials;
  socket.references = 1;
  socket.family = on.family;
  socket.type = on.type;
  socket.protocol = on.protocol;
  socket.process = on.process;
  socket.user = effectiveUser;
  socket.group = effectiveGroup;
  socket.receiveLimit = DEFAULT_LIMIT;
  socket.sendLimit = DEFAULT_LIMIT;
  socket.lowWater = 1;
  socket.timeToLive = 64;
  const root = rootOf(k);
  root.nextNumber += 1;
  treeOf(k, 'sockets').insert(socket.node, root.nextNumber);
  return socket;
}

/** The number that names a socket for people: an inode number in what Linux shows. */
export function numberOf(k: Kernel, socket: SocketView): number {
  return treeOf(k, 'sockets').key(socket.node);
}

export function holdSocket(socket: SocketView): PhysicalAddress {
  socket.references += 1;
  return socket.address;
}

/** Gives back a hold; the last one frees the socket, which is closed and has no messages by then. */
export function dropSocket(k: Kernel, address: PhysicalAddress): void {
  const socket = socketAt(k, address);
  socket.references -= 1;
  if (socket.references > 0) return;
  treeOf(k, 'sockets').remove(socket.node);
  const { peer, name, family } = socket;
  if (name !== 0) dropName(k, name);
  k.slab.release(address);
  if (peer !== 0 && family === AddressFamily.local) dropSocket(k, peer);
}

/** Something can be read, or will never come. */
export function wakeReaders(k: Kernel, socket: SocketView): void {
  k.wake(socket.readQueue);
  k.wake(socket.pollQueue);
}

export function wakeWriters(k: Kernel, socket: SocketView): void {
  k.wake(socket.writeQueue);
  k.wake(socket.pollQueue);
}

export function wakeAll(k: Kernel, socket: SocketView): void {
  k.wake(socket.readQueue);
  wakeWriters(k, socket);
}

/** May somebody send? Only when much of what was sent has been received, so that it is worth while. */
export function hasSendRoom(socket: SocketView): boolean {
  return socket.sendCharge * 4 <= socket.sendLimit;
}

/** Puts a message on a socket's bill. The message holds the socket. */
export function charge(k: Kernel, socket: SocketView, message: PhysicalAddress): void {
  const view = messageAt(k, message);
  socket.sendCharge += view.charge;
  view.sender = holdSocket(socket);
}

/** Takes memory off a socket's bill, with the hold that the message had. */
export function uncharge(k: Kernel, address: PhysicalAddress, bytes: number): void {
  const socket = socketAt(k, address);
  socket.sendCharge -= bytes;
  if (hasSendRoom(socket)) wakeWriters(k, socket);
  dropSocket(k, address);
}

/** Puts a connection at the end of those that wait to be accepted; the queue has its hold. */
export function addPending(k: Kernel, listener: SocketView, socket: SocketView): void {
  if (listener.lastPending !== 0) socketAt(k, listener.lastPending).nextPending = socket.address;
  else listener.firstPending = socket.address;
  listener.lastPending = socket.address;
  listener.pendingCount += 1;
}

/** Takes the first connection that waits, or undefined. */
export function takePending(k: Kernel, listener: SocketView): SocketView | undefined {
  const { firstPending } = listener;
  if (firstPending === 0) return undefined;
  const socket = socketAt(k, firstPending);
  listener.firstPending = socket.nextPending;
  if (socket.nextPending === 0) listener.lastPending = 0;
  socket.nextPending = 0;
  listener.pendingCount -= 1;
  return socket;
}

/** Takes the error that waits for the next call. */
export function takeError(socket: SocketView): number {
  const { error } = socket;
  if (error !== 0) socket.error = 0;
  return error;
}
