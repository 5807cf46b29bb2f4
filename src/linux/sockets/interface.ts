/** What calls about sockets ask of each other. Not seen by programs. */
import { serviceInterface } from '../../contracts/service.ts';

export const sockets = serviceInterface('linux', {
  /**
   * Reads an address of the program to the thread's first scratch page. Value: its length; second: the node at its path, held,
   * or 0. `find` 0: nothing stands at the path yet. EFAULT, EINVAL; ENOENT, ECONNREFUSED, EACCES and the like for paths.
   */
  readAddress: { address: 'number', length: 'number', find: 'number' },
  /** Gives a new socket a description and a descriptor. `type` has the family in its second four bits, and SocketTypeFlag bits. Value: the descriptor. */
  install: { socket: 'number', number: 'number', type: 'number' },
  /** Sends a span, or a draft, to an address of the program or to the peer; SIGPIPE comes with EPIPE. The caller holds the file. */
  sendSpan: {
    file: 'number',
    from: 'span',
    draft: 'number',
    address: 'number',
    length: 'number',
    flags: 'number',
  },
  /** Receives into a span; what is told of the message goes to `about` (physical; 0 for nothing). Value: bytes. */
  receiveSpan: { file: 'number', into: 'span', about: 'number', flags: 'number' },
  /** Sends what a struct msghdr of the program says, receives as it says. Value: bytes. */
  sendHeader: { file: 'number', header: 'number', flags: 'number' },
  receiveHeader: { file: 'number', header: 'number', flags: 'number' },
  /** Sends what a struct iovec list of the program says, with an address and ancillary data of the program's (0: none). */
  sendPieces: {
    file: 'number',
    list: 'number',
    count: 'number',
    address: 'number',
    length: 'number',
    control: 'number',
    controlLength: 'number',
    flags: 'number',
  },
  /** Receives into such a list. What is told of the message is in the second scratch page then (ABOUT in layout.ts). */
  receivePieces: { file: 'number', list: 'number', count: 'number', flags: 'number' },
  /** The same for who takes no ancillary data: descriptions in the message are closed. */
  receiveVector: { file: 'number', list: 'number', count: 'number' },
  /** Closes descriptions that were lost on their way in messages. */
  reap: {},
});

/** Bits of a socket's type in calls (linux/net.h). */
export const SocketTypeFlag = { mask: 0xf, kept: 0xff, nonBlocking: 0o4000, closeOnExec: 0o2000000 } as const;
