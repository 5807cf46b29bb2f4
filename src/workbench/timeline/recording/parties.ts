/** Whose time it was: what each process, or domain with threads of its own, has spent on what, and when it came and went. */
import { addOverlaps, type Overlaps, type Stretch } from '../overlaps.ts';
import type { Activity } from '../timeline.ts';

/** Processes and domains that are kept apart; all later ones are one. */
export const MOST_PARTIES = 400;

export interface Party {
  readonly id: number;
  /** 0 for what is no process. */
  readonly pid: number;
  name: string;
  readonly submission: number;
  start: number | null;
  finish: number | null;
  /** Threads that live. */
  threads: number;
  readonly spent: { [activity in Activity]: number };
}

export class Parties {
  readonly all: Party[] = [];
  readonly overlaps: Overlaps = new Map();
  /** Processes that came when there were too many to be kept apart. */
  late = 0;

  add(pid: number, name: string, submission: number): Party {
    const isLate = this.all.length >= MOST_PARTIES;
    if (isLate) this.late += 1;
    const last = this.all.at(-1);
    if (isLate && this.late > 1 && last !== undefined) return last;
    const party: Party = {
      id: this.all.length + 1,
      pid: isLate ? 0 : pid,
      name: isLate ? 'later processes' : name,
      submission,
      start: null,
      finish: null,
      threads: 0,
      spent: { new: 0, ready: 0, running: 0, blocked: 0, zombie: 0 },
    };
    this.all.push(party);
    return party;
  }

  spend(party: Party, activity: Activity, from: number, to: number): void {
    party.spent[activity] += to - from;
    if (activity === 'running' && (party.start === null || from < party.start)) party.start = from;
  }

  /** Sums up who ran while whom waited, between two instants. */
  compare(stretches: Iterable<Stretch>, from: number, to: number): void {
    addOverlaps(this.overlaps, stretches, from, to);
  }
}
