/** Packets and connections. A packet's headers are fields; its payload is a message. */
import type { ViewOf } from '../../../contracts/records.ts';
import { record } from '../../../kernel/records.ts';
import { TreeNode } from '../../../kernel/tree.ts';

export const Packet = record('Packet', {
  next: 'u32',
  /** IPv4 (RFC 791): bytes with headers, protocol, time to live, addresses. */
  length: 'u32',
  protocol: 'u8',
  timeToLive: 'u8',
  /** TCP: SegmentFlag bits. ICMP: type, with the code in `window`. */
  flags: 'u16',
  source: 'u32',
  destination: 'u32',
  /** Ports of TCP and UDP; for ICMP those of the packet that it is about, whose protocol is in `sequence`. */
  sourcePort: 'u16',
  destinationPort: 'u16',
  /** TCP (RFC 9293): numbers of the first byte sent and the next one expected; the window, in units of the scale agreed on. */
  sequence: 'u32',
  acknowledgement: 'u32',
  window: 'u32',
  /** Options of a SYN: the largest segment, and the scale of windows, plus one (0: none). */
  largestSegment: 'u32',
  scale: 'u32',
  /** The payload (Message), held, or 0; and its bytes. */
  payload: 'u32',
  bytes: 'u32',
});
export type PacketView = ViewOf<typeof Packet.schema>;

export const SegmentFlag = { finish: 1, synchronise: 2, reset: 4, push: 8, acknowledge: 16 } as const;

/** States of a connection, by Linux's numbers, which /proc/net/tcp shows (net/tcp_states.h). */
export const TcpState = {
  established: 1,
  synSent: 2,
  synReceived: 3,
  finWait1: 4,
  finWait2: 5,
  timeWait: 6,
  closed: 7,
  closeWait: 8,
  lastAck: 9,
  listen: 10,
  closing: 11,
} as const;

export const Connection = record('Connection', {
  /** The socket, held as long as the connection is. */
  socket: 'u32',
  state: 'u32',
  /** The listening socket at which it began, held until it is accepted or over; else 0. */
  listener: 'u32',
  /** Its place among all connections: the key is made of both ports. */
  node: { embedded: TreeNode },
  /** Its place among the timers, 1 in `armed` while it is there; how often it has expired in vain. */
  timer: { embedded: TreeNode },
  armed: 'u32',
  retries: 'u32',
  /** 1 once nobody has the socket open any more. */
  orphaned: 'u32',
  // what it sends: numbers of the first byte, the oldest not acknowledged, the next to be sent
  initialSend: 'u32',
  unacknowledged: 'u32',
  sendNext: 'u32',
  /** The first byte that the peer has no room for, by the last word. */
  sendEdge: 'u32',
  sendScale: 'u32',
  largestSegment: 'u32',
  /** Messages not acknowledged, oldest first; the number of the first one's first byte; all bytes in them. */
  firstQueued: 'u32',
  lastQueued: 'u32',
  queueStart: 'u32',
  queuedBytes: 'u32',
  /** 1 once a FIN is to follow the last byte. */
  finishing: 'u32',
  // what it receives: the next byte expected, and the first for which the peer was told there is no room
  receiveNext: 'u32',
  receiveEdge: 'u32',
  receiveScale: 'u32',
});
export type ConnectionView = ViewOf<typeof Connection.schema>;
