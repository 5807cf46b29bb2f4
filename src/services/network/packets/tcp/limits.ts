/** How much a stream may have under way. */
import type { SocketView } from '../../records.ts';

/** Bytes at first: net.ipv4.tcp_wmem and tcp_rmem; and for connections, which Linux lets grow. */
const FIRST_SEND = 16_384;
const FIRST_RECEIVE = 131_072;
const CONNECTED_SEND = 262_144;

export function setFirstLimits(socket: SocketView): void {
  socket.sendLimit = FIRST_SEND;
  socket.receiveLimit = FIRST_RECEIVE;
}

export function raiseLimit(socket: SocketView): void {
  if (socket.limitSet === 0) socket.sendLimit = Math.max(socket.sendLimit, CONNECTED_SEND);
}

/** Is a third of the room free? Then it is worth while to wake a writer. */
export function hasRoom(socket: SocketView): boolean {
  return socket.sendCharge * 3 <= socket.sendLimit * 2;
}
