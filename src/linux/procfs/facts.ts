/**
 * What the texts of procfs are made from: records of the personality and the kernel, and figures that services gave.
 *
 * Figures lie in a page that one content operation owns; `Facts` is a view of it, good for one step.
 */
import type { ViewOf } from '../../contracts/records.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Credentials, type Thread } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';
import { MemoryFigures } from '../../services/memory/figures.ts';
import { ProcessFigures } from '../../services/processes/figures.ts';
import { processById, threadById, threadsOf } from '../processes/directory.ts';
import { linuxRoot, type ProcessView, type ThreadView } from '../state.ts';
import { latin } from './text/format.ts';

/** Uses of frames that are counted: FrameUse numbers are below this. */
export const USES = 16;

export const Gathered = record('GatheredFacts', {
  process: { embedded: ProcessFigures },
  memory: { embedded: MemoryFigures },
  /** 1 when the memory figures are there. */
  hasMemory: 'u32',
  /** Session and foreground group of the terminal, 0 while it is no session's. */
  session: 'u32',
  foreground: 'u32',
  /** Frames by FrameUse. */
  frames: { array: 'u32', length: USES },
});

export class Facts {
  readonly k: Kernel;
  readonly page: PhysicalAddress;
  /** Number of the process, 0 when the text is about none; and of the thread. */
  readonly id: number;
  readonly threadId: number;

  constructor(k: Kernel, page: PhysicalAddress, id: number, threadId: number) {
    this.k = k;
    this.page = page;
    this.id = id;
    this.threadId = threadId;
  }

  get figures(): ViewOf<typeof ProcessFigures.schema> {
    return ProcessFigures.at(this.k.store, this.page + Gathered.offsets.process);
  }

  get credentials(): ViewOf<typeof Credentials.schema> {
    return Credentials.at(this.k.store, this.figures.credentials);
  }

  /** The personality's record; undefined when the process has ended. */
  get process(): ProcessView | undefined {
    return processById(this.k, this.id);
  }

  /** The thread that the text is about, or the process's oldest. */
  get thread(): ThreadView | undefined {
    if (this.threadId !== 0) return threadById(this.k, this.threadId);
    const { process } = this;
    if (process === undefined) return undefined;
    for (const thread of threadsOf(this.k, process)) return thread;
    return undefined;
  }

  /** Whoever executes or sleeps for that thread: a server, when its request is with one. */
  get sleeper(): ViewOf<typeof Thread.schema> | undefined {
    const { kernelThread } = this;
    return kernelThread && this.k.threads.at(this.k.servers.innermost(kernelThread.address));
  }

  /** The kernel's record of that thread. */
  get kernelThread(): ViewOf<typeof Thread.schema> | undefined {
    const { thread } = this;
    return thread === undefined ? undefined : this.k.threads.at(thread.thread);
  }

  get memory(): ViewOf<typeof MemoryFigures.schema> | undefined {
    if (Gathered.at(this.k.store, this.page).hasMemory === 0) return undefined;
    return MemoryFigures.at(this.k.store, this.page + Gathered.offsets.memory);
  }

  /** Is the terminal the controlling one of the process? Then its foreground group, else 0. */
  get foreground(): number {
    const { session, foreground } = Gathered.at(this.k.store, this.page);
    return session !== 0 && session === this.figures.session ? foreground : 0;
  }

  /** Frames of a use. */
  frames(use: number): number {
    return this.k.memory.u32[((this.page + Gathered.offsets.frames) >>> 2) + use] as number;
  }

  /** The name of the thread, or of the process when it has ended or its thread was never named. */
  get name(): string {
    const { thread } = this;
    const own = thread === undefined ? '' : this.#text(thread.name, 16);
    return own === '' ? this.#text(this.figures.name, 32) : own;
  }

  /** Seconds since 1970 at the first instant. */
  get epoch(): number {
    return linuxRoot(this.k).epoch;
  }

  /** The byte string in a field of `size` bytes. */
  #text(at: PhysicalAddress, size: number): string {
    const bytes = this.k.memory.bytes(at, size);
    const end = bytes.indexOf(0);
    return latin(bytes.subarray(0, end < 0 ? size : end));
  }
}
