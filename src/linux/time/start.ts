/** The timekeeper's thread (timekeeper.ts), made with the first timer that is set. */
import type { Kernel } from '../../kernel/kernel.ts';
import { RunnerKind } from '../../kernel/objects.ts';
import { ANY_HART } from '../processes/making.ts';
import { linuxRoot } from '../state.ts';
import { timekeeping } from './interface.ts';
import { weightOf } from './priorities.ts';

/** As the most favoured of programs: others' alarms shall not wait for long computations. */
const NICE = -20;

/** Makes the timekeeper's thread unless it is there. False when there is no memory. */
export function ensureTimekeeper(k: Kernel): boolean {
  const root = linuxRoot(k);
  if (root.timekeeper !== 0) return true;
  const thread = k.threads.create({
    domain: k.homeOf('linux'),
    beneficiary: k.root.kernelBeneficiary,
    process: 0,
    runner: RunnerKind.steps,
    weight: weightOf(NICE),
    affinity: ANY_HART,
  });
  if (thread === 0) return false;
  root.timekeeper = thread;
  const before = k.meter.account;
  k.enter(thread, timekeeping.keepTime, {});
  k.meter.restore(before);
  k.scheduling.ready(thread, 'new');
  return true;
}
