/**
 * Whom to end when memory is out: the process whose end gives back most, as Linux's oom_badness chooses.
 *
 * A process's badness is its pages, shifted by /proc/PID/oom_score_adj in thousandths of all frames; -1000 spares it, and the
 * first one is never ended. Looking takes a request to the memory service for each process, so that it takes several steps.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Domain } from '../../kernel/objects.ts';
import { processFrom } from '../processes/directory.ts';
import { linuxRoot, type ProcessView } from '../state.ts';

const THOUSAND = 1000;

/** Pages that a process uses: those present in its space, or, when that is more, those on its account, tables among them. */
export function pagesOf(k: Kernel, process: ProcessView, present: number): number {
  return Math.max(present, Domain.at(k.store, process.domain).frames);
}

/** The next process from a number on that is not ending and may be ended, or undefined. */
export function candidateFrom(k: Kernel, id: number): ProcessView | undefined {
  const { init } = linuxRoot(k);
  for (let process = processFrom(k, id); process !== undefined; process = processFrom(k, process.id + 1)) {
    if (process.ending !== 0 || process.space === 0 || process.address === init) continue;
    if (process.killAdjustment !== -THOUSAND) return process;
  }
  return undefined;
}

/** How much the end of a process that uses so many pages is worth; at least 1. */
export function badnessOf(k: Kernel, { killAdjustment }: ProcessView, pages: number): number {
  return Math.max(1, pages + (killAdjustment * k.root.frameCount) / THOUSAND);
}

/** Those whose end is needed to free a space: every process that uses it. */
export function usersOf(k: Kernel, space: PhysicalAddress): ProcessView[] {
  const users: ProcessView[] = [];
  for (let process = processFrom(k, 1); process !== undefined; process = processFrom(k, process.id + 1))
    if (process.ending === 0 && process.space === space) users.push(process);
  return users;
}
