/** A link: where packets leave and arrive. It has an address, a largest packet, a queue of bounded length, and it counts. */
import type { ViewOf } from '../../../contracts/records.ts';
import { record } from '../../../kernel/records.ts';

export const Link = record('Link', {
  next: 'u32',
  /** From 1, in order of making. */
  index: 'u32',
  /** LinkKind. */
  kind: 'u32',
  /** Bytes of the largest packet. */
  mtu: 'u32',
  /** Its own address, and the bits of it that all its neighbours share. */
  host: 'u32',
  mask: 'u32',
  /** Packets that have arrived and are not looked at yet: the first, the last, how many, how many there may be. */
  firstPacket: 'u32',
  lastPacket: 'u32',
  waiting: 'u32',
  limit: 'u32',
  receivedPackets: 'integer',
  receivedBytes: 'integer',
  sentPackets: 'integer',
  sentBytes: 'integer',
  /** Packets for which there was no room. */
  dropped: 'integer',
  nameLength: 'u32',
  name: { array: 'u8', length: 16 },
});
export type LinkView = ViewOf<typeof Link.schema>;

/** What a link leads to. */
export const LinkKind = { loopback: 0 } as const;
