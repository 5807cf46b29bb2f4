/** Connections that others ask for. */
import type { Kernel } from '../../../../kernel/kernel.ts';
import type { SocketView } from '../../records.ts';
import { unpublish } from '../../sockets/names.ts';
import { dropSocket, holdSocket, makeSocket } from '../../sockets/sockets.ts';
import { takePort } from '../ports.ts';
import { type ConnectionView, type PacketView, TcpState } from '../records.ts';
import { makeConnection } from './connections.ts';
import { setFirstLimits } from './limits.ts';
import { advance } from './numbers.ts';
import { synchronise } from './output.ts';

/** Takes what the peer's SYN says. */
export function learn(connection: ConnectionView, packet: PacketView): void {
  connection.receiveNext = advance(packet.sequence, 1);
  connection.receiveEdge = connection.receiveNext;
  if (packet.largestSegment !== 0)
    connection.largestSegment = Math.min(connection.largestSegment, packet.largestSegment);
  const scales = packet.scale !== 0;
  connection.sendScale = scales ? packet.scale - 1 : 0;
  connection.receiveScale = scales ? connection.receiveScale : 0;
}

/** A SYN has come to a listening socket: the connection begins, and is accepted once its handshake is over. */
export function beginPassive(k: Kernel, listener: SocketView, packet: PacketView): void {
  const { family, type, protocol, process } = listener;
  const socket = makeSocket(k, { family, type, protocol, process });
  if (socket === undefined) return;
  setFirstLimits(socket);
  inherit(socket, listener);
  socket.localAddress = packet.destination;
  socket.remoteAddress = packet.source;
  socket.remotePort = packet.sourcePort;
  takePort(k, socket, packet.destinationPort);
  const connection = makeConnection(k, socket, TcpState.synReceived);
  if (connection === undefined) {
    unpublish(k, socket);
    dropSocket(k, socket.address);
    return;
  }
  connection.listener = holdSocket(listener);
  learn(connection, packet);
  synchronise(k, connection);
}

/** What an accepted socket has of the one that listened. */
function inherit(socket: SocketView, listener: SocketView): void {
  socket.user = listener.user;
  socket.group = listener.group;
  socket.reuseAddress = listener.reuseAddress;
  socket.reusePort = listener.reusePort;
  socket.keepAlive = listener.keepAlive;
  socket.linger = listener.linger;
  socket.lingerSeconds = listener.lingerSeconds;
  socket.noDelay = listener.noDelay;
  socket.priority = listener.priority;
  socket.receiveTimeout = listener.receiveTimeout;
  socket.sendTimeout = listener.sendTimeout;
  socket.limitSet = listener.limitSet;
  socket.receiveLimit = listener.receiveLimit;
  if (listener.limitSet === 1) socket.sendLimit = listener.sendLimit;
}
