/**
 * The pipes service's records: a pipe, and the ring of slots that holds its pages.
 *
 * As in Linux, a slot is a page with a run of bytes in it, so that a pipe is full when its slots are, however few bytes they
 * hold. A pipe's frames, ring and record all belong to the service's domain.
 */

import { WaitQueue } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';

export const Pipe = record('Pipe', {
  /** Ends open, and how often each kind was ever opened: a waiting open looks for a change. */
  readers: 'u32',
  writers: 'u32',
  anchors: 'u32',
  readerOpens: 'u32',
  writerOpens: 'u32',
  /** The ring: address of its first slot, number of slots, index of the oldest slot in use, slots in use. */
  ring: 'u32',
  slots: 'u32',
  oldest: 'u32',
  used: 'u32',
  /** Bytes in all slots. */
  bytes: 'u32',
  /** A frame kept from the last emptied slot, or 0: a ping-pong of small messages allocates nothing. */
  spareFrame: 'u32',
  /** Readers and writers that wait are woken one at a time; each wakes the next when something is left for it. */
  readQueue: { embedded: WaitQueue },
  writeQueue: { embedded: WaitQueue },
  /** Opens of a FIFO that wait for the other end. */
  openQueue: { embedded: WaitQueue },
  /** Sleepers in poll, at whichever end. */
  pollQueue: { embedded: WaitQueue },
});

export const PipeSlot = record('PipeSlot', {
  frame: 'u32',
  offset: 'u16',
  length: 'u16',
});

/** Bytes that a pipe holds unless told otherwise, and the most that one may be told to (pipe(7)). */
export const DEFAULT_CAPACITY = 65_536;
export const LARGEST_CAPACITY = 1_048_576;
