/**
 * Whom to end when memory is out: the process that uses most frames, as Linux's oom_badness() has it.
 *
 * What counts is what its end gives back at once: the frames on its domain's account, which are its anonymous pages and its
 * page tables. oom_score_adj adds so many thousandths of all frames; -1000 spares a process, and the first one is never ended.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Domain } from '../../kernel/objects.ts';
import { processFrom } from '../processes/directory.ts';
import { linuxRoot, type ProcessView } from '../state.ts';

const THOUSAND = 1000;

/** Frames on the account of a process. */
export function framesOf(k: Kernel, process: ProcessView): number {
  return Domain.at(k.store, process.domain).frames;
}

/** All processes that are not ending, by number. */
function* candidates(k: Kernel): Generator<ProcessView> {
  for (let process = processFrom(k, 1); process !== undefined; process = processFrom(k, process.id + 1))
    if (process.ending === 0 && process.space !== 0) yield process;
}

/** The process to be ended, or undefined when none may be. Of equals, the one made last. */
export function worstOf(k: Kernel): ProcessView | undefined {
  const { init } = linuxRoot(k);
  const { frameCount } = k.root;
  let worst: ProcessView | undefined;
  let most = 0;
  for (const process of candidates(k)) {
    const { killAdjustment, address } = process;
    if (address === init || killAdjustment === -THOUSAND) continue;
    const badness = Math.max(1, framesOf(k, process) + (killAdjustment * frameCount) / THOUSAND);
    if (badness < most) continue;
    worst = process;
    most = badness;
  }
  return worst;
}

/** Those whose end is needed to free a space: every process that uses it. */
export function usersOf(k: Kernel, space: PhysicalAddress): ProcessView[] {
  return [...candidates(k)].filter((process) => process.space === space);
}
