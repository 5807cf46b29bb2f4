/** Segments in (RFC 9293, 3.10.7): what each of them means to the connection that it belongs to. */
import { ErrorNumber } from '../../../../contracts/errors.ts';
import type { Kernel } from '../../../../kernel/kernel.ts';
import { ShutdownBit } from '../../interface.ts';
import { SocketState, type SocketView } from '../../records.ts';
import { messageAt, socketAt } from '../../root.ts';
import { absorb } from '../../sockets/absorbing.ts';
import { enqueue } from '../../sockets/queues.ts';
import { addPending, dropSocket, wakeAll, wakeReaders, wakeWriters } from '../../sockets/sockets.ts';
import { takePayload } from '../packets.ts';
import { onPort } from '../ports.ts';
import { type ConnectionView, type PacketView, SegmentFlag, TcpState } from '../records.ts';
import { destroyConnection, findConnection, trimQueue } from './connections.ts';
import { hasRoom, raiseLimit } from './limits.ts';
import { advance, distance } from './numbers.ts';
import { acknowledge, push, queueEnd, refuse, reset, synchronise } from './output.ts';
import { beginPassive, learn } from './passive.ts';
import { arm, disarm, remember } from './timers.ts';

function has(packet: PacketView, flag: number): boolean {
  return (packet.flags & flag) !== 0;
}

/** The listening socket at a segment's destination: one with that very address before one with any. */
function findListener(k: Kernel, packet: PacketView): SocketView | undefined {
  let found: SocketView | undefined;
  for (const socket of onPort(k, 'streamPorts', packet.destinationPort)) {
    if (socket.state !== SocketState.listening) continue;
    if (socket.localAddress === packet.destination) return socket;
    if (socket.localAddress === 0) found ??= socket;
  }
  return found;
}

export function segmentInput(k: Kernel, packet: PacketView): void {
  const connection = findConnection(k, packet);
  if (connection !== undefined) {
    segmentOf(k, connection, packet);
    return;
  }
  const listener = findListener(k, packet);
  const opens = has(packet, SegmentFlag.synchronise) && (packet.flags & ~SegmentFlag.synchronise) === 0;
  if (listener === undefined || !opens) refuse(k, packet);
  // With no room for another connection nothing is said: it is asked for again.
  else if (listener.pendingCount <= listener.backlog) beginPassive(k, listener, packet);
}

function segmentOf(k: Kernel, connection: ConnectionView, packet: PacketView): void {
  const { state } = connection;
  if (state === TcpState.synSent) answerInput(k, connection, packet);
  else if (state === TcpState.timeWait) lateInput(k, connection, packet);
  else if (has(packet, SegmentFlag.reset)) resetInput(k, connection, packet);
  else synchronisedInput(k, connection, packet);
}

/** Something has come for a connection that was asked for. */
function answerInput(k: Kernel, connection: ConnectionView, packet: PacketView): void {
  const acknowledges = has(packet, SegmentFlag.acknowledge);
  if (acknowledges && packet.acknowledgement !== connection.sendNext) {
    refuse(k, packet);
    return;
  }
  if (has(packet, SegmentFlag.reset)) {
    if (acknowledges) destroyConnection(k, connection, ErrorNumber.ECONNREFUSED);
    return;
  }
  if (!has(packet, SegmentFlag.synchronise)) return;
  learn(connection, packet);
  if (!acknowledges) {
    // Both have asked at once.
    connection.state = TcpState.synReceived;
    synchronise(k, connection);
    return;
  }
  disarm(k, connection);
  connection.retries = 0;
  connection.unacknowledged = packet.acknowledgement;
  connection.sendEdge = advance(packet.acknowledgement, packet.window);
  establish(k, connection);
  acknowledge(k, connection);
}

/** The connection is there: its owner is told, or the accepter. */
function establish(k: Kernel, connection: ConnectionView): void {
  const socket = socketAt(k, connection.socket);
  connection.state = TcpState.established;
  socket.state = SocketState.connected;
  raiseLimit(socket);
  wakeWriters(k, socket);
  const { listener: address } = connection;
  if (address === 0) return;
  const listener = socketAt(k, address);
  if (listener.state !== SocketState.listening) return;
  connection.listener = 0;
  addPending(k, listener, socket);
  wakeReaders(k, listener);
  dropSocket(k, address);
}

/** After the end: the peer may not have heard the last word. */
function lateInput(k: Kernel, connection: ConnectionView, packet: PacketView): void {
  if (has(packet, SegmentFlag.reset)) return;
  if (!has(packet, SegmentFlag.synchronise)) {
    if (packet.bytes > 0 || has(packet, SegmentFlag.finish)) acknowledge(k, connection);
    return;
  }
  // A new connection with the same ends and later numbers takes the place of the old one (RFC 6191).
  const later = distance(packet.sequence, connection.receiveNext) > 0;
  if (!later) {
    acknowledge(k, connection);
    return;
  }
  destroyConnection(k, connection, 0);
  segmentInput(k, packet);
}

function resetInput(k: Kernel, connection: ConnectionView, packet: PacketView): void {
  const ahead = distance(packet.sequence, connection.receiveNext);
  const window = Math.max(1, distance(connection.receiveEdge, connection.receiveNext));
  if (ahead < 0 || ahead >= window) return;
  const broken = connection.state === TcpState.closeWait ? ErrorNumber.EPIPE : ErrorNumber.ECONNRESET;
  destroyConnection(k, connection, connection.state === TcpState.lastAck ? 0 : broken);
}

function synchronisedInput(k: Kernel, connection: ConnectionView, packet: PacketView): void {
  const ahead = distance(packet.sequence, connection.receiveNext);
  if (ahead !== 0 || (has(packet, SegmentFlag.synchronise) && packet.bytes === 0)) {
    outOfOrder(k, connection, packet, ahead);
    return;
  }
  if (!has(packet, SegmentFlag.acknowledge) || !acknowledgement(k, connection, packet)) return;
  if (packet.bytes > 0 && !bytesInput(k, connection, packet)) return;
  if (has(packet, SegmentFlag.finish) && connection.receiveNext === advance(packet.sequence, packet.bytes))
    finishInput(k, connection);
}

/** What does not begin where it is expected to is repeated by the peer; the acknowledgement says from where. */
function outOfOrder(k: Kernel, connection: ConnectionView, packet: PacketView, ahead: number): void {
  if (connection.state === TcpState.synReceived && has(packet, SegmentFlag.synchronise)) {
    const answers = has(packet, SegmentFlag.acknowledge);
    if (!answers) synchronise(k, connection);
    else acknowledgement(k, connection, packet);
    if (answers) acknowledge(k, connection);
    return;
  }
  const takesNumbers = packet.bytes > 0 || has(packet, SegmentFlag.finish) || ahead < 0;
  if (takesNumbers || has(packet, SegmentFlag.synchronise)) acknowledge(k, connection);
}

/** What the peer says it has, and has room for. False when the connection is over by it. */
function acknowledgement(k: Kernel, connection: ConnectionView, packet: PacketView): boolean {
  const { acknowledgement: number } = packet;
  if (connection.state === TcpState.synReceived) {
    if (number !== connection.sendNext) {
      refuse(k, packet);
      return false;
    }
    connection.unacknowledged = number;
    disarm(k, connection);
    connection.retries = 0;
    establish(k, connection);
    if (connection.listener !== 0) {
      // Whoever would have accepted it has gone.
      reset(k, connection);
      destroyConnection(k, connection, 0);
      return false;
    }
  }
  if (distance(number, connection.sendNext) > 0) {
    acknowledge(k, connection);
    return false;
  }
  const edge = advance(number, packet.window * 2 ** connection.sendScale);
  if (distance(edge, connection.sendEdge) > 0) connection.sendEdge = edge;
  if (distance(number, connection.unacknowledged) > 0) confirm(k, connection, number);
  return settled(k, connection);
}

/** Bytes have arrived at the peer: there is room for others. */
function confirm(k: Kernel, connection: ConnectionView, number: number): void {
  connection.unacknowledged = number;
  connection.retries = 0;
  disarm(k, connection);
  const before = connection.queuedBytes;
  trimQueue(k, connection, Math.max(0, distance(number, connection.queueStart)));
  if (distance(connection.sendNext, number) > 0) watch(k, connection);
  const socket = socketAt(k, connection.socket);
  if (connection.queuedBytes < before && hasRoom(socket)) wakeWriters(k, socket);
}

/** What is still under way is only watched over once something of it was lost. */
function watch(k: Kernel, connection: ConnectionView): void {
  if (connection.retries > 0) arm(k, connection);
}

/** The states that end when everything sent has arrived. False when the connection is over. */
function settled(k: Kernel, connection: ConnectionView): boolean {
  push(k, connection);
  const finished =
    connection.finishing === 1 && connection.unacknowledged === advance(queueEnd(connection), 1);
  if (!finished) return true;
  switch (connection.state) {
    case TcpState.finWait1:
      connection.state = TcpState.finWait2;
      if (connection.orphaned === 1) remember(k, connection);
      wakeWriters(k, socketAt(k, connection.socket));
      return true;
    case TcpState.closing:
      rest(k, connection);
      return true;
    case TcpState.lastAck:
      destroyConnection(k, connection, 0);
      return false;
    default:
      return true;
  }
}

/** Both directions are over: what is late is answered for a while. */
function rest(k: Kernel, connection: ConnectionView): void {
  connection.state = TcpState.timeWait;
  remember(k, connection);
  wakeWriters(k, socketAt(k, connection.socket));
}

/** Bytes in order. False when the connection is over, or they were not taken. */
function bytesInput(k: Kernel, connection: ConnectionView, packet: PacketView): boolean {
  const socket = socketAt(k, connection.socket);
  if (connection.orphaned === 1 || (socket.shutdown & ShutdownBit.receive) !== 0)
    return unwanted(k, connection, packet);
  const { bytes } = packet;
  if (distance(advance(packet.sequence, bytes), connection.receiveEdge) > 0) {
    acknowledge(k, connection);
    return false;
  }
  connection.receiveNext = advance(connection.receiveNext, bytes);
  if (!absorb(k, socket, messageAt(k, packet.payload))) enqueue(k, socket, takePayload(packet));
  wakeReaders(k, socket);
  acknowledge(k, connection);
  return true;
}

/** Nobody will ever read what has come. */
function unwanted(k: Kernel, connection: ConnectionView, packet: PacketView): boolean {
  if (connection.orphaned === 1) {
    refuse(k, packet);
    destroyConnection(k, connection, 0);
    return false;
  }
  connection.receiveNext = advance(connection.receiveNext, packet.bytes);
  acknowledge(k, connection);
  return true;
}

/** The peer has said its last. */
function finishInput(k: Kernel, connection: ConnectionView): void {
  const socket = socketAt(k, connection.socket);
  connection.receiveNext = advance(connection.receiveNext, 1);
  socket.shutdown |= ShutdownBit.receive;
  if (connection.state === TcpState.established) connection.state = TcpState.closeWait;
  else if (connection.state === TcpState.finWait1) connection.state = TcpState.closing;
  else if (connection.state === TcpState.finWait2) rest(k, connection);
  acknowledge(k, connection);
  wakeAll(k, socket);
}
