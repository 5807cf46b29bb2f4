/** Packets as such: made, and given back with their payload. */

import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { messageAt } from '../root.ts';
import { dropMessage } from '../sockets/messages.ts';
import { Packet, type PacketView } from './records.ts';

/** Bytes of headers, without options. */
const IP_HEADER = 20;
const HEADERS: { readonly [protocol: number]: number } = { 1: 8 + IP_HEADER + 8, 6: 20, 17: 8 };

export function packetAt(k: Kernel, packet: PhysicalAddress): PacketView {
  return Packet.at(k.store, packet);
}

export interface PacketEnds {
  readonly protocol: number;
  readonly source: number;
  readonly sourcePort: number;
  readonly destination: number;
  readonly destinationPort: number;
}

/** A packet with a payload that it holds from now on, or without one; undefined when there is no memory. */
export function makePacket(k: Kernel, ends: PacketEnds, payload: PhysicalAddress): PacketView | undefined {
  const address = k.slab.allocate(k.domain, Packet.size);
  if (address === 0) return undefined;
  const packet = packetAt(k, address);
  packet.protocol = ends.protocol;
  packet.source = ends.source;
  packet.sourcePort = ends.sourcePort;
  packet.destination = ends.destination;
  packet.destinationPort = ends.destinationPort;
  packet.timeToLive = 64;
  packet.payload = payload;
  if (payload !== 0) packet.bytes = messageAt(k, payload).length;
  packet.length = IP_HEADER + (HEADERS[ends.protocol] ?? 0) + packet.bytes;
  return packet;
}

export function dropPacket(k: Kernel, address: PhysicalAddress): void {
  const { payload } = packetAt(k, address);
  if (payload !== 0) dropMessage(k, payload);
  k.slab.release(address);
}

/** Takes the payload out of a packet; it is the caller's. */
export function takePayload(packet: PacketView): PhysicalAddress {
  const { payload } = packet;
  packet.payload = 0;
  return payload;
}
