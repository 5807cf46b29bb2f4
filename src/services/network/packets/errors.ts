/** Errors that travel as packets of their own (ICMP, RFC 792): a port that nobody listens at. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { SocketState } from '../records.ts';
import { wakeAll } from '../sockets/sockets.ts';
import { transmit } from './output.ts';
import { makePacket } from './packets.ts';
import { onPort } from './ports.ts';
import type { PacketView } from './records.ts';

const ICMP = 1;
const UDP = 17;
const UNREACHABLE = 3;
const PORT = 3;

/** Tells the sender of a packet that nobody is at its port. */
export function refusePort(k: Kernel, packet: PacketView): void {
  const { source, sourcePort, destination, destinationPort, protocol } = packet;
  const ends = { source: destination, sourcePort, destination: source, destinationPort };
  const answer = makePacket(k, { protocol: ICMP, ...ends }, 0);
  if (answer === undefined) return;
  answer.flags = UNREACHABLE;
  answer.window = PORT;
  answer.sequence = protocol;
  transmit(k, answer);
}

/** An error about a packet that was sent from here: a connected socket is told by its next call. */
export function errorInput(k: Kernel, packet: PacketView): void {
  if (packet.flags !== UNREACHABLE || packet.sequence !== UDP) return;
  for (const socket of onPort(k, 'datagramPorts', packet.sourcePort)) {
    if (socket.state !== SocketState.connected || socket.remotePort !== packet.destinationPort) continue;
    if (socket.remoteAddress !== packet.source) continue;
    socket.error = ErrorNumber.ECONNREFUSED;
    wakeAll(k, socket);
  }
}
