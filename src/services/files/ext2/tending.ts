/**
 * Tending: a thread for each mounted volume brings what has changed to its disk some seconds later, so that a machine that
 * stops without a word has lost no more than that.
 */
import type { PhysicalAddress } from '../../../contracts/units.ts';
import { NEVER } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { RunnerKind } from '../../../kernel/objects.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { DEFAULT_WEIGHT } from '../../../kernel/threads.ts';
import { mountAt } from '../records.ts';
import { storing } from './interface.ts';
import { Volume, volumeAt } from './records.ts';

/** How old a change becomes: as in Linux's dirty_writeback_centisecs. */
const TENDING_SECONDS = 5;
const ANY_HART = 0xffff_ffff;

/** Starts the thread of a mount. Without memory for it, changes wait until somebody synchronises them. */
export function startTending(k: Kernel, mount: PhysicalAddress): void {
  const thread = k.threads.create({
    domain: k.homeOf('files'),
    beneficiary: k.root.kernelBeneficiary,
    process: 0,
    runner: RunnerKind.steps,
    weight: DEFAULT_WEIGHT,
    affinity: ANY_HART,
  });
  if (thread === 0) return;
  const { volume } = mountAt(k, mount);
  volumeAt(k, volume).tended = 1;
  k.enter(thread, storing.tend, { mount, volume });
  k.scheduling.ready(thread, 'new');
}

export const tendOperation: Operation = operation(storing.tend, [], {
  begin(k, f) {
    const v = volumeAt(k, f.volume);
    if (v.closing === 1) {
      v.tended = 0;
      k.wake(f.volume + Volume.offsets.arrivals);
      return k.end();
    }
    const due = v.firstDirty === 0 ? NEVER : k.after(v.dirtySince, TENDING_SECONDS);
    if (due > k.now) return k.wait([f.volume + Volume.offsets.work], due, 'begin', false);
    return k.call(storing.synchroniseMount, { mount: f.mount, closing: 0 }, 'begin');
  },
});

/** The thread is to end: false while it has not. Whoever waits is woken by the volume's arrivals. */
export function hasEnded(k: Kernel, volume: PhysicalAddress): boolean {
  const v = volumeAt(k, volume);
  v.closing = 1;
  k.wake(volume + Volume.offsets.work);
  return v.tended === 0;
}
