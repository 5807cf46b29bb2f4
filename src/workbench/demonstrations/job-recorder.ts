/** Hears of programs that mark themselves as jobs (programs/demos/jobs.c): when each arrived and ended, and who computed meanwhile. */
import type { EnqueueReason } from '../../contracts/scheduler.ts';
import type { Cycles } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { ThreadWitness } from '../../kernel/witness.ts';

interface Turn {
  readonly thread: number;
  readonly from: Cycles;
  readonly to: Cycles;
}

export class JobRecorder implements ThreadWitness {
  /** Threads by the jobs' names. */
  readonly #jobs = new Map<string, number>();
  readonly #arrivals = new Map<number, Cycles>();
  readonly #turns: Turn[] = [];

  marked(_hart: number, thread: number, name: string): void {
    this.#jobs.set(name, thread);
  }

  /** The first waking after it has named itself is its arrival. */
  ready(k: Kernel, thread: number, reason: EnqueueReason): void {
    const isJob = [...this.#jobs.values()].includes(thread);
    if (isJob && reason === 'woken' && !this.#arrivals.has(thread)) this.#arrivals.set(thread, k.now);
  }

  ran(_hart: number, thread: number, from: Cycles, to: Cycles, inProgram: boolean): void {
    if (inProgram && to > from && this.#arrivals.has(thread)) this.#turns.push({ thread, from, to });
  }

  arrival(job: string): Cycles {
    return this.#arrivals.get(this.#thread(job)) ?? Number.NaN;
  }

  /** When its program computed for the last time. */
  finish(job: string): Cycles {
    const thread = this.#thread(job);
    return this.#turns
      .filter((turn) => turn.thread === thread)
      .reduce((latest, { to }) => Math.max(latest, to), 0);
  }

  /** Cycles that a job's program has computed before an instant. */
  computed(job: string, before: Cycles): Cycles {
    const thread = this.#thread(job);
    return this.#turns
      .filter((turn) => turn.thread === thread && turn.from < before)
      .reduce((sum, { from, to }) => sum + Math.min(to, before) - from, 0);
  }

  #thread(job: string): number {
    return this.#jobs.get(job) ?? 0;
  }
}
