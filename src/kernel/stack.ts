/**
 * Kernel stacks as data: the frames of a thread's operations in its kernel-stack page.
 *
 * A frame is a StackFrame record and the operation's slots. `push` and `pop` are the call and return of the kernel; they
 * are not charged as record accesses, for a compiled kernel would do them in registers: the gate charges the crossing.
 */
import type { ViewOf } from '../contracts/records.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import { CONTEXT_OFFSET } from './context.ts';
import { StackFrame, Thread } from './objects.ts';
import type { RecordStore } from './records.ts';

type FrameView = ViewOf<typeof StackFrame.schema>;

/** Thrown when a chain of calls is deeper than a kernel stack holds: a fault of the house, never of a guest. */
export class KernelStackOverflow extends Error {}

export function overflow(threadNumber: number): never {
  throw new KernelStackOverflow(`the kernel stack of thread ${threadNumber} is full`);
}

export class KernelStack {
  readonly #store: RecordStore;
  /** Makes room for a frame above the innermost one and makes it the innermost. Its slots are cleared. */
  readonly push: (thread: PhysicalAddress, slots: number) => PhysicalAddress;
  /** Drops the innermost frame. */
  readonly pop: (thread: PhysicalAddress) => void;

  /** @param store a store that does not charge. */
  constructor(store: RecordStore) {
    this.#store = store;
    this.push = pushOf(store);
    this.pop = popOf(store);
  }

  at(frame: PhysicalAddress): FrameView {
    return StackFrame.at(this.#store, frame);
  }

  slots(frame: PhysicalAddress): PhysicalAddress {
    return frame + StackFrame.size;
  }

  /** The frames from the innermost outwards. */
  *frames(thread: PhysicalAddress): Generator<FrameView> {
    for (let at = Thread.at(this.#store, thread).frame; at !== 0; ) {
      const view = this.at(at);
      at = view.below;
      yield view;
    }
  }
}

function pushOf(store: RecordStore): KernelStack['push'] {
  const { f64, u32, u16 } = store;
  const { frame: FRAME, stack: STACK } = Thread.cells;
  const { slots: SLOTS, below: BELOW } = StackFrame.cells;
  const head = StackFrame.size;
  return (thread, slots) => {
    const owner = thread >>> 2;
    const below = u32[owner + FRAME] as number;
    const bottom = u32[owner + STACK] as number;
    const start = below === 0 ? bottom : below + head + (u16[(below >>> 1) + SLOTS] as number) * 8;
    const end = start + head + slots * 8;
    if (end > bottom + CONTEXT_OFFSET) overflow(Thread.at(store, thread).id);
    // A frame is short: a loop takes less time than a call of the host's `fill`.
    for (let slot = start >>> 3; slot < end >>> 3; slot++) f64[slot] = 0;
    u16[(start >>> 1) + SLOTS] = slots;
    u32[(start >>> 2) + BELOW] = below;
    u32[owner + FRAME] = start;
    return start;
  };
}

function popOf({ u32 }: RecordStore): KernelStack['pop'] {
  const { frame: FRAME } = Thread.cells;
  const { below: BELOW } = StackFrame.cells;
  return (thread) => {
    const owner = (thread >>> 2) + FRAME;
    u32[owner] = u32[((u32[owner] as number) >>> 2) + BELOW] as number;
  };
}
