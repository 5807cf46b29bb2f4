/**
 * Frames: the physical memory of a resource set, handed out by the page and counted by owner.
 *
 * Every frame has a record in the frame table: its owner domain, its holders, its use. `allocate` gives a cleared frame with
 * one hold, or 0 when none is left or the owner is at its limit; `release` gives back a hold and frees with the last one.
 */
import { Primitive } from '../contracts/accounting.ts';
import type { Memory } from '../contracts/machine.ts';
import type { ViewOf } from '../contracts/records.ts';
import { type FrameNumber, PAGE_SIZE, type PhysicalAddress } from '../contracts/units.ts';
import type { Meter } from './meter.ts';
import { Domain, Frame, FrameUse, KernelRoot } from './objects.ts';

export type FrameUseNumber = (typeof FrameUse)[keyof typeof FrameUse];

/** One frame in so many is not for buffers. */
const BUFFER_SHARE = 32;

/** What the kernel cannot do without, even to end something. */
const KERNEL_USES: readonly number[] = [FrameUse.slab, FrameUse.stack, FrameUse.meter];

export class Frames {
  readonly #memory: Memory;
  readonly #meter: Meter;
  readonly #root: PhysicalAddress;
  readonly #table: PhysicalAddress;
  readonly #first: FrameNumber;
  readonly #asked: () => void;

  /**
   * A view of the frame table that the kernel root at `root` describes.
   * @param asked called before a frame is given or taken back: somebody asks the kernel.
   */
  constructor(memory: Memory, meter: Meter, root: PhysicalAddress, asked: () => void = () => undefined) {
    this.#memory = memory;
    this.#meter = meter;
    this.#root = root;
    this.#asked = asked;
    const view = KernelRoot.at(meter.observer, root);
    this.#table = view.frameTable;
    this.#first = view.firstFrame;
  }

  /** Somebody changes what only the kernel may: frames, and the tables that name them. */
  ask(): void {
    this.#asked();
  }

  /** The record of a frame. */
  at(frame: FrameNumber): ViewOf<typeof Frame.schema> {
    return Frame.at(this.#meter.store, this.#table + (frame - this.#first) * Frame.size);
  }

  /** Does this frame belong to the resource set? */
  has(frame: FrameNumber): boolean {
    const root = KernelRoot.at(this.#meter.observer, this.#root);
    return frame >= root.firstFrame && frame < root.firstFrame + root.frameCount;
  }

  get free(): number {
    return KernelRoot.at(this.#meter.store, this.#root).freeCount;
  }

  /**
   * A frame for a domain, or 0: no frame is free for this use, or the domain has reached its limit. It is cleared, unless `cleared` is
   * false because the caller overwrites all of it at once.
   */
  allocate(owner: PhysicalAddress, use: FrameUseNumber, cleared = true): FrameNumber {
    this.#asked();
    const domain = Domain.at(this.#meter.store, owner);
    if (domain.frameLimit !== 0 && domain.frames >= domain.frameLimit) return 0;
    if (!this.#mayTake(use)) return 0;
    const frame = this.#take(cleared);
    if (frame === 0) return 0;
    domain.frames += 1;
    const view = this.at(frame);
    view.owner = owner;
    view.use = use;
    view.references = 1;
    this.#meter.reach?.changed(frame, 0);
    return frame;
  }

  /** The last free frames are for the kernel's own records and stacks; buffers, whose filler can wait, leave some more. */
  #mayTake(use: FrameUseNumber): boolean {
    const root = KernelRoot.at(this.#meter.observer, this.#root);
    if (use === FrameUse.buffer) return root.freeCount > root.frameCount / BUFFER_SHARE;
    return root.freeCount > root.leastFree || KERNEL_USES.includes(use);
  }

  /** The domain whose frame holds a physical address, or 0: what lies below the frames is the kernel's. Not charged. */
  ownerOf(address: PhysicalAddress): PhysicalAddress {
    const frame = Math.floor(address / PAGE_SIZE);
    if (!this.has(frame)) return 0;
    return Frame.at(this.#meter.observer, this.#table + (frame - this.#first) * Frame.size).owner;
  }

  hold(frame: FrameNumber): void {
    this.at(frame).references += 1;
  }

  /** Gives back one hold. Returns true when that freed the frame. */
  release(frame: FrameNumber): boolean {
    this.#asked();
    const view = this.at(frame);
    const left = view.references - 1;
    if (left < 0) throw new Error(`frame ${frame} released more often than held`);
    view.references = left;
    if (left > 0) return false;
    const { owner } = view;
    Domain.at(this.#meter.store, owner).frames -= 1;
    this.#meter.reach?.changed(frame, owner);
    const root = KernelRoot.at(this.#meter.store, this.#root);
    view.owner = 0;
    view.use = FrameUse.free;
    view.next = root.freeFrame;
    root.freeFrame = frame;
    root.freeCount += 1;
    return true;
  }

  /** Moves a frame to another owner's account, as when a page is handed over. */
  transfer(frame: FrameNumber, owner: PhysicalAddress): void {
    const view = this.at(frame);
    const { owner: before } = view;
    Domain.at(this.#meter.store, before).frames -= 1;
    Domain.at(this.#meter.store, owner).frames += 1;
    this.#meter.reach?.changed(frame, before);
    view.owner = owner;
  }

  #take(cleared: boolean): FrameNumber {
    const root = KernelRoot.at(this.#meter.store, this.#root);
    const reused = root.freeFrame;
    if (reused !== 0) {
      root.freeFrame = this.at(reused).next;
      if (cleared) this.#memory.clear(reused * PAGE_SIZE, PAGE_SIZE);
    }
    const frame = reused !== 0 ? reused : this.#untouched();
    if (frame === 0) return 0;
    root.freeCount -= 1;
    if (cleared) this.#meter.charge(Primitive.wordCleared, PAGE_SIZE / 8);
    return frame;
  }

  /** RAM that was never used is still clear on the host; the machine clears it all the same. */
  #untouched(): FrameNumber {
    const root = KernelRoot.at(this.#meter.store, this.#root);
    const frame = root.untouched;
    if (frame >= root.firstFrame + root.frameCount) return 0;
    root.untouched = frame + 1;
    return frame;
  }
}
