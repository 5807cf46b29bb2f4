/**
 * The end of what a program's domain and threads had by native calls. Rules of use: whoever ends a process says so here, with its
 * last thread's end; a domain that never ran comes here too. Doing it again does nothing.
 */
import { Phase } from '../../contracts/accounting.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { Account, Domain } from '../objects.ts';
import { releasePartners } from './ipc-queues.ts';
import { destroyName, specialCell } from './port-calls.ts';
import { releasePort } from './ports.ts';
import { SPECIAL_PORTS, Task } from './records.ts';
import { namesOf } from './tasks.ts';
import { forgetThread, ipcAt, numberedThreads } from './thread-numbers.ts';

/** A domain's task ends: its ports die, and every right that it had is given back. */
export function endTask(k: Kernel, domain: PhysicalAddress): void {
  const { task } = Domain.at(k.meter.observer, domain);
  if (task === 0) return;
  k.mechanism();
  const { account } = k.meter;
  k.meter.select(k.domainOfPlan(1), Account.at(k.meter.observer, account).beneficiary, Phase.service);
  giveBack(k, domain, task);
  k.meter.restore(account);
}

function giveBack(k: Kernel, domain: PhysicalAddress, task: PhysicalAddress): void {
  for (const view of namesOf(k, task)) destroyName(k, task, view);
  for (let which = 0; which < SPECIAL_PORTS; which++) {
    const port = k.store.u32[specialCell(k, task, which)] as number;
    if (port !== 0) releasePort(k, port);
  }
  k.slab.release(Task.at(k.store, task).names);
  k.slab.release(task);
  Domain.at(k.store, domain).task = 0;
}

/** A thread ends: whoever waits for it hears that it is gone. */
export function endIpc(k: Kernel, thread: PhysicalAddress): void {
  const { ipc } = k.threads.observe(thread);
  if (ipc === 0) return;
  const view = ipcAt(k, ipc);
  releasePartners(k, view, numberedThreads(k));
  forgetThread(k, view);
}
