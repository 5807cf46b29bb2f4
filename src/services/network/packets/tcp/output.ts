/** Segments out: what the windows allow, acknowledgements, resets. */
import type { Kernel } from '../../../../kernel/kernel.ts';
import type { SocketView } from '../../records.ts';
import { messageAt, socketAt } from '../../root.ts';
import { dropMessage } from '../../sockets/messages.ts';
import { transmit } from '../output.ts';
import { makePacket } from '../packets.ts';
import { type ConnectionView, type PacketView, SegmentFlag, TcpState } from '../records.ts';
import { connectionOf, cut, SCALE } from './connections.ts';
import { advance, distance } from './numbers.ts';
import { arm } from './timers.ts';

const TCP = 6;
const MOST_WINDOW = 65_535;

/** Bytes that a socket has room for. The edge never goes back: what the peer was once promised stays so. */
function windowOf(socket: SocketView, connection: ConnectionView): number {
  const room = Math.max(0, socket.receiveLimit - socket.receiveBytes);
  const promised = Math.max(0, distance(connection.receiveEdge, connection.receiveNext));
  return Math.max(room, promised);
}

/** A segment of a connection with all that every one says; undefined when there is no memory. */
function segment(
  k: Kernel,
  connection: ConnectionView,
  flags: number,
  payload: number,
): PacketView | undefined {
  const socket = socketAt(k, connection.socket);
  const packet = makePacket(
    k,
    {
      protocol: TCP,
      source: socket.localAddress,
      sourcePort: socket.localPort,
      destination: socket.remoteAddress,
      destinationPort: socket.remotePort,
    },
    payload,
  );
  if (packet === undefined) return undefined;
  packet.flags = flags;
  packet.sequence = connection.sendNext;
  packet.timeToLive = socket.timeToLive;
  const window = windowOf(socket, connection);
  if ((flags & SegmentFlag.synchronise) !== 0) {
    packet.window = Math.min(window, MOST_WINDOW);
    packet.largestSegment = connection.largestSegment;
    packet.scale = SCALE + 1;
  } else packet.window = Math.min(window >>> connection.receiveScale, MOST_WINDOW);
  if ((flags & SegmentFlag.acknowledge) !== 0) {
    packet.acknowledgement = connection.receiveNext;
    const scale = (flags & SegmentFlag.synchronise) !== 0 ? 0 : connection.receiveScale;
    const edge = advance(connection.receiveNext, packet.window * 2 ** scale);
    if (distance(edge, connection.receiveEdge) > 0) connection.receiveEdge = edge;
  }
  return packet;
}

/** Sends a segment from a number on that takes `room` numbers; what may get lost is watched over. */
function post(k: Kernel, connection: ConnectionView, packet: PacketView, room: number): void {
  const { sequence } = packet;
  const went = transmit(k, packet);
  const after = advance(sequence, room);
  if (room > 0 && distance(after, connection.sendNext) > 0) connection.sendNext = after;
  if (!went && room > 0) arm(k, connection);
}

/** An acknowledgement alone. */
export function acknowledge(k: Kernel, connection: ConnectionView): void {
  const packet = segment(k, connection, SegmentFlag.acknowledge, 0);
  if (packet !== undefined) post(k, connection, packet, 0);
}

/** The first segment of a connection, or the answer to one; again when it got lost. */
export function synchronise(k: Kernel, connection: ConnectionView): void {
  const answers = connection.state === TcpState.synReceived ? SegmentFlag.acknowledge : 0;
  const packet = segment(k, connection, SegmentFlag.synchronise | answers, 0);
  if (packet === undefined) {
    arm(k, connection);
    return;
  }
  packet.sequence = connection.initialSend;
  post(k, connection, packet, 1);
}

/** Ends a connection for the peer at once. */
export function reset(k: Kernel, connection: ConnectionView): void {
  const packet = segment(k, connection, SegmentFlag.reset | SegmentFlag.acknowledge, 0);
  if (packet !== undefined) transmit(k, packet);
}

/** Answers a segment that belongs to no connection. */
export function refuse(k: Kernel, packet: PacketView): void {
  if ((packet.flags & SegmentFlag.reset) !== 0) return;
  const { source, sourcePort, destination, destinationPort } = packet;
  const answer = makePacket(
    k,
    {
      protocol: TCP,
      source: destination,
      sourcePort: destinationPort,
      destination: source,
      destinationPort: sourcePort,
    },
    0,
  );
  if (answer === undefined) return;
  if ((packet.flags & SegmentFlag.acknowledge) !== 0) {
    answer.flags = SegmentFlag.reset;
    answer.sequence = packet.acknowledgement;
  } else {
    const { synchronise: first, finish: last } = SegmentFlag;
    const numbers = ((packet.flags & first) !== 0 ? 1 : 0) + ((packet.flags & last) !== 0 ? 1 : 0);
    answer.flags = SegmentFlag.reset | SegmentFlag.acknowledge;
    answer.acknowledgement = advance(packet.sequence, packet.bytes + numbers);
  }
  transmit(k, answer);
}

/** Sends bytes of the queue from a number on, one segment. Returns how many. */
function sendBytes(k: Kernel, connection: ConnectionView, from: number, most: number): number {
  const message = cut(k, connection, from, Math.min(most, connection.largestSegment));
  if (message === 0) return 0;
  const { length } = messageAt(k, message);
  const packet = segment(k, connection, SegmentFlag.acknowledge | SegmentFlag.push, message);
  if (packet === undefined) {
    dropMessage(k, message);
    return 0;
  }
  packet.sequence = from;
  post(k, connection, packet, length);
  return length;
}

/** The number behind the last byte of the queue: that of the FIN. */
export function queueEnd(connection: ConnectionView): number {
  return advance(connection.queueStart, connection.queuedBytes);
}

function finish(k: Kernel, connection: ConnectionView): void {
  const packet = segment(k, connection, SegmentFlag.finish | SegmentFlag.acknowledge, 0);
  if (packet === undefined) {
    arm(k, connection);
    return;
  }
  packet.sequence = queueEnd(connection);
  post(k, connection, packet, 1);
}

/** May bytes be sent in this state? */
function maySend(state: number): boolean {
  const { established, closeWait, finWait1, closing, lastAck } = TcpState;
  return ([established, closeWait, finWait1, closing, lastAck] as number[]).includes(state);
}

/** Sends as much of the queue as the peer has room for, and then the FIN if one is due. */
export function push(k: Kernel, connection: ConnectionView): void {
  if (!maySend(connection.state)) return;
  const end = queueEnd(connection);
  for (let left = distance(end, connection.sendNext); left > 0; left = distance(end, connection.sendNext)) {
    const room = distance(connection.sendEdge, connection.sendNext);
    if (room <= 0) return;
    if (sendBytes(k, connection, connection.sendNext, Math.min(room, left)) === 0) {
      arm(k, connection);
      return;
    }
  }
  if (connection.finishing === 1 && connection.sendNext === end) finish(k, connection);
}

/** Sends the oldest segment that is not acknowledged again. */
export function repeat(k: Kernel, connection: ConnectionView): void {
  const { state, unacknowledged } = connection;
  if (state === TcpState.synSent || state === TcpState.synReceived) {
    synchronise(k, connection);
    return;
  }
  const left = distance(queueEnd(connection), unacknowledged);
  if (left > 0) sendBytes(k, connection, unacknowledged, left);
  else if (distance(connection.sendNext, unacknowledged) > 0) finish(k, connection);
}

/** A reader has made room: the peer is told when that is worth while. */
export function openWindow(k: Kernel, socket: SocketView): void {
  const connection = connectionOf(k, socket);
  if (connection === undefined || !maySend(connection.state)) {
    if (connection?.state !== TcpState.finWait2) return;
  }
  if (connection === undefined) return;
  const told = Math.max(0, distance(connection.receiveEdge, connection.receiveNext));
  const room = socket.receiveLimit - socket.receiveBytes;
  if (room - told >= Math.min(socket.receiveLimit / 2, 2 * connection.largestSegment))
    acknowledge(k, connection);
}
