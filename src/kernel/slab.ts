/**
 * The slab allocator: small records from whole frames, by owner domain and size class (Bonwick, 'The Slab Allocator', 1994).
 *
 * Every frame of a slab belongs to one domain and holds objects of one class, with its own list of free ones, so that a
 * domain's records lie in its own frames and go when it dies. `allocate` gives a cleared object, or 0 when there is no frame.
 */
import { Primitive } from '../contracts/accounting.ts';
import type { Memory } from '../contracts/machine.ts';
import { type FrameNumber, PAGE_SHIFT, PAGE_SIZE, type PhysicalAddress } from '../contracts/units.ts';
import type { Frames } from './frames.ts';
import type { Meter } from './meter.ts';
import { Domain, FrameUse, SLAB_CLASSES } from './objects.ts';

function classFor(size: number): number {
  const found = SLAB_CLASSES.findIndex((bytes) => bytes >= size);
  if (found < 0) throw new Error(`no slab class holds ${size} bytes; take a frame`);
  return found;
}

export class Slab {
  readonly #memory: Memory;
  readonly #meter: Meter;
  readonly #frames: Frames;

  constructor(memory: Memory, meter: Meter, frames: Frames) {
    this.#memory = memory;
    this.#meter = meter;
    this.#frames = frames;
  }

  /** A cleared object of at least `size` bytes (at most 2,048) in a frame of `owner`, or 0. */
  allocate(owner: PhysicalAddress, size: number): PhysicalAddress {
    const slabClass = classFor(size);
    const cell = (Domain.at(this.#meter.store, owner).slabs >>> 2) + slabClass;
    const { u32 } = this.#meter.store;
    let frame = u32[cell] as number;
    if (frame === 0) {
      frame = this.#open(owner, slabClass);
      if (frame === 0) return 0;
      u32[cell] = frame;
    }
    const view = this.#frames.at(frame);
    const object = view.firstFree;
    view.firstFree = this.#meter.store.u32[object >>> 2] as number;
    view.inUse += 1;
    if (view.firstFree === 0) this.#unlink(frame);
    const bytes = SLAB_CLASSES[slabClass] as number;
    this.#memory.u8.fill(0, object, object + bytes);
    this.#meter.charge(Primitive.wordCleared, bytes / 8);
    return object;
  }

  release(object: PhysicalAddress): void {
    const frame = object >>> PAGE_SHIFT;
    const view = this.#frames.at(frame);
    if (view.use !== FrameUse.slab) throw new Error(`0x${object.toString(16)} is not in a slab`);
    const wasFull = view.firstFree === 0;
    this.#meter.store.u32[object >>> 2] = view.firstFree;
    view.firstFree = object;
    view.inUse -= 1;
    if (wasFull) this.#link(frame);
    if (view.inUse === 0) {
      this.#unlink(frame);
      this.#frames.release(frame);
    }
  }

  /** Gives a new frame its free list, in order of address. */
  #open(owner: PhysicalAddress, slabClass: number): FrameNumber {
    const frame = this.#frames.allocate(owner, FrameUse.slab);
    if (frame === 0) return 0;
    const bytes = SLAB_CLASSES[slabClass] as number;
    const start = frame * PAGE_SIZE;
    const { u32 } = this.#meter.store;
    const last = start + (Math.floor(PAGE_SIZE / bytes) - 1) * bytes;
    for (let object = start; object < last; object += bytes) u32[object >>> 2] = object + bytes;
    const view = this.#frames.at(frame);
    view.slabClass = slabClass;
    view.firstFree = start;
    view.inUse = 0;
    view.next = 0;
    view.previous = 0;
    return frame;
  }

  #head(frame: FrameNumber): number {
    const view = this.#frames.at(frame);
    return (Domain.at(this.#meter.store, view.owner).slabs >>> 2) + view.slabClass;
  }

  #link(frame: FrameNumber): void {
    const head = this.#head(frame);
    const { u32 } = this.#meter.store;
    const next = u32[head] as number;
    const view = this.#frames.at(frame);
    view.previous = 0;
    view.next = next;
    if (next !== 0) this.#frames.at(next).previous = frame;
    u32[head] = frame;
  }

  #unlink(frame: FrameNumber): void {
    const view = this.#frames.at(frame);
    const { next, previous } = view;
    if (previous !== 0) this.#frames.at(previous).next = next;
    else this.#meter.store.u32[this.#head(frame)] = next;
    if (next !== 0) this.#frames.at(next).previous = previous;
    view.next = 0;
    view.previous = 0;
  }
}
