/** Sums up a simulation while it goes, in memory that does not grow with it: for traces too long to keep. */

import type { ScheduleObserver, ScheduleTotals } from './observer.ts';
import type { Averages } from './result.ts';
import { computing, type PaperTask, waitingForDevices } from './task.ts';

export class Summary implements ScheduleObserver {
  #done = 0;
  #missed = 0;
  #response = 0;
  #waiting = 0;
  #turnaround = 0;

  done(task: PaperTask, at: number): void {
    const turnaround = at - task.released;
    this.#done += 1;
    this.#response += task.start - task.released;
    this.#turnaround += turnaround;
    this.#waiting += turnaround - computing(task.plan) - waitingForDevices(task.plan);
    if (at > task.deadline) this.#missed += 1;
  }

  get averages(): Averages {
    const count = Math.max(1, this.#done);
    return {
      response: this.#response / count,
      waiting: this.#waiting / count,
      turnaround: this.#turnaround / count,
    };
  }

  /** The figures of a simulation that has ended. */
  figures({ end, busy, harts, switches, decisions, memory, tasks }: ScheduleTotals): SummaryFigures {
    return {
      averages: this.averages,
      done: this.#done,
      missed: this.#missed,
      utilisation: end === 0 ? 0 : busy / (end * harts),
      throughput: end === 0 ? 0 : this.#done / end,
      switches,
      decisions,
      memory,
      tasks,
    };
  }
}

export interface SummaryFigures {
  readonly averages: Averages;
  readonly done: number;
  readonly missed: number;
  readonly utilisation: number;
  readonly throughput: number;
  readonly switches: number;
  readonly decisions: number;
  /** Bytes of records, and the most jobs that lived at a time. */
  readonly memory: number;
  readonly tasks: number;
}
