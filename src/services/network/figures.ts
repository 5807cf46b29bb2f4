/** What the network service tells about messages, sockets and links, in records that its callers read. */
import { record } from '../../kernel/records.ts';
import { LONGEST_ADDRESS, MOST_RIGHTS } from './interface.ts';

/** What comes with a message besides its bytes. */
export const MessageFigures = record('MessageFigures', {
  /** MessageFlag bits: what became of the message. */
  flags: 'u32',
  /** Bytes of the message, be they received or not. */
  length: 'u32',
  /** Who sent it; `stated` 1 when the receiver asked to be told. */
  stated: 'u32',
  process: 'u32',
  user: 'u32',
  group: 'u32',
  /** The sender's address. */
  addressLength: 'u32',
  rightCount: 'u32',
  sender: { array: 'u8', length: LONGEST_ADDRESS + 2 },
  rights: { array: 'u32', length: MOST_RIGHTS },
});

export const SocketFigures = record('SocketFigures', {
  family: 'u32',
  type: 'u32',
  /** Of a connection of TCP's: as Linux numbers them (net/tcp_states.h); else 0. */
  state: 'u32',
  number: 'u32',
  references: 'u32',
  connected: 'u32',
  open: 'u32',
  user: 'u32',
  receiveBytes: 'u32',
  sendBytes: 'u32',
  localAddress: 'u32',
  remoteAddress: 'u32',
  localPort: 'u32',
  remotePort: 'u32',
  listening: 'u32',
  pathLength: 'u32',
  path: { array: 'u8', length: LONGEST_ADDRESS + 2 },
});

export const LinkFigures = record('LinkFigures', {
  mtu: 'u32',
  host: 'u32',
  mask: 'u32',
  receivedPackets: 'integer',
  receivedBytes: 'integer',
  sentPackets: 'integer',
  sentBytes: 'integer',
  dropped: 'integer',
  nameLength: 'u32',
  name: { array: 'u8', length: 16 },
});
