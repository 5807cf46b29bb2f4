/** UDP (RFC 768), the receiving side: a datagram goes to the socket that fits it best, if that has room. */

import type { Kernel } from '../../../kernel/kernel.ts';
import { ShutdownBit } from '../interface.ts';
import { SocketState, type SocketView } from '../records.ts';
import { messageAt } from '../root.ts';
import { enqueue } from '../sockets/queues.ts';
import { wakeReaders } from '../sockets/sockets.ts';
import { refusePort } from './errors.ts';
import { takePayload } from './packets.ts';
import { onPort } from './ports.ts';
import type { PacketView } from './records.ts';

/** How well a socket fits a packet's ends: 0 not at all. */
function fitness(socket: SocketView, packet: PacketView): number {
  const { localAddress } = socket;
  if (localAddress !== 0 && localAddress !== packet.destination) return 0;
  const near = localAddress === 0 ? 1 : 2;
  if (socket.state !== SocketState.connected) return near;
  const isPeer = socket.remoteAddress === packet.source && socket.remotePort === packet.sourcePort;
  return isPeer ? near + 4 : 0;
}

function receiverOf(k: Kernel, packet: PacketView): SocketView | undefined {
  let found: SocketView | undefined;
  let best = 0;
  for (const socket of onPort(k, 'datagramPorts', packet.destinationPort)) {
    const score = fitness(socket, packet);
    // Of those that fit alike, the last one bound has it.
    if (score === 0 || score < best) continue;
    best = score;
    found = socket;
  }
  return found;
}

export function datagramInput(k: Kernel, packet: PacketView): void {
  const socket = receiverOf(k, packet);
  if (socket === undefined) {
    refusePort(k, packet);
    return;
  }
  const message = messageAt(k, packet.payload);
  const full = socket.receiveCharge + message.charge > socket.receiveLimit;
  if (full || (socket.shutdown & ShutdownBit.receive) !== 0) return;
  message.host = packet.source;
  message.port = packet.sourcePort;
  enqueue(k, socket, takePayload(packet));
  wakeReaders(k, socket);
}
