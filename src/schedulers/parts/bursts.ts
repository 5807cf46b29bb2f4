/**
 * How long a task will compute before it waits: what it declares, or an exponential average of what it has done
 * (Silberschatz, Galvin, Gagne, Operating System Concepts, 5.3.2). Rules of use: call `heard` when a task is queued, `consumed`
 * when it stops, and spread BURST_FIELDS after ENTRY_FIELDS in the policy's entry.
 */
import type { EnqueueReason, PolicyGround, Task } from '../../contracts/scheduler.ts';
import { type RecordStore, record } from '../../kernel/records.ts';
import { time } from './definition.ts';
import { ENTRY_FIELDS, entryOf } from './entry.ts';

export const BURST_FIELDS = {
  ...ENTRY_FIELDS,
  /** The average so far, or 0 before the first burst has ended. */
  average: 'integer',
  /** Cycles of the present burst. */
  used: 'integer',
  /** When it was given a hart, or was queued. */
  since: 'integer',
} as const;

export const BurstEntry = record('BurstEntry', BURST_FIELDS);

export const BURST_PARAMETERS = {
  alpha: {
    kind: 'number',
    what: 'weight of the last burst in the average, in percent, where no burst is declared',
    least: 0,
    most: 100,
    initial: 50,
  },
  guess: time('length that is taken for a first burst; 0 is the machine’s quantum'),
} as const;

export interface BurstSettings {
  readonly alpha: number;
  readonly guess: number;
}

/** Takes note of a burst's end or beginning, and returns the task's entry. */
export function heard(
  store: RecordStore,
  ground: PolicyGround,
  { alpha, guess }: BurstSettings,
  task: Task,
  reason: EnqueueReason,
): number {
  const address = entryOf(store, task);
  const entry = BurstEntry.at(store, address);
  const { average, used } = entry;
  if (reason === 'woken' || reason === 'yielded') {
    entry.average = Math.ceil((alpha * used + (100 - alpha) * (average || guess || ground.quantum)) / 100);
    entry.used = 0;
  } else if (reason === 'new') {
    entry.average = guess || ground.quantum;
    entry.used = 0;
  }
  entry.since = ground.now();
  return address;
}

export function consumed(store: RecordStore, task: Task, amount: number): void {
  const entry = BurstEntry.at(store, task.policyRecord);
  entry.used += amount;
}

/** Cycles that the whole present burst is expected to take; at least 1. */
export function expected(store: RecordStore, task: Task): number {
  return Math.max(1, task.burst || BurstEntry.at(store, task.policyRecord).average);
}

/** What is expected to be left of the present burst. */
export function expectedLeft(store: RecordStore, task: Task): number {
  return Math.max(0, expected(store, task) - BurstEntry.at(store, task.policyRecord).used);
}
