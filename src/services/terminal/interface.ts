/**
 * The terminal service: the console as a character device with a line discipline, plain for now (no job control signals).
 *
 * Input arrives from the outside world into the service's buffer; `feed` is called by the device's interrupt.
 */
import { serviceInterface } from '../../contracts/service.ts';

export const terminal = serviceInterface('terminal', {
  /** Reads as the line discipline says. Value: bytes; 0 at the end of input. */
  read: { stream: 'number', into: 'span', wait: 'number' },
  write: { stream: 'number', from: 'span', wait: 'number' },
  /** Value: poll(2) events; second: the wait queue. */
  poll: { stream: 'number' },
  /** ioctl(2) on a terminal; ENOTTY when the stream is none. */
  control: { stream: 'number', request: 'number', argument: 'span' },
  /** Value: 1 when the stream is a terminal. */
  isTerminal: { stream: 'number' },
});
