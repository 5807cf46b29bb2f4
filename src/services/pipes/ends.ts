/**
 * The ends of a pipe: making it, opening and closing its ends, polling, capacity. FIFOs open as fifo(7) says: a reader waits
 * for a writer and a writer for a reader, unless told not to; both ends at once never wait.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, WakeReason } from '../../contracts/service.ts';
import { NEVER, PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { freePipe, isFull, makePipe, type PipeView, resize, slotsFor } from './buffer.ts';
import { PipeEnd, PollEvent, pipes } from './interface.ts';
import { LARGEST_CAPACITY, Pipe } from './records.ts';

const create = operation(pipes.create, [], {
  begin(k, { capacity }) {
    if (capacity > LARGEST_CAPACITY) return k.fail(ErrorNumber.EPERM);
    const pipe = makePipe(k, slotsFor(capacity));
    return pipe === 0 ? k.fail(ErrorNumber.ENOMEM) : k.done(pipe);
  },
});

/** Counts an end in; whoever waits to open the other end hears of the first of its kind. */
function countIn(k: Kernel, pipe: PipeView, end: number): void {
  let first = false;
  if ((end & PipeEnd.read) !== 0) {
    first = pipe.readers === 0;
    pipe.readers += 1;
    pipe.readerOpens += 1;
  }
  if ((end & PipeEnd.write) !== 0) {
    first = pipe.writers === 0 || first;
    pipe.writers += 1;
    pipe.writerOpens += 1;
  }
  if ((end & PipeEnd.anchor) !== 0) pipe.anchors += 1;
  if (first) k.wake(pipe.openQueue);
}

/** Counts an end out; whoever waits for that end hears that it is gone. */
function countOut(k: Kernel, pipe: PipeView, end: number): void {
  let last = false;
  if ((end & PipeEnd.read) !== 0) {
    pipe.readers -= 1;
    if (pipe.readers === 0) {
      last = true;
      k.wake(pipe.writeQueue);
    }
  }
  if ((end & PipeEnd.write) !== 0) {
    pipe.writers -= 1;
    if (pipe.writers === 0) {
      last = true;
      k.wake(pipe.readQueue);
    }
  }
  if ((end & PipeEnd.anchor) !== 0) pipe.anchors -= 1;
  if (last) k.wake(pipe.pollQueue);
}

/** How often the end that an open waits for has been opened. */
function partnerOpens(pipe: PipeView, end: number): number {
  return end === PipeEnd.read ? pipe.writerOpens : pipe.readerOpens;
}

function hasPartner(pipe: PipeView, end: number): boolean {
  return end === PipeEnd.read ? pipe.writers > 0 : pipe.readers > 0;
}

const open = operation(pipes.open, ['opens'], {
  begin(k, frame) {
    const { end, wait } = frame;
    const pipe = Pipe.at(k.store, frame.pipe);
    if (end < PipeEnd.read || end > PipeEnd.anchor) return k.fail(ErrorNumber.EINVAL);
    if (end === PipeEnd.write && wait === 0 && pipe.readers === 0) return k.fail(ErrorNumber.ENXIO);
    countIn(k, pipe, end);
    if (end >= PipeEnd.both || wait === 0 || hasPartner(pipe, end)) return k.done();
    frame.opens = partnerOpens(pipe, end);
    return k.wait([pipe.openQueue], NEVER, 'woken');
  },
  woken(k, frame, reply): OutcomeNumber {
    const pipe = Pipe.at(k.store, frame.pipe);
    if (partnerOpens(pipe, frame.end) !== frame.opens) return k.done();
    if (reply.value !== WakeReason.interrupted) return k.wait([pipe.openQueue], NEVER, 'woken');
    countOut(k, pipe, frame.end);
    return k.fail(ErrorNumber.ERESTART);
  },
});

const close = operation(pipes.close, [], {
  begin(k, frame) {
    const pipe = Pipe.at(k.store, frame.pipe);
    countOut(k, pipe, frame.end);
    if (pipe.readers > 0 || pipe.writers > 0 || pipe.anchors > 0) return k.done(0);
    freePipe(k, pipe);
    return k.done(1);
  },
});

const poll = operation(pipes.poll, [], {
  begin(k, frame) {
    const pipe = Pipe.at(k.store, frame.pipe);
    let events = 0;
    if ((frame.end & PipeEnd.read) !== 0) {
      if (pipe.used > 0) events |= PollEvent.in | PollEvent.readNormal;
      if (pipe.writers === 0 && pipe.writerOpens > 0) events |= PollEvent.hangUp;
    }
    if ((frame.end & PipeEnd.write) !== 0) {
      if (!isFull(pipe)) events |= PollEvent.out | PollEvent.writeNormal;
      if (pipe.readers === 0) events |= PollEvent.error;
    }
    return k.done(events, pipe.pollQueue);
  },
});

const figures = operation(pipes.figures, [], {
  begin(k, frame) {
    const pipe = Pipe.at(k.store, frame.pipe);
    return k.done(pipe.bytes, pipe.slots * PAGE_SIZE);
  },
});

const setCapacity = operation(pipes.setCapacity, [], {
  begin(k, frame) {
    const { capacity } = frame;
    const pipe = Pipe.at(k.store, frame.pipe);
    if (capacity < 0 || capacity > 2 ** 31) return k.fail(ErrorNumber.EINVAL);
    const slots = slotsFor(Math.max(capacity, 1));
    // User 0 may have more, as far as there is memory for it; and here is none.
    if (slots > pipe.slots && slots * PAGE_SIZE > LARGEST_CAPACITY)
      return k.fail(k.credentials.effectiveUser === 0 ? ErrorNumber.ENOMEM : ErrorNumber.EPERM);
    if (slots < pipe.used) return k.fail(ErrorNumber.EBUSY);
    const grows = slots > pipe.slots;
    if (slots !== pipe.slots && !resize(k, pipe, slots)) return k.fail(ErrorNumber.ENOMEM);
    if (grows) {
      k.wake(pipe.writeQueue);
      k.wake(pipe.pollQueue);
    }
    return k.done(slots * PAGE_SIZE);
  },
});

/** The operations that move no bytes. */
export const endOperations: readonly Operation[] = [create, open, close, poll, figures, setCapacity];
