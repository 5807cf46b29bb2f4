/**
 * Local sockets (unix(7)): connections and messages between sockets of one machine, without packets.
 *
 * A connection is made by the connecter: the socket that will be accepted exists, and is connected, as soon as there is room
 * for it in the listener's queue. What is sent goes to the end of the peer's queue at once, on the sender's bill.
 */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { AddressFamily, PollEvent, ShutdownBit, SocketType } from '../interface.ts';
import { type MessageView, SocketState, type SocketView } from '../records.ts';
import { messageAt, rootOf, socketAt } from '../root.ts';
import { type Address, putLocal } from './addresses.ts';
import { MESSAGE_OVERHEAD, roomAtEnd } from './messages.ts';
import { findAbstract, findByNode, holdName, inventName, makeName, publish, unpublish } from './names.ts';
import { type Protocol, WAIT } from './protocol.ts';
import { emptyQueue, enqueue } from './queues.ts';
import {
  addPending,
  charge,
  dropSocket,
  hasSendRoom,
  holdSocket,
  makeSocket,
  takePending,
  wakeAll,
  wakeReaders,
} from './sockets.ts';

/** Messages that may wait at a socket without connections (net.unix.max_dgram_qlen). */
const MOST_WAITING = 10;

function bind(k: Kernel, socket: SocketView, address: Address, node: number): number {
  if (address.family !== AddressFamily.local) return ErrorNumber.EINVAL;
  if (socket.name !== 0) return ErrorNumber.EINVAL;
  const { at } = address;
  const length = address.length === 0 ? inventName(k, at) : address.length;
  if (length === 0) return ErrorNumber.ENOSPC;
  const taken = node !== 0 ? findByNode(k, node) : findAbstract(k, at, length);
  if (taken !== undefined) return ErrorNumber.EADDRINUSE;
  socket.name = makeName(k, at, length);
  if (socket.name === 0) return ErrorNumber.ENOMEM;
  publish(k, socket, node);
  return 0;
}

/** The socket that an address means; an error when there is none of this type. */
function find(k: Kernel, socket: SocketView, address: Address, node: number): SocketView | number {
  if (address.family !== AddressFamily.local || address.length === 0) return ErrorNumber.EINVAL;
  const found = node !== 0 ? findByNode(k, node) : findAbstract(k, address.at, address.length);
  if (found === undefined) return ErrorNumber.ECONNREFUSED;
  return found.type === socket.type ? found : ErrorNumber.EPROTOTYPE;
}

function introduce(socket: SocketView, peer: SocketView): void {
  socket.peerProcess = peer.process;
  socket.peerUser = peer.user;
  socket.peerGroup = peer.group;
}

/** Joins two sockets, each of which then holds the other. */
export function joinSockets(first: SocketView, second: SocketView): void {
  first.peer = holdSocket(second);
  second.peer = holdSocket(first);
  first.state = SocketState.connected;
  second.state = SocketState.connected;
  introduce(first, second);
  introduce(second, first);
}

function connectStream(k: Kernel, socket: SocketView, address: Address, node: number): number {
  if (socket.state === SocketState.connected) return ErrorNumber.EISCONN;
  if (socket.state !== SocketState.open) return ErrorNumber.EINVAL;
  const listener = find(k, socket, address, node);
  if (typeof listener === 'number') return listener;
  if (listener.state !== SocketState.listening) return ErrorNumber.ECONNREFUSED;
  if ((listener.shutdown & ShutdownBit.receive) !== 0) return ErrorNumber.ECONNREFUSED;
  if (listener.pendingCount > listener.backlog) return WAIT;
  const { family, type, protocol, process } = listener;
  const made = makeSocket(k, { family, type, protocol, process });
  if (made === undefined) return ErrorNumber.ENOMEM;
  joinSockets(socket, made);
  // Whoever made the listener is the peer, not whoever accepts.
  introduce(socket, listener);
  made.user = listener.user;
  made.group = listener.group;
  made.name = holdName(k, listener.name);
  made.passCredentials = listener.passCredentials;
  addPending(k, listener, made);
  wakeReaders(k, listener);
  return 0;
}

function connectDatagram(k: Kernel, socket: SocketView, address: Address, node: number): number {
  const old = socket.peer;
  if (address.family === AddressFamily.none) {
    socket.peer = 0;
    socket.state = SocketState.open;
  } else {
    const peer = find(k, socket, address, node);
    if (typeof peer === 'number') return peer;
    // One that is connected hears of its own peer only.
    if (peer.peer !== 0 && peer.peer !== socket.address) return ErrorNumber.EPERM;
    socket.peer = holdSocket(peer);
    socket.state = SocketState.connected;
  }
  if (old !== 0) dropSocket(k, old);
  return 0;
}

function name(k: Kernel, socket: SocketView, peer: boolean): number {
  if (!peer) return putLocal(k, socket.name);
  if (socket.peer === 0) return -1;
  return putLocal(k, socketAt(k, socket.peer).name);
}

/** The peer of a connection to which something can be sent, or an error. */
function partner(k: Kernel, socket: SocketView): SocketView | number {
  if ((socket.shutdown & ShutdownBit.send) !== 0) return ErrorNumber.EPIPE;
  if (socket.peer === 0) return ErrorNumber.ENOTCONN;
  const peer = socketAt(k, socket.peer);
  const deaf = peer.state === SocketState.closed || (peer.shutdown & ShutdownBit.receive) !== 0;
  return deaf ? ErrorNumber.EPIPE : peer;
}

function room(k: Kernel, socket: SocketView): number {
  const peer = partner(k, socket);
  if (typeof peer === 'number') return -peer;
  return Math.max(0, socket.sendLimit - socket.sendCharge);
}

function tail(k: Kernel, socket: SocketView, process: number): PhysicalAddress {
  const peer = partner(k, socket);
  if (typeof peer === 'number' || peer.lastMessage === 0) return 0;
  const message = messageAt(k, peer.lastMessage);
  if (message.sender !== socket.address || message.references > 1) return 0;
  if (message.rights !== 0 || message.process !== process || peer.passCredentials === 1) return 0;
  return roomAtEnd(k, message) > 0 ? peer.lastMessage : 0;
}

/** Puts a message into a socket's queue, on its sender's bill. */
function deliver(k: Kernel, from: SocketView, to: SocketView, message: MessageView): void {
  message.name = holdName(k, from.name);
  message.stated |= to.passCredentials;
  charge(k, from, message.address);
  enqueue(k, to, message.address);
  wakeReaders(k, to);
}

function pushed(
  k: Kernel,
  socket: SocketView,
  message: PhysicalAddress,
  isNew: boolean,
  length: number,
): void {
  const peer = socketAt(k, socket.peer);
  if (isNew) deliver(k, socket, peer, messageAt(k, message));
  else {
    peer.receiveBytes += length;
    wakeReaders(k, peer);
  }
}

/** Messages of connections: streams' that carry rights, and those that keep their bounds. */
function sendConnected(k: Kernel, socket: SocketView, message: MessageView): number {
  const peer = partner(k, socket);
  if (typeof peer === 'number') return peer;
  if (message.charge > socket.sendLimit) return ErrorNumber.EMSGSIZE;
  if (socket.sendCharge > 0 && socket.sendCharge + message.charge > socket.sendLimit) return WAIT;
  deliver(k, socket, peer, message);
  return 0;
}

/** Whom a datagram goes to, or an error. */
function receiver(
  k: Kernel,
  socket: SocketView,
  address: Address | undefined,
  node: number,
): SocketView | number {
  if (address !== undefined) {
    const found = find(k, socket, address, node);
    if (typeof found === 'number') return found;
    const free = found.peer === 0 || found.peer === socket.address;
    return free ? found : ErrorNumber.EPERM;
  }
  if (socket.peer === 0) return ErrorNumber.ENOTCONN;
  const peer = socketAt(k, socket.peer);
  if (peer.state !== SocketState.closed) return peer;
  // The connection goes with the peer, and whoever notices is told.
  socket.peer = 0;
  socket.state = SocketState.open;
  dropSocket(k, peer.address);
  return ErrorNumber.ECONNREFUSED;
}

/** Messages in a queue, counted no further than necessary. */
function isQueueFull(k: Kernel, socket: SocketView): boolean {
  let count = 0;
  for (let at = socket.firstMessage; at !== 0; at = messageAt(k, at).next) count += 1;
  return count > MOST_WAITING;
}

function sendDatagram(
  k: Kernel,
  socket: SocketView,
  message: MessageView,
  address: Address | undefined,
  node: number,
): number {
  if ((socket.shutdown & ShutdownBit.send) !== 0) return ErrorNumber.EPIPE;
  const to = receiver(k, socket, address, node);
  if (typeof to === 'number') return to;
  if ((to.shutdown & ShutdownBit.receive) !== 0) return ErrorNumber.EPIPE;
  if (message.charge > socket.sendLimit + MESSAGE_OVERHEAD) return ErrorNumber.EMSGSIZE;
  if (socket.sendCharge > 0 && socket.sendCharge + message.charge > socket.sendLimit) return WAIT;
  if (to.address !== socket.address && isQueueFull(k, to)) return WAIT;
  deliver(k, socket, to, message);
  return 0;
}

function shutdown(k: Kernel, socket: SocketView, how: number): number {
  socket.shutdown |= how;
  wakeAll(k, socket);
  if (socket.type === SocketType.datagram || socket.peer === 0) return 0;
  const peer = socketAt(k, socket.peer);
  if ((how & ShutdownBit.receive) !== 0) peer.shutdown |= ShutdownBit.send;
  if ((how & ShutdownBit.send) !== 0) peer.shutdown |= ShutdownBit.receive;
  wakeAll(k, peer);
  return 0;
}

function poll(k: Kernel, socket: SocketView): number {
  let events = hasSendRoom(socket) ? PollEvent.out | PollEvent.writeNormal : 0;
  const connects = socket.type !== SocketType.datagram;
  if (connects && socket.state === SocketState.open) return events | PollEvent.hangUp;
  if (!connects && socket.peer !== 0) {
    const peer = socketAt(k, socket.peer);
    if (peer.state !== SocketState.closed && peer.peer !== socket.address && isQueueFull(k, peer)) events = 0;
  }
  return events;
}

/** The peer of a connection hears that it is over. */
function leavePeer(k: Kernel, socket: SocketView, unread: boolean): void {
  const peer = socketAt(k, socket.peer);
  socket.peer = 0;
  if (socket.type !== SocketType.datagram) {
    peer.shutdown = ShutdownBit.both;
    if (unread) peer.error = ErrorNumber.ECONNRESET;
  }
  wakeAll(k, peer);
  dropSocket(k, peer.address);
}

function close(k: Kernel, socket: SocketView): void {
  const unread = socket.firstMessage !== 0;
  unpublish(k, socket);
  socket.state = SocketState.closed;
  for (let embryo = takePending(k, socket); embryo !== undefined; embryo = takePending(k, socket)) {
    embryo.state = SocketState.closed;
    emptyQueue(k, embryo);
    leavePeer(k, embryo, true);
    dropSocket(k, embryo.address);
  }
  emptyQueue(k, socket);
  if (socket.peer !== 0) leavePeer(k, socket, unread);
  // Whoever waits to connect or to send to it looks again.
  wakeAll(k, socket);
  k.wake(rootOf(k).room);
}

function wakeRoom(k: Kernel): void {
  const { room: queue } = rootOf(k);
  if (k.waiting.first(queue) !== 0) k.wake(queue);
}

function accept(k: Kernel, socket: SocketView): SocketView | undefined {
  const taken = takePending(k, socket);
  if (taken !== undefined) wakeRoom(k);
  return taken;
}

const common = {
  bind,
  name,
  room,
  tail,
  pushed,
  shutdown,
  poll,
  close,
  accept,
  connectQueue: (k: Kernel) => rootOf(k).room,
  taken: (k: Kernel) => wakeRoom(k),
  unsent: (_k: Kernel, socket: SocketView) => socket.sendCharge,
  received: () => undefined,
  isLeaving: () => false,
};

const connected = {
  ...common,
  isConnected: true,
  listen: (_k: Kernel, socket: SocketView) => (socket.name === 0 ? ErrorNumber.EINVAL : 0),
  connect: connectStream,
  send: sendConnected,
  sendQueues: (_k: Kernel, socket: SocketView) => [socket.writeQueue],
};

export const localStream: Protocol = { ...connected, isStream: true };
export const localSequential: Protocol = { ...connected, isStream: false };
export const localDatagram: Protocol = {
  ...common,
  isStream: false,
  isConnected: false,
  listen: () => ErrorNumber.EOPNOTSUPP,
  connect: connectDatagram,
  send: sendDatagram,
  sendQueues: (k, socket) => [socket.writeQueue, rootOf(k).room],
};
