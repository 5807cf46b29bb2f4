/** Connections at their beginning and their end: asked for, offered, shut and closed by this side. */
import { ErrorNumber } from '../../../../contracts/errors.ts';
import type { Kernel } from '../../../../kernel/kernel.ts';
import { AddressFamily, ShutdownBit } from '../../interface.ts';
import { SocketState, type SocketView } from '../../records.ts';
import type { Address } from '../../sockets/addresses.ts';
import { Bound, unpublish } from '../../sockets/names.ts';
import { emptyQueue } from '../../sockets/queues.ts';
import { dropSocket, takePending, wakeAll } from '../../sockets/sockets.ts';
import { pump } from '../input.ts';
import { takeEphemeral, waysTo } from '../ports.ts';
import { type ConnectionView, TcpState } from '../records.ts';
import { connectionOf, destroyConnection, isConnected, makeConnection } from './connections.ts';
import { push, reset, synchronise } from './output.ts';

import { arm, remember } from './timers.ts';

/** Gives a connecting socket a port, unless it has one. */
function ensurePort(k: Kernel, socket: SocketView): number {
  return socket.isBound !== Bound.no ? 0 : takeEphemeral(k, socket, ErrorNumber.EADDRNOTAVAIL);
}

/** connect(2) on a stream. */
export function beginActive(k: Kernel, socket: SocketView, address: Address): number {
  if (address.family === AddressFamily.none) return disconnect(k, socket);
  if (address.family !== AddressFamily.internet) return ErrorNumber.EAFNOSUPPORT;
  if (socket.state === SocketState.connected || socket.state === SocketState.listening)
    return ErrorNumber.EISCONN;
  const ways = waysTo(k, socket, address.host);
  if (typeof ways === 'number') return ways;
  const error = ensurePort(k, socket);
  if (error !== 0) return error;
  socket.localAddress = ways.from;
  if (isConnected(k, socket, ways.to, address.port)) return ErrorNumber.EADDRNOTAVAIL;
  socket.remoteAddress = ways.to;
  socket.remotePort = address.port;
  socket.shutdown = 0;
  socket.error = 0;
  const connection = makeConnection(k, socket, TcpState.synSent);
  if (connection === undefined) return ErrorNumber.ENOBUFS;
  socket.state = SocketState.connecting;
  const { address: made } = connection;
  synchronise(k, connection);
  pump(k);
  if (socket.connection === made && connection.state === TcpState.synSent) arm(k, connection);
  socket.unsettled = 1;
  return ErrorNumber.EINPROGRESS;
}

/** connect(2) to nobody: the connection is over. */
function disconnect(k: Kernel, socket: SocketView): number {
  const connection = connectionOf(k, socket);
  if (connection !== undefined) abort(k, connection);
  socket.remotePort = 0;
  pump(k);
  return 0;
}

/** Ends a connection for both sides at once. */
export function abort(k: Kernel, connection: ConnectionView): void {
  if (connection.state !== TcpState.synSent && connection.state !== TcpState.timeWait) reset(k, connection);
  destroyConnection(k, connection, 0);
}

/** This side says its last. */
function finish(k: Kernel, connection: ConnectionView): void {
  const { state } = connection;
  if (connection.finishing === 1) return;
  connection.finishing = 1;
  if (state === TcpState.closeWait) connection.state = TcpState.lastAck;
  else if (state === TcpState.established || state === TcpState.synReceived)
    connection.state = TcpState.finWait1;
  push(k, connection);
}

/** shutdown(2) on a stream. */
export function shut(k: Kernel, socket: SocketView, how: number): number {
  if (socket.state === SocketState.listening) {
    if ((how & ShutdownBit.receive) !== 0) stopListening(k, socket);
    return 0;
  }
  const connection = connectionOf(k, socket);
  if (connection === undefined || connection.state === TcpState.synSent) return ErrorNumber.ENOTCONN;
  socket.shutdown |= how;
  if ((how & ShutdownBit.send) !== 0) finish(k, connection);
  pump(k);
  wakeAll(k, socket);
  return 0;
}

/** Those that nobody has accepted are over. */
function stopListening(k: Kernel, socket: SocketView): void {
  socket.state = SocketState.open;
  for (let waiting = takePending(k, socket); waiting !== undefined; waiting = takePending(k, socket)) {
    waiting.state = SocketState.closed;
    const connection = connectionOf(k, waiting);
    if (connection !== undefined) abort(k, connection);
    emptyQueue(k, waiting);
    dropSocket(k, waiting.address);
  }
  pump(k);
  wakeAll(k, socket);
}

/** close(2) on a stream: what is under way arrives; what was not read, or a wish, makes it a reset. */
export function closeStream(k: Kernel, socket: SocketView): void {
  if (socket.state === SocketState.listening) stopListening(k, socket);
  const connection = connectionOf(k, socket);
  const rude = socket.firstMessage !== 0 || (socket.linger === 1 && socket.lingerSeconds === 0);
  socket.state = SocketState.closed;
  socket.shutdown = ShutdownBit.both;
  emptyQueue(k, socket);
  if (connection === undefined) unpublish(k, socket);
  else if (rude || connection.state === TcpState.synSent) abort(k, connection);
  else {
    connection.orphaned = 1;
    finish(k, connection);
    if (connection.state === TcpState.finWait2) remember(k, connection);
  }
  pump(k);
}

/** Is the socket of a connection that is on its way to an end? */
export function isLeaving(k: Kernel, socket: SocketView): boolean {
  const { finWait1, closing, lastAck } = TcpState;
  const connection = connectionOf(k, socket);
  return connection !== undefined && ([finWait1, closing, lastAck] as number[]).includes(connection.state);
}
