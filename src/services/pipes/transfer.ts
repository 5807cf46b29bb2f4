/**
 * Reading and writing a pipe, a page at a time, with Linux's rules (fs/pipe.c, pipe(7)).
 *
 * A chunk of at most a page is moved whole or not at all: when part of the span is absent, the memory service supplies it and
 * the chunk is tried again from the pipe's state of that moment. A write of at most PIPE_BUF bytes is one chunk, which is
 * what makes it atomic. The other side is woken when the transfer ends or must wait, not for each page.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import {
  type OperationReference,
  type OutcomeNumber,
  type Reply,
  type Span,
  WakeReason,
} from '../../contracts/service.ts';
import { NEVER, PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import {
  append,
  consume,
  extend,
  isFull,
  oldestSlot,
  type PipeView,
  putBack,
  slotWithRoom,
  takeFrame,
} from './buffer.ts';
import { pipes } from './interface.ts';
import { Pipe } from './records.ts';

/** What the service needs of whoever supplies absent pages (the memory service's `supply`). */
export type Supply = OperationReference<{
  space: 'number';
  address: 'number';
  length: 'number';
  access: 'number';
}>;

interface WriteFrame {
  readonly pipe: number;
  readonly from: Span;
  readonly wait: number;
  moved: number;
}

interface ReadFrame {
  readonly pipe: number;
  readonly into: Span;
  readonly wait: number;
  moved: number;
  /** 1 once a full pipe has been given room: writers are to be woken. */
  madeRoom: number;
}

function pipeOf(k: Kernel, frame: { readonly pipe: number }): PipeView {
  return Pipe.at(k.store, frame.pipe);
}

/** Says what a call of `supply` brought: 0 to go on, or the error to end with. */
function supplyError(reply: Reply): number {
  if (reply.error !== 0) return reply.error;
  return reply.value > 0 ? 0 : ErrorNumber.EFAULT;
}

function wakeReaders(k: Kernel, pipe: PipeView): void {
  k.wake(pipe.readQueue, 1);
  k.wake(pipe.pollQueue);
}

function wakeWriters(k: Kernel, pipe: PipeView): void {
  k.wake(pipe.writeQueue, 1);
  k.wake(pipe.pollQueue);
}

/** Ends a write: what was moved counts, else the error. The second value tells that the readers are gone all the same. */
function endWrite(k: Kernel, frame: WriteFrame, error: number): OutcomeNumber {
  const pipe = pipeOf(k, frame);
  const { moved } = frame;
  if (moved > 0) wakeReaders(k, pipe);
  if (!isFull(pipe)) k.wake(pipe.writeQueue, 1);
  if (moved === 0 && error !== 0) return k.fail(error);
  return k.done(moved, error === ErrorNumber.EPIPE ? error : 0);
}

function waitForRoom(k: Kernel, frame: WriteFrame, pipe: PipeView): OutcomeNumber {
  if (frame.wait === 0) return endWrite(k, frame, ErrorNumber.EAGAIN);
  if (frame.moved > 0) wakeReaders(k, pipe);
  return k.wait([pipe.writeQueue], NEVER, 'woken');
}

/**
 * Puts the odd bytes of a write behind the newest slot's own when they fit there, so that small writes share pages; the rest
 * is then whole pages. Undefined when they do not fit; else the bytes of the chunk, and how many of them came.
 */
function mergeChunk(k: Kernel, frame: WriteFrame, pipe: PipeView): Chunk | undefined {
  const { from, moved } = frame;
  const length = moved === 0 ? from.length % PAGE_SIZE : 0;
  const slot = length === 0 ? undefined : slotWithRoom(k, pipe, length);
  if (slot === undefined) return undefined;
  const came = k.fromSpan(from, 0, slot.frame * PAGE_SIZE + slot.offset + slot.length, length);
  if (came === length) extend(pipe, slot, length);
  return { length, came };
}

interface Chunk {
  readonly length: number;
  readonly came: number;
}

/** Puts at most a page into a slot of its own. Undefined when there is no frame for it. */
function pageChunk(k: Kernel, frame: WriteFrame, pipe: PipeView): Chunk | undefined {
  const { from, moved } = frame;
  const page = takeFrame(k, pipe);
  if (page === 0) return undefined;
  const length = Math.min(PAGE_SIZE, from.length - moved);
  const came = k.fromSpan(from, moved, page * PAGE_SIZE, length);
  if (came === length) append(k, pipe, page, length);
  else putBack(k, pipe, page);
  return { length, came };
}

function write(supply: Supply): Operation {
  const advance = (k: Kernel, frame: WriteFrame): OutcomeNumber => {
    const pipe = pipeOf(k, frame);
    if (pipe.readers === 0) return endWrite(k, frame, ErrorNumber.EPIPE);
    const merged = mergeChunk(k, frame, pipe);
    if (merged === undefined && isFull(pipe)) return waitForRoom(k, frame, pipe);
    const chunk = merged ?? pageChunk(k, frame, pipe);
    if (chunk === undefined) return endWrite(k, frame, ErrorNumber.ENOMEM);
    const { length, came } = chunk;
    const { space, start } = frame.from;
    if (came < length) {
      const address = start + frame.moved + came;
      return k.call(supply, { space, address, length: length - came, access: Access.read }, 'supplied');
    }
    frame.moved += length;
    return frame.moved === frame.from.length ? endWrite(k, frame, 0) : k.goto('advance');
  };
  return operation(pipes.write, ['moved'], {
    begin: (k, frame) => (frame.from.length === 0 ? k.done(0) : advance(k, frame)),
    advance,
    supplied(k, frame, reply) {
      const error = supplyError(reply);
      return error === 0 ? advance(k, frame) : endWrite(k, frame, error);
    },
    woken(k, frame, reply) {
      if (reply.value === WakeReason.interrupted) return endWrite(k, frame, ErrorNumber.ERESTART);
      return advance(k, frame);
    },
  });
}

/** Ends a read: what was moved counts, else the error; 0 is the end of the stream. */
function endRead(k: Kernel, frame: ReadFrame, error: number): OutcomeNumber {
  const pipe = pipeOf(k, frame);
  if (frame.madeRoom === 1) wakeWriters(k, pipe);
  if (pipe.used > 0) k.wake(pipe.readQueue, 1);
  return frame.moved === 0 && error !== 0 ? k.fail(error) : k.done(frame.moved);
}

/** Nothing is in the pipe: the read ends with what it has, or with the stream, or waits. */
function whenEmpty(k: Kernel, frame: ReadFrame, pipe: PipeView): OutcomeNumber {
  if (frame.moved > 0 || pipe.writers === 0) return endRead(k, frame, 0);
  if (frame.wait === 0) return endRead(k, frame, ErrorNumber.EAGAIN);
  return k.wait([pipe.readQueue], NEVER, 'woken');
}

function read(supply: Supply): Operation {
  const advance = (k: Kernel, frame: ReadFrame): OutcomeNumber => {
    const pipe = pipeOf(k, frame);
    if (pipe.used === 0) return whenEmpty(k, frame, pipe);
    const { into, moved } = frame;
    const slot = oldestSlot(k, pipe);
    const length = Math.min(slot.length, into.length - moved);
    const went = k.toSpan(into, moved, slot.frame * PAGE_SIZE + slot.offset, length);
    if (went < length) {
      const address = into.start + moved + went;
      const request = { space: into.space, address, length: length - went, access: Access.write };
      return k.call(supply, request, 'supplied');
    }
    const wasFull = isFull(pipe);
    consume(k, pipe, length);
    if (wasFull && !isFull(pipe)) frame.madeRoom = 1;
    frame.moved = moved + length;
    return frame.moved === into.length ? endRead(k, frame, 0) : k.goto('advance');
  };
  return operation(pipes.read, ['moved', 'madeRoom'], {
    begin: (k, frame) => (frame.into.length === 0 ? k.done(0) : advance(k, frame)),
    advance,
    supplied(k, frame, reply) {
      const error = supplyError(reply);
      return error === 0 ? advance(k, frame) : endRead(k, frame, error);
    },
    woken(k, frame, reply) {
      if (reply.value === WakeReason.interrupted) return endRead(k, frame, ErrorNumber.ERESTART);
      return advance(k, frame);
    },
  });
}

/** The operations that move bytes. */
export function transferOperations(supply: Supply): readonly Operation[] {
  return [read(supply), write(supply)];
}
