/**
 * The terminal service: the console, as three streams of which each may be a terminal.
 *
 * Streams that are terminals are one and the same: a line discipline (termios(3)) stands between it and programs. A stream 0
 * that is none gives bytes as they come; streams 1 and 2 that are none take them as they are. Input comes in by
 * `deliverInput` (input.ts), the console's interrupt. The personality asks `background` before it reads or writes for a program.
 */
import { serviceInterface } from '../../contracts/service.ts';

export const terminal = serviceInterface('terminal', {
  /** Reads as the line discipline says. Value: bytes; 0 at the end of input. EAGAIN, EFAULT, ERESTART; EIO from a stream without input. */
  read: { stream: 'number', into: 'span', wait: 'number' },
  /** Value: bytes. EAGAIN, EFAULT, ERESTART while output is stopped; EPIPE when the host's reader is gone. */
  write: { stream: 'number', from: 'span', wait: 'number' },
  /** Value: poll(2) events; second: the wait queue that is woken when they may have changed. */
  poll: { stream: 'number' },
  /**
   * ioctl_tty(2): the argument is a span at the request's third parameter, of any length; where that parameter is a number,
   * the span's start. ENOTTY when the stream is no terminal or the request is unknown. FIONREAD is answered for any stream 0.
   * TIOCSCTTY and TIOCNOTTY are the personality's: it knows sessions, and says what came of them by `adopt`.
   */
  control: { stream: 'number', request: 'number', argument: 'span' },
  /** Value: 1 when the stream is a terminal. */
  isTerminal: { stream: 'number' },
  /** Value: 1 when a process of this session and group is in the background, and a TerminalUse is not for it. */
  background: { stream: 'number', session: 'number', group: 'number', use: 'number' },
  /** Makes the terminal a session's, with a foreground process group; 0 and 0 make it nobody's. */
  adopt: { session: 'number', group: 'number' },
});

/** What a process wants of its terminal: writing is forbidden in the background only when TOSTOP is set, a change of settings always. */
export const TerminalUse = { read: 0, write: 1, change: 2 } as const;

/** Requests of ioctl_tty(2) that the service answers (asm-generic/ioctls.h). */
export const TerminalRequest = {
  TCGETS: 0x5401,
  TCSETS: 0x5402,
  TCSETSW: 0x5403,
  TCSETSF: 0x5404,
  TCSBRK: 0x5409,
  TCXONC: 0x540a,
  TCFLSH: 0x540b,
  TIOCGPGRP: 0x540f,
  TIOCSPGRP: 0x5410,
  TIOCOUTQ: 0x5411,
  TIOCGWINSZ: 0x5413,
  TIOCSWINSZ: 0x5414,
  FIONREAD: 0x541b,
  TIOCSETD: 0x5423,
  TIOCGETD: 0x5424,
  TCSBRKP: 0x5425,
  TIOCGSID: 0x5429,
  TCGETS2: 0x802c542a,
  TCSETS2: 0x402c542b,
  TCSETSW2: 0x402c542c,
  TCSETSF2: 0x402c542d,
} as const;
