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

export class KernelStack {
  readonly #store: RecordStore;

  /** @param store a store that does not charge. */
  constructor(store: RecordStore) {
    this.#store = store;
  }

  at(frame: PhysicalAddress): FrameView {
    return StackFrame.at(this.#store, frame);
  }

  slots(frame: PhysicalAddress): PhysicalAddress {
    return frame + StackFrame.size;
  }

  /** Makes room for a frame above the innermost one and makes it the innermost. Its slots are cleared. */
  push(thread: PhysicalAddress, slots: number): FrameView {
    const owner = Thread.at(this.#store, thread);
    const below = owner.frame;
    const start =
      below === 0 ? owner.stack : below + StackFrame.size + StackFrame.at(this.#store, below).slots * 8;
    const end = start + StackFrame.size + slots * 8;
    if (end > owner.stack + CONTEXT_OFFSET)
      throw new KernelStackOverflow(`the kernel stack of thread ${owner.id} is full`);
    const { f64 } = this.#store;
    // A frame is short: a loop takes less time than a call of the host's `fill`.
    for (let slot = start / 8; slot < end / 8; slot++) f64[slot] = 0;
    const frame = StackFrame.at(this.#store, start);
    frame.slots = slots;
    frame.below = below;
    owner.frame = start;
    return frame;
  }

  /** Drops the innermost frame. */
  pop(thread: PhysicalAddress): void {
    const owner = Thread.at(this.#store, thread);
    owner.frame = StackFrame.at(this.#store, owner.frame).below;
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
