/**
 * Starvation: threads that could run and are not let for long. Whoever waits for more than PATIENCE is reported with the policy's
 * own account of itself; the policy goes on as it likes. Nothing is charged: it is the observer's look, not the kernel's.
 */
import type { Kernel } from './kernel.ts';
import { KernelRoot, ThreadState } from './objects.ts';

/** Seconds of virtual time for which a thread may be ready without running. */
export const STARVATION_SECONDS = 5;

/** Looks for threads that starve, and says so once for each wait. */
export function checkStarvation(k: Kernel): void {
  const root = KernelRoot.at(k.meter.observer, k.rootAddress);
  const patience = STARVATION_SECONDS * k.hertz;
  const { now } = k;
  const due = root.starvationCheck;
  root.starvationCheck = now + patience;
  // The first look only begins the count.
  if (due === 0) return;
  // Who waited for so long at the last look was reported then.
  const before = due - patience;
  for (const thread of k.threads.all()) {
    const { state, readySince, id } = k.threads.observe(thread);
    if (state !== ThreadState.ready || now - readySince < patience) continue;
    if (before > 0 && before - readySince >= patience) continue;
    if (k.scheduling.isResting(thread)) continue;
    const seconds = ((now - readySince) / k.hertz).toFixed(1);
    k.say(
      `thread ${id} starves: it has been ready for ${seconds} s and was not let run; ${k.scheduling.dump()}`,
    );
  }
}
