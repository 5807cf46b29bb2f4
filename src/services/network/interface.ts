/**
 * The network service: sockets over packets over links, and local sockets that need neither.
 *
 * A socket is named by its record; whoever makes or accepts one closes it once. Addresses travel as the sockets API's struct
 * sockaddr (a family of 16 bits, then what the family wants); a local socket with a path is found by the number of the node
 * that stands at the path, which the caller looks up and keeps as long as the socket is bound to it. Rights that travel with
 * messages are numbers of the caller's choosing: one that is lost on its way is given back by `orphan`.
 * Error numbers are those of the Linux call of the same name. ERESTART: interrupted with nothing done.
 */
import { serviceInterface } from '../../contracts/service.ts';

export const network = serviceInterface('network', {
  /** A socket of an AddressFamily and a SocketType. `process` is the number that its peers see as its maker's. Value: the socket; second: a number that names it for people. */
  create: { family: 'number', type: 'number', protocol: 'number', process: 'number' },
  /** Joins two new local sockets. EOPNOTSUPP for other families. */
  join: { first: 'handle', second: 'handle' },
  /** `node` is that of the address's path, 0 when it has none. */
  bind: { socket: 'handle', address: 'span', node: 'number' },
  listen: { socket: 'handle', backlog: 'number', process: 'number' },
  connect: { socket: 'handle', address: 'span', node: 'number', wait: 'number', process: 'number' },
  /** Value: the socket of a connection; second: its number for people. */
  accept: { socket: 'handle', wait: 'number' },
  /** The address of a socket, or of its peer when `peer` is 1, as far as it fits. Value: its length. ENOTCONN. */
  name: { socket: 'handle', peer: 'number', into: 'span' },
  /**
   * Sends bytes, or a draft if there is one, to an address or to the peer. MessageFlag bits. Value: bytes that went; second:
   * EPIPE when it ended so after some went. A draft that was not sent is still the caller's.
   */
  send: {
    socket: 'handle',
    from: 'span',
    address: 'span',
    node: 'number',
    draft: 'handle',
    flags: 'number',
    wait: 'number',
    process: 'number',
  },
  /** Value: bytes that came, or the message's length with MessageFlag.truncate; second: 1 when `orphan` has something to give. `about` is for a MessageFigures record (figures.ts), or empty. */
  receive: { socket: 'handle', into: 'span', about: 'span', flags: 'number', wait: 'number' },
  /** The same without moving bytes, of `into` only the length counts. Value: the message, to be read and discarded. For sockets that keep bounds; EOPNOTSUPP for streams. Value 0: the end. */
  take: { socket: 'handle', into: 'span', about: 'span', flags: 'number', wait: 'number' },
  /** Bytes of a message that was taken, from `offset`. Value: bytes. */
  read: { message: 'handle', offset: 'number', into: 'span' },
  /** An empty message, to be filled and sent as one. Value: the draft. */
  draft: { socket: 'handle', process: 'number' },
  /** Puts bytes behind those of a draft. Value: bytes. */
  append: { draft: 'handle', from: 'span' },
  /** Gives a draft rights (32-bit numbers) to carry. ETOOMANYREFS. */
  attach: { draft: 'handle', rights: 'span' },
  /** States who sends a draft: EPERM when it is not the caller's to say. */
  state: { draft: 'handle', process: 'number', user: 'number', group: 'number', self: 'number' },
  /** Gives back a draft or a message. Value: 1 when `orphan` has something to give. */
  discard: { message: 'handle' },
  /** Value: a right that was lost on its way, or 0. */
  orphan: {},
  /** ShutdownBit bits. */
  shutdown: { socket: 'handle', how: 'number' },
  /** Value: poll(2) events; second: the wait queue that is woken when they may have changed. */
  poll: { socket: 'handle' },
  /** Value: bytes that can be read (FIONREAD); second: bytes that are not acknowledged yet (SIOCOUTQ). */
  figures: { socket: 'handle' },
  /** setsockopt(2) with what the option's value says as a number; a pair of numbers for those that have two. */
  setOption: { socket: 'handle', level: 'number', option: 'number', value: 'number', other: 'number' },
  /** getsockopt(2). Value: bytes of the option's value, which are in the span as far as they fit. */
  option: { socket: 'handle', level: 'number', option: 'number', into: 'span' },
  /** Closes a socket. Value: 1 when `orphan` has something to give. */
  close: { socket: 'handle' },
  /** The first socket whose number for people is above `after`, as a SocketFigures record (figures.ts). Value: its number; 0 behind the last. */
  list: { after: 'number', into: 'span' },
  /** A link by number, from 1, as a LinkFigures record. Value: bytes; 0 behind the last. */
  link: { index: 'number', into: 'span' },
});

/** AF_* (linux/socket.h). */
export const AddressFamily = { none: 0, local: 1, internet: 2 } as const;
/** SOCK_*. */
export const SocketType = { stream: 1, datagram: 2, sequential: 5 } as const;
/** MSG_*. */
export const MessageFlag = {
  outOfBand: 1,
  peek: 2,
  controlTruncated: 8,
  truncate: 0x20,
  dontWait: 0x40,
  endOfRecord: 0x80,
  waitAll: 0x100,
  noSignal: 0x4000,
  more: 0x8000,
  closeOnExec: 0x4000_0000,
  /** Not of programs: stop before a message of a stream that carries rights or states its sender. */
  plain: 0x1000_0000,
} as const;
/** What is shut: the half that receives, the half that sends. */
export const ShutdownBit = { receive: 1, send: 2, both: 3 } as const;

/** Bits of poll(2) (asm-generic/poll.h). */
export const PollEvent = {
  in: 0x001,
  priority: 0x002,
  out: 0x004,
  error: 0x008,
  hangUp: 0x010,
  readNormal: 0x040,
  writeNormal: 0x100,
  peerHangUp: 0x2000,
} as const;

/** Bytes of the longest address (struct sockaddr_un). */
export const LONGEST_ADDRESS = 110;
/** Rights that one message carries at most (SCM_MAX_FD). */
export const MOST_RIGHTS = 253;
