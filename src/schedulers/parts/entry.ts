/**
 * A policy's own record of a task: an entry, in the bytes of the task's record that are the policy's. Rules of use: it begins
 * with ENTRY_FIELDS and has POLICY_RECORD_BYTES at most.
 */
import type { Task } from '../../contracts/scheduler.ts';
import { type RecordStore, record } from '../../kernel/records.ts';

/** What lists and ordered queues keep in an entry, to be spread at the beginning of a policy's record of a task. */
export const ENTRY_FIELDS = {
  /** Place in an ordered queue. */
  key: 'integer',
  tie: 'integer',
  /** Neighbours in a list, or subtrees of an ordered queue. */
  previous: 'u32',
  next: 'u32',
  /** The queue that it is in, or 0. */
  queue: 'u32',
  /** Whose entry this is. */
  task: 'u32',
} as const;

export const Entry = record('PolicyEntry', ENTRY_FIELDS);

/** The address of a task's entry, which lies in the task's own record. */
export function entryOf(store: RecordStore, task: Task): number {
  const at = task.policyRecord;
  Entry.at(store, at).task = task.id;
  return at;
}

/** May a task run on a hart? */
export function mayRun(task: Task, hart: number): boolean {
  return ((task.affinity >>> hart) & 1) === 1;
}

/** The decision of a policy that finds nobody. */
export const NOBODY = { task: 0, slice: 0, reason: 'nobody is ready' } as const;
