/** Connections as such: made, found by their ends, counted among the timers, and ended. */
import type { PhysicalAddress } from '../../../../contracts/units.ts';
import type { Kernel } from '../../../../kernel/kernel.ts';
import { ShutdownBit } from '../../interface.ts';
import { linkAt, routeTo } from '../../link/links.ts';
import { SocketState, type SocketView } from '../../records.ts';
import { messageAt, rootOf, socketAt, treeOf } from '../../root.ts';
import { chunkAt, shareChunk } from '../../sockets/chunks.ts';
import { addChunk, dropMessage, makeMessage } from '../../sockets/messages.ts';
import { unpublish } from '../../sockets/names.ts';
import { dropSocket, holdSocket, wakeAll } from '../../sockets/sockets.ts';
import { Connection, type ConnectionView, type PacketView } from '../records.ts';
import { disarm } from './timers.ts';

/** Bytes of headers in each segment. */
const HEADERS = 40;
/** Windows count in units of 2^7 bytes, as Linux has it for buffers of this size. */
export const SCALE = 7;
/** A clock of 4 microseconds gives the first numbers (RFC 793, 3.3). */
const TICKS = 250_000;
const PORTS = 65_536;

export function connectionAt(k: Kernel, connection: PhysicalAddress): ConnectionView {
  return Connection.at(k.store, connection);
}

/** The connection of a socket, or undefined. */
export function connectionOf(k: Kernel, socket: SocketView): ConnectionView | undefined {
  const { connection } = socket;
  return connection === 0 ? undefined : connectionAt(k, connection);
}

function keyOf(localPort: number, remotePort: number): number {
  return localPort * PORTS + remotePort;
}

/** A connection for a socket that has both its ends; undefined when there is no memory. */
export function makeConnection(k: Kernel, socket: SocketView, state: number): ConnectionView | undefined {
  const address = k.slab.allocate(k.domain, Connection.size);
  if (address === 0) return undefined;
  const connection = connectionAt(k, address);
  const link = routeTo(k, socket.remoteAddress) ?? linkAt(k, rootOf(k).links);
  connection.socket = holdSocket(socket);
  socket.connection = address;
  connection.state = state;
  connection.initialSend = Math.floor((k.now * TICKS) / k.hertz) >>> 0;
  connection.unacknowledged = connection.initialSend;
  connection.sendNext = connection.initialSend;
  connection.sendEdge = connection.initialSend;
  connection.queueStart = (connection.initialSend + 1) >>> 0;
  connection.largestSegment = link.mtu - HEADERS;
  connection.receiveScale = SCALE;
  treeOf(k, 'connections').insert(connection.node, keyOf(socket.localPort, socket.remotePort));
  return connection;
}

/** The connection that a segment belongs to, or undefined. */
export function findConnection(k: Kernel, packet: PacketView): ConnectionView | undefined {
  const tree = treeOf(k, 'connections');
  const key = keyOf(packet.destinationPort, packet.sourcePort);
  for (let node = tree.atLeast(key); node !== 0 && tree.key(node) === key; node = tree.after(node)) {
    const connection = connectionAt(k, node - Connection.offsets.node);
    const { localAddress, remoteAddress } = socketAt(k, connection.socket);
    if (localAddress === packet.destination && remoteAddress === packet.source) return connection;
  }
  return undefined;
}

/** Is there a connection with these ends already? */
export function isConnected(k: Kernel, socket: SocketView, host: number, port: number): boolean {
  const tree = treeOf(k, 'connections');
  const key = keyOf(socket.localPort, port);
  for (let node = tree.atLeast(key); node !== 0 && tree.key(node) === key; node = tree.after(node)) {
    const other = socketAt(k, connectionAt(k, node - Connection.offsets.node).socket);
    if (other.localAddress === socket.localAddress && other.remoteAddress === host) return true;
  }
  return false;
}

/** Takes what is acknowledged, or everything, off the queue of what was sent. */
export function trimQueue(k: Kernel, connection: ConnectionView, bytes: number): void {
  let left = bytes;
  while (connection.firstQueued !== 0) {
    const message = messageAt(k, connection.firstQueued);
    const { length, next, address } = message;
    if (length > left) break;
    left -= length;
    connection.firstQueued = next;
    if (next === 0) connection.lastQueued = 0;
    connection.queueStart = (connection.queueStart + length) >>> 0;
    connection.queuedBytes -= length;
    dropMessage(k, address);
  }
}

/** Bytes of the queue from a number on, as a message of their own that shares their memory; 0 when there is no memory. */
export function cut(k: Kernel, connection: ConnectionView, from: number, most: number): PhysicalAddress {
  let skip = (from - connection.queueStart) >>> 0;
  for (let at = connection.firstQueued; at !== 0; ) {
    const { length, firstChunk, next } = messageAt(k, at);
    if (skip < length) return share(k, firstChunk, skip, Math.min(most, length - skip));
    skip -= length;
    at = next;
  }
  return 0;
}

function share(k: Kernel, from: PhysicalAddress, skip: number, length: number): PhysicalAddress {
  const address = makeMessage(k);
  if (address === 0) return 0;
  const chunk = shareChunk(k, chunkAt(k, from), skip, length);
  if (chunk === 0) {
    dropMessage(k, address);
    return 0;
  }
  addChunk(k, messageAt(k, address), chunk);
  return address;
}

/** Ends a connection: nothing of it is left but what the socket's owner has not read. `error` 0 is a quiet end. */
export function destroyConnection(k: Kernel, connection: ConnectionView, error: number): void {
  const { address, listener, orphaned } = connection;
  const socket = socketAt(k, connection.socket);
  disarm(k, connection);
  trimQueue(k, connection, Number.POSITIVE_INFINITY);
  treeOf(k, 'connections').remove(connection.node);
  unpublish(k, socket);
  k.slab.release(address);
  socket.connection = 0;
  if (socket.state !== SocketState.closed) socket.state = SocketState.open;
  socket.shutdown = ShutdownBit.both;
  socket.error = error;
  wakeAll(k, socket);
  if (listener !== 0) dropSocket(k, listener);
  // One that nobody has accepted yet has nobody else to close it.
  if (listener !== 0 && orphaned === 0) dropSocket(k, socket.address);
  dropSocket(k, socket.address);
}
