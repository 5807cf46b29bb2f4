/**
 * Links: made at boot, found by the address that a packet is for, and what passes them.
 *
 * Rules of use: `send` takes a packet over; who has sent some calls `pump` (packets/input.ts) before its step ends, so that
 * what has arrived is looked at. A packet that a link has no room for is dropped and counted, and nobody is told.
 */
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { dropPacket, packetAt } from '../packets/packets.ts';
import { rootOf } from '../root.ts';
import { Link, LinkKind, type LinkView } from './records.ts';

const text = new TextEncoder();

/** The loopback link's address and the size of its network, as every Linux has them. */
export const LOOPBACK_ADDRESS = 0x7f00_0001;
const LOOPBACK_MASK = 0xff00_0000;
const LOOPBACK_MTU = 65_536;
/** Packets that may wait on a link (net.core.netdev_max_backlog). */
const MOST_WAITING = 1000;

export function linkAt(k: Kernel, link: PhysicalAddress): LinkView {
  return Link.at(k.store, link);
}

/** Makes the loopback link. Called once, at boot, for the service's domain. */
export function makeLoopback(k: Kernel, owner: PhysicalAddress): void {
  const address = k.slab.allocate(owner, Link.size);
  if (address === 0) throw new Error('no memory for the loopback link');
  const link = linkAt(k, address);
  link.index = 1;
  link.kind = LinkKind.loopback;
  link.mtu = LOOPBACK_MTU;
  link.host = LOOPBACK_ADDRESS;
  link.mask = LOOPBACK_MASK;
  link.limit = MOST_WAITING;
  const name = text.encode('lo');
  link.nameLength = name.length;
  k.memory.u8.set(name, link.name);
  rootOf(k).links = address;
}

/** The link by which an address is reached, or undefined. */
export function routeTo(k: Kernel, host: number): LinkView | undefined {
  for (let at = rootOf(k).links; at !== 0; ) {
    const link = linkAt(k, at);
    if ((host & link.mask) >>> 0 === (link.host & link.mask) >>> 0) return link;
    at = link.next;
  }
  return undefined;
}

/** Is this an address of this machine? On the loopback's network all are. */
export function isOwn(k: Kernel, host: number): boolean {
  const link = routeTo(k, host);
  return link !== undefined && (link.kind === LinkKind.loopback || link.host === host);
}

/** Sends a packet over a link. False when it was dropped. */
export function send(k: Kernel, link: LinkView, address: PhysicalAddress): boolean {
  if (link.waiting >= link.limit) {
    link.dropped += 1;
    dropPacket(k, address);
    return false;
  }
  const packet = packetAt(k, address);
  const { length } = packet;
  link.sentPackets += 1;
  link.sentBytes += length;
  // What leaves by the loopback has arrived.
  packet.next = 0;
  if (link.lastPacket !== 0) packetAt(k, link.lastPacket).next = address;
  else link.firstPacket = address;
  link.lastPacket = address;
  link.waiting += 1;
  rootOf(k).waitingPackets += 1;
  return true;
}

/** Takes the first packet that has arrived at any link, or 0. */
export function arrival(k: Kernel): PhysicalAddress {
  const root = rootOf(k);
  if (root.waitingPackets === 0) return 0;
  for (let at = root.links; at !== 0; ) {
    const link = linkAt(k, at);
    const { firstPacket } = link;
    if (firstPacket === 0) {
      at = link.next;
      continue;
    }
    const packet = packetAt(k, firstPacket);
    link.firstPacket = packet.next;
    if (packet.next === 0) link.lastPacket = 0;
    link.waiting -= 1;
    link.receivedPackets += 1;
    link.receivedBytes += packet.length;
    root.waitingPackets -= 1;
    return firstPacket;
  }
  return 0;
}
