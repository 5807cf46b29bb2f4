/**
 * The pipes service: byte streams with a bounded buffer, for pipe(2) and FIFOs.
 *
 * A pipe is named by its record. Ends are counted: a reader sees the end of the stream when no writer is left, a writer gets
 * EPIPE when no reader is (the personality adds SIGPIPE). Writes of at most 4,096 bytes are not interleaved.
 */
import { serviceInterface } from '../../contracts/service.ts';

export const pipes = serviceInterface('pipes', {
  /** Value: the pipe, without any end open. */
  create: { capacity: 'number' },
  /** Opens an end (PipeEnd bits). For FIFOs, `wait` 1 waits for the other end; ENXIO for a writer that must not wait. */
  open: { pipe: 'number', end: 'number', wait: 'number' },
  /** Closes an end; the pipe goes with its last one. */
  close: { pipe: 'number', end: 'number' },
  /** Value: bytes moved; EAGAIN when it would wait and `wait` is 0; EINTR or ERESTART when interrupted with nothing moved. */
  read: { pipe: 'number', into: 'span', wait: 'number' },
  write: { pipe: 'number', from: 'span', wait: 'number' },
  /** Value: poll(2) events of an end; second: the wait queue that is woken when they may have changed. */
  poll: { pipe: 'number', end: 'number' },
  /** Value: bytes in the buffer (FIONREAD); second: its capacity. */
  figures: { pipe: 'number' },
  setCapacity: { pipe: 'number', capacity: 'number' },
});

export const PipeEnd = { read: 1, write: 2 } as const;
