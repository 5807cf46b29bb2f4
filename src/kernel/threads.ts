/**
 * Threads: making and ending them, and the state in between.
 *
 * A thread is a record and a kernel-stack page. Making one does not start it: `start` hands it to the scheduler. Ending one
 * frees its page and leaves nothing; what a parent may still ask about is the process service's, not the kernel's.
 */
import type { ViewOf } from '../contracts/records.ts';
import { NEVER, PAGE_SHIFT, PAGE_SIZE, type PhysicalAddress } from '../contracts/units.ts';
import { Context } from './context.ts';
import type { Frames } from './frames.ts';
import type { Meter } from './meter.ts';
import { FrameUse, KernelRoot, RunnerKind, Thread, ThreadState } from './objects.ts';
import type { RecordStore } from './records.ts';
import type { Slab } from './slab.ts';

/** What a new thread belongs to. */
export interface ThreadPlan {
  readonly domain: PhysicalAddress;
  readonly beneficiary: PhysicalAddress;
  /** The process service's record; 0 for the kernel's own threads. */
  readonly process: PhysicalAddress;
  readonly runner: number;
  readonly weight: number;
  readonly affinity: number;
}

/** Weight of a thread at nice 0. */
export const DEFAULT_WEIGHT = 1024;

export class Threads {
  readonly #meter: Meter;
  readonly #store: RecordStore;
  readonly #observer: RecordStore;
  readonly #u32: Uint32Array;
  readonly #frames: Frames;
  readonly #slab: Slab;
  readonly #root: PhysicalAddress;
  readonly #kernelDomain: PhysicalAddress;

  constructor(
    meter: Meter,
    frames: Frames,
    slab: Slab,
    root: PhysicalAddress,
    kernelDomain: PhysicalAddress,
  ) {
    this.#meter = meter;
    this.#store = meter.store;
    this.#observer = meter.observer;
    this.#u32 = meter.observer.u32;
    this.#frames = frames;
    this.#slab = slab;
    this.#root = root;
    this.#kernelDomain = kernelDomain;
  }

  at(thread: PhysicalAddress): ViewOf<typeof Thread.schema> {
    return Thread.at(this.#store, thread);
  }

  /** The same without charge, for the executive and inspectors. */
  observe(thread: PhysicalAddress): ViewOf<typeof Thread.schema> {
    return Thread.at(this.#observer, thread);
  }

  context(thread: PhysicalAddress): Context {
    return new Context(this.#u32, this.#u32[(thread >>> 2) + Thread.cells.stack] as number);
  }

  /** A thread in state `new`, or 0 when there is no memory for it. */
  create(plan: ThreadPlan): PhysicalAddress {
    const address = this.#slab.allocate(this.#kernelDomain, Thread.size);
    if (address === 0) return 0;
    const stack = this.#frames.allocate(this.#kernelDomain, FrameUse.stack);
    if (stack === 0) {
      this.#slab.release(address);
      return 0;
    }
    const thread = this.at(address);
    const root = KernelRoot.at(this.#meter.store, this.#root);
    thread.id = root.nextThreadId;
    root.nextThreadId += 1;
    root.threadCount += 1;
    thread.state = ThreadState.new;
    thread.runner = plan.runner;
    thread.domain = plan.domain;
    thread.executing = plan.domain;
    thread.beneficiary = plan.beneficiary;
    thread.process = plan.process;
    thread.stack = stack * PAGE_SIZE;
    thread.weight = plan.weight;
    thread.affinity = plan.affinity;
    thread.deadline = NEVER;
    this.#link(address);
    return address;
  }

  /** Frees a thread that no longer runs and waits for nothing. */
  destroy(address: PhysicalAddress): void {
    const thread = this.at(address);
    const root = KernelRoot.at(this.#meter.store, this.#root);
    const { next, previous } = thread;
    if (previous !== 0) this.at(previous).next = next;
    else root.firstThread = next;
    if (next !== 0) this.at(next).previous = previous;
    else root.lastThread = previous;
    root.threadCount -= 1;
    this.#frames.release(thread.stack >>> PAGE_SHIFT);
    this.#slab.release(address);
  }

  /** All threads in order of making, without charge. */
  *all(): Generator<PhysicalAddress> {
    let at = KernelRoot.at(this.#meter.observer, this.#root).firstThread;
    while (at !== 0) {
      const { next } = this.observe(at);
      yield at;
      at = next;
    }
  }

  /** Is there a thread at an address? Its neighbours in the list of all know. Nothing is charged. */
  isThread(address: number): boolean {
    const { observer } = this.#meter;
    const end = observer.u8.length;
    if (!Number.isSafeInteger(address) || address <= 0 || address % 8 !== 0 || address + Thread.size > end)
      return false;
    const { previous } = this.observe(address);
    if (previous === 0) return KernelRoot.at(observer, this.#root).firstThread === address;
    if (previous % 8 !== 0 || previous + Thread.size > end) return false;
    return this.observe(previous).next === address;
  }

  isProgram(thread: PhysicalAddress): boolean {
    return this.observe(thread).runner === RunnerKind.riscv;
  }

  #link(address: PhysicalAddress): void {
    const root = KernelRoot.at(this.#meter.store, this.#root);
    const last = root.lastThread;
    this.at(address).previous = last;
    if (last !== 0) this.at(last).next = address;
    else root.firstThread = address;
    root.lastThread = address;
  }
}
