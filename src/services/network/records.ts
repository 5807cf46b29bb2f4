/**
 * The network service's records: sockets, messages and what they consist of.
 *
 * All of them are in the service's own domain. Sockets and messages count their holders; chunks have one. Connections,
 * packets and links have their records in packets/ and link/.
 */
import type { ViewOf } from '../../contracts/records.ts';
import { WaitQueue } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';
import { TreeNode } from '../../kernel/tree.ts';
import { LONGEST_ADDRESS } from './interface.ts';

export const NetworkRoot = record('NetworkRoot', {
  /** All sockets by number, and the number of the next. */
  sockets: 'u32',
  nextNumber: 'u32',
  /** Local sockets by node, and by a hash of their abstract name. */
  nodes: 'u32',
  abstract: 'u32',
  /** Woken when there is room in a local socket's queue of connections or datagrams, or such a socket goes. */
  room: { embedded: WaitQueue },
  /** The next name that a socket without one is given. */
  nextName: 'u32',
  /** Internet sockets by local port: those of TCP and of UDP; and TCP's by both ports. */
  streamPorts: 'u32',
  datagramPorts: 'u32',
  connections: 'u32',
  /** Connections by the instant at which they must be looked at, the thread that does it, and what it sleeps on. */
  timers: 'u32',
  timekeeper: 'u32',
  alarm: { embedded: WaitQueue },
  /** The first link, and packets that wait in any of them. */
  links: 'u32',
  waitingPackets: 'u32',
  /** Rights that were lost on their way: the first Rights record. */
  orphans: 'u32',
  /** Room for an address, within one step. */
  scratch: { array: 'u8', length: 128 },
});

/** What a socket is doing. */
export const SocketState = { open: 0, connecting: 1, connected: 2, listening: 3, closed: 4 } as const;

export const Socket = record('Socket', {
  references: 'u32',
  family: 'u8',
  type: 'u8',
  state: 'u8',
  /** ShutdownBit bits. */
  shutdown: 'u8',
  protocol: 'u32',
  /** Node of the tree of all sockets: the key is its number for people. */
  node: { embedded: TreeNode },
  /** The error that the next call is told (SO_ERROR). */
  error: 'u32',
  /** Who made it; who its peer is. */
  process: 'u32',
  user: 'u32',
  group: 'u32',
  peerProcess: 'u32',
  peerUser: 'u32',
  peerGroup: 'u32',
  /** Messages that have come: the first and the last, bytes in them, and memory that they take; what they may take. */
  firstMessage: 'u32',
  lastMessage: 'u32',
  receiveBytes: 'u32',
  receiveCharge: 'u32',
  receiveLimit: 'u32',
  /** Memory of what it has sent and nobody has received yet, and what it may be. */
  sendCharge: 'u32',
  sendLimit: 'u32',
  /** Connections that wait to be accepted, how many, and how many there may be; the next one for one of them. */
  firstPending: 'u32',
  lastPending: 'u32',
  pendingCount: 'u32',
  backlog: 'u32',
  nextPending: 'u32',
  /** Readers and accepters, writers and connecters, polls. */
  readQueue: { embedded: WaitQueue },
  writeQueue: { embedded: WaitQueue },
  pollQueue: { embedded: WaitQueue },
  /** Its place among the sockets that can be found by name or port; `isBound` 1 while it is there, and in which tree. */
  bound: { embedded: TreeNode },
  isBound: 'u32',
  // local sockets
  /** The peer, held; and its own name (LocalName), held. */
  peer: 'u32',
  name: 'u32',
  // internet sockets
  localAddress: 'u32',
  remoteAddress: 'u32',
  localPort: 'u16',
  remotePort: 'u16',
  /** TCP's record of a stream. */
  connection: 'u32',
  // options
  /** 1 while nobody has been told how the connection that was asked for turned out. */
  unsettled: 'u8',
  /** 1 once the program has said what it may send: it is not raised then. */
  limitSet: 'u8',
  reuseAddress: 'u8',
  reusePort: 'u8',
  keepAlive: 'u8',
  broadcast: 'u8',
  linger: 'u8',
  passCredentials: 'u8',
  outOfBandInline: 'u8',
  dontRoute: 'u8',
  lingerSeconds: 'u32',
  /** In cycles; 0 is for ever. */
  receiveTimeout: 'integer',
  sendTimeout: 'integer',
  lowWater: 'u32',
  noDelay: 'u8',
  cork: 'u8',
  keepAliveIdle: 'u32',
  keepAliveInterval: 'u32',
  keepAliveCount: 'u32',
  userTimeout: 'u32',
  priority: 'u32',
  mark: 'u32',
  typeOfService: 'u32',
  timeToLive: 'u32',
});
export type SocketView = ViewOf<typeof Socket.schema>;

/** A piece of a message's bytes: memory of a slab, or a whole frame when `capacity` is a page. */
export const Chunk = record('Chunk', {
  data: 'u32',
  capacity: 'u32',
  offset: 'u32',
  length: 'u32',
  next: 'u32',
});
export type ChunkView = ViewOf<typeof Chunk.schema>;

export const Message = record('Message', {
  references: 'u32',
  next: 'u32',
  firstChunk: 'u32',
  lastChunk: 'u32',
  /** Bytes that are left in it. */
  length: 'u32',
  /** Memory that it takes, and the socket whose `sendCharge` has it, held; or 0. */
  charge: 'u32',
  sender: 'u32',
  /** The sender's name when it is local (LocalName), held; else its address and port. */
  name: 'u32',
  host: 'u32',
  port: 'u32',
  /** Who sent it. */
  process: 'u32',
  user: 'u32',
  group: 'u32',
  /** 1 when the numbers above were stated by the sender or asked for by the receiver: streams keep such messages apart. */
  stated: 'u32',
  /** Rights that it carries (Rights), or 0. */
  rights: 'u32',
});
export type MessageView = ViewOf<typeof Message.schema>;

/** A local socket's name: a path, or an abstract name that begins with a zero. */
export const LocalName = record('LocalName', {
  references: 'u32',
  length: 'u32',
  bytes: { array: 'u8', length: LONGEST_ADDRESS },
});

/** Head of a list of rights; the numbers follow. */
export const Rights = record('Rights', { next: 'u32', count: 'u32' });
