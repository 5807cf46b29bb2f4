/** TCP (RFC 9293) for its sockets. */

import { ErrorNumber } from '../../../../contracts/errors.ts';
import type { PhysicalAddress } from '../../../../contracts/units.ts';
import type { Kernel } from '../../../../kernel/kernel.ts';
import { PollEvent, ShutdownBit } from '../../interface.ts';
import { type MessageView, SocketState, type SocketView } from '../../records.ts';
import { messageAt } from '../../root.ts';
import { putInternet } from '../../sockets/addresses.ts';
import { roomAtEnd } from '../../sockets/messages.ts';
import { Bound } from '../../sockets/names.ts';
import type { Protocol } from '../../sockets/protocol.ts';
import { charge, takePending } from '../../sockets/sockets.ts';
import { pump } from '../input.ts';
import { bindInternet, portError, takeEphemeral } from '../ports.ts';
import { type ConnectionView, TcpState } from '../records.ts';
import { connectionOf } from './connections.ts';
import { hasRoom } from './limits.ts';
import { beginActive, closeStream, isLeaving, shut } from './opening.ts';
import { openWindow, push } from './output.ts';

function listen(k: Kernel, socket: SocketView): number {
  if (socket.isBound === Bound.no) return takeEphemeral(k, socket, ErrorNumber.EADDRINUSE);
  return portError(k, socket, socket.localPort, true);
}

/** The connection by which something can be sent; an error, or 0 while it is being made. */
function carrier(k: Kernel, socket: SocketView): ConnectionView | number {
  if ((socket.shutdown & ShutdownBit.send) !== 0) return ErrorNumber.EPIPE;
  const connection = connectionOf(k, socket);
  if (connection === undefined) return ErrorNumber.EPIPE;
  return socket.state === SocketState.connected ? connection : 0;
}

function room(k: Kernel, socket: SocketView): number {
  const connection = carrier(k, socket);
  if (typeof connection === 'number') return connection === 0 ? 0 : -connection;
  return Math.max(0, socket.sendLimit - socket.sendCharge);
}

function tail(k: Kernel, socket: SocketView): PhysicalAddress {
  const connection = carrier(k, socket);
  if (typeof connection === 'number') return 0;
  const { lastQueued } = connection;
  return lastQueued !== 0 && roomAtEnd(k, messageAt(k, lastQueued)) > 0 ? lastQueued : 0;
}

/** Puts a message behind those that are to be sent. */
function queue(k: Kernel, socket: SocketView, connection: ConnectionView, address: PhysicalAddress): void {
  charge(k, socket, address);
  if (connection.lastQueued !== 0) messageAt(k, connection.lastQueued).next = address;
  else connection.firstQueued = address;
  connection.lastQueued = address;
}

function pushed(
  k: Kernel,
  socket: SocketView,
  message: PhysicalAddress,
  isNew: boolean,
  length: number,
): void {
  const connection = connectionOf(k, socket);
  if (connection === undefined) throw new Error('bytes were put on a connection that is none');
  if (isNew) queue(k, socket, connection, message);
  connection.queuedBytes += length;
  push(k, connection);
  pump(k);
}

/** A draft: its bytes join the stream. */
function send(k: Kernel, socket: SocketView, message: MessageView): number {
  const connection = carrier(k, socket);
  if (typeof connection === 'number') return connection === 0 ? ErrorNumber.EAGAIN : connection;
  return message.firstChunk === message.lastChunk ? sendDraft(k, socket, message) : ErrorNumber.EMSGSIZE;
}

function sendDraft(k: Kernel, socket: SocketView, message: MessageView): number {
  pushed(k, socket, message.address, true, message.length);
  return 0;
}

function name(_k: Kernel, socket: SocketView, peer: boolean): number {
  if (!peer) return putInternet(_k, socket.localAddress, socket.localPort);
  if (socket.connection === 0 || socket.state === SocketState.connecting) return -1;
  return putInternet(_k, socket.remoteAddress, socket.remotePort);
}

function poll(k: Kernel, socket: SocketView): number {
  const connection = connectionOf(k, socket);
  const out = hasRoom(socket) || (socket.shutdown & ShutdownBit.send) !== 0;
  const writable = out ? PollEvent.out | PollEvent.writeNormal : 0;
  if (connection === undefined) return writable | PollEvent.hangUp;
  const opening = connection.state === TcpState.synSent || connection.state === TcpState.synReceived;
  return opening ? 0 : writable;
}

export const streamProtocol: Protocol = {
  isStream: true,
  isConnected: true,
  bind: bindInternet,
  listen,
  connect: beginActive,
  accept: takePending,
  name,
  room,
  tail,
  pushed,
  send,
  sendQueues: (_k, socket) => [socket.writeQueue],
  connectQueue: (_k, socket) => socket.writeQueue,
  received(k, socket) {
    openWindow(k, socket);
    pump(k);
  },
  taken: () => undefined,
  shutdown: shut,
  poll,
  unsent: (k, socket) => connectionOf(k, socket)?.queuedBytes ?? 0,
  isLeaving,
  close: closeStream,
};
