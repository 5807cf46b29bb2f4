/**
 * The pipes service: byte streams with a bounded buffer, for pipe(2) and FIFOs.
 *
 * A pipe is named by its record. Ends are counted: a reader sees the end of the stream when no writer is left, a writer gets
 * EPIPE when no reader is (the personality adds SIGPIPE). Writes of at most 4,096 bytes are not interleaved. pipe(2) is
 * `create`, then `open` of the read end and of the write end, in this order, without waiting.
 */
import { serviceInterface } from '../../contracts/service.ts';

export const pipes = serviceInterface('pipes', {
  /** Value: the pipe, without any end open. A capacity of 0 is the default, 65,536. ENOMEM; EPERM above 1,048,576. */
  create: { capacity: 'number' },
  /** Opens an end (PipeEnd bits). For FIFOs, `wait` 1 waits for the other end; ENXIO for a writer that must not wait. */
  open: { pipe: 'handle', end: 'number', wait: 'number' },
  /** Closes an end; the pipe goes with its last one. Value: 1 when it has gone. End 0 closes none: for use after a failed open. */
  close: { pipe: 'handle', end: 'number' },
  /** Value: bytes moved; EAGAIN when it would wait and `wait` is 0; ERESTART when interrupted with nothing moved. */
  read: { pipe: 'handle', into: 'span', wait: 'number' },
  /** The same; EPIPE. Second: EPIPE when the last reader went away after some bytes were moved. */
  write: { pipe: 'handle', from: 'span', wait: 'number' },
  /** Value: poll(2) events of an end; second: the wait queue that is woken when they may have changed. */
  poll: { pipe: 'handle', end: 'number' },
  /** Value: bytes in the buffer (FIONREAD); second: its capacity. */
  figures: { pipe: 'handle' },
  /** fcntl(F_SETPIPE_SZ). Value: the capacity, rounded up to a power of two of pages. EBUSY, EINVAL; above 1,048,576 EPERM, or ENOMEM for user 0. */
  setCapacity: { pipe: 'handle', capacity: 'number' },
});

/** `anchor` neither reads nor writes; while one is open, the pipe stays: whoever gives out a FIFO's pipe by name keeps one. */
export const PipeEnd = { read: 1, write: 2, both: 3, anchor: 4 } as const;

/** Bits of poll(2) (asm-generic/poll.h). */
export const PollEvent = {
  in: 0x001,
  out: 0x004,
  error: 0x008,
  hangUp: 0x010,
  readNormal: 0x040,
  writeNormal: 0x100,
} as const;
