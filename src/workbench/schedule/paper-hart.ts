/** A hart on paper: what it runs, from when, and until when at most. */
import { NEVER } from '../../contracts/units.ts';
import type { PaperTask } from './task.ts';

export class PaperHart {
  readonly number: number;
  task: PaperTask | undefined = undefined;
  /** The task that it ran last, 0 at first. */
  last = 0;
  /** When its task began to compute: after what the decision itself has cost. */
  runsFrom = 0;
  finishAt = NEVER;
  sliceEnd = NEVER;
  /** When it is done with what it has begun. */
  freeAt = 0;
  /** When the policy wants to be asked again, while it idles. */
  askAt = NEVER;
  busy = 0;

  constructor(number: number) {
    this.number = number;
  }

  begin(task: PaperTask, now: number, overhead: number, slice: number): void {
    this.task = task;
    this.runsFrom = Math.max(now, this.freeAt) + overhead;
    this.finishAt = this.runsFrom + task.left;
    this.sliceEnd = this.runsFrom + slice;
    this.askAt = NEVER;
  }

  /** Takes its task away and returns for how long it has computed. */
  stop(now: number): number {
    const consumed = Math.max(0, now - this.runsFrom);
    this.task = undefined;
    this.finishAt = NEVER;
    this.sliceEnd = NEVER;
    // It finishes what the decision has cost, even when its task is taken away before.
    this.freeAt = Math.max(now, this.runsFrom);
    this.busy += consumed;
    return consumed;
  }
}
