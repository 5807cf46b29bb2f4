/** The way of a packet out: which link, and whether it fits. */
import type { Kernel } from '../../../kernel/kernel.ts';
import { routeTo, send } from '../link/links.ts';
import { dropPacket } from './packets.ts';
import type { PacketView } from './records.ts';

/** Sends a packet, which is gone then. False when it was lost on this machine. */
export function transmit(k: Kernel, packet: PacketView): boolean {
  const link = routeTo(k, packet.destination);
  if (link === undefined || packet.length > link.mtu) {
    dropPacket(k, packet.address);
    return false;
  }
  return send(k, link, packet.address);
}
