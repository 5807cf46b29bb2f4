/**
 * What a connection does when nothing happens: it repeats what was not acknowledged, gives up, or is forgotten.
 *
 * One thread of the service's sleeps until the first connection must be looked at; it is made with the first timer. A segment
 * over a link that delivers at once is only watched over when it got lost: so a machine whose programs wait for each other is
 * seen to be at rest.
 */
import { serviceInterface } from '../../../../contracts/service.ts';
import type { Kernel } from '../../../../kernel/kernel.ts';
import { RunnerKind } from '../../../../kernel/objects.ts';
import { rootOf, treeOf } from '../../root.ts';
import { type ConnectionView, TcpState } from '../records.ts';

export const timing = serviceInterface('network', {
  /** What the service's own thread does for ever. */
  keepTime: {},
});

/** In seconds: before the first repetition of a SYN and of anything else; the longest; how long the end of one is remembered. */
const FIRST_SYN = 1;
const FIRST = 0.2;
const LONGEST = 120;
const REMEMBERED = 60;
const ALL_HARTS = 0xffff_ffff;

/** The thread that keeps the timers; false when there is no memory for it. */
function ensureThread(k: Kernel): boolean {
  const root = rootOf(k);
  if (root.timekeeper !== 0) return true;
  const thread = k.threads.create({
    domain: k.homeOf('network'),
    beneficiary: k.root.kernelBeneficiary,
    process: 0,
    runner: RunnerKind.steps,
    weight: 1024,
    affinity: ALL_HARTS,
  });
  if (thread === 0) return false;
  root.timekeeper = thread;
  const before = k.meter.account;
  k.enter(thread, timing.keepTime, {});
  k.meter.restore(before);
  k.scheduling.ready(thread, 'new');
  return true;
}

function set(k: Kernel, connection: ConnectionView, seconds: number): void {
  disarm(k, connection);
  if (!ensureThread(k)) return;
  connection.armed = 1;
  treeOf(k, 'timers').insert(connection.timer, k.after(k.now, seconds));
  k.wake(rootOf(k).alarm);
}

/** Has something repeated unless an acknowledgement comes first. */
export function arm(k: Kernel, connection: ConnectionView): void {
  if (connection.armed === 1) return;
  const { state, retries } = connection;
  const first = state === TcpState.synSent || state === TcpState.synReceived ? FIRST_SYN : FIRST;
  set(k, connection, Math.min(LONGEST, first * 2 ** retries));
}

/** Has a connection forgotten that is over, or half over with nobody left to hear the rest. */
export function remember(k: Kernel, connection: ConnectionView): void {
  set(k, connection, REMEMBERED);
}

export function disarm(k: Kernel, connection: ConnectionView): void {
  if (connection.armed === 0) return;
  treeOf(k, 'timers').remove(connection.timer);
  connection.armed = 0;
}
