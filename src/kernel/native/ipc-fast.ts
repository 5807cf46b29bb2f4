/**
 * The processor-specific path of l4_ipc: a short message to a partner that waits for it, by one that waits itself then.
 *
 * It is the case for which L4 was built (a call, or a server's reply and wait), and does in one go what the portable path (ipc.ts)
 * does in steps with frames: look at both sides, leave the words in the registers, give the processor over. Anything else about a
 * message, and it touches nothing and leaves it to the other path.
 */
import { Phase } from '../../contracts/accounting.ts';
import { NEVER, type PhysicalAddress } from '../../contracts/units.ts';
import { enterKernel, FAST_REGISTERS } from '../gates/mode-switch.ts';
import type { Kernel } from '../kernel.ts';
import { ThreadState } from '../objects.ts';
import { ipcCall, NO_TIMEOUT } from './ipc.ts';
import { clearOffer } from './ipc-offers.ts';
import { endWait, isWaitingFor } from './ipc-queues.ts';
import { deliver } from './ipc-registers.ts';
import { IpcState } from './records.ts';
import { ANYBODY, findThread, type IpcView, ipcAt, NOBODY } from './thread-numbers.ts';

const RECEIVED_STEP = ipcCall.operation.stepNumber.received as number;

export interface IpcArguments {
  readonly to: number;
  readonly from: number;
  readonly timeouts: number;
  readonly long: number;
}

function hasPath(k: Kernel): boolean {
  const mechanisms = k.structure.mechanisms ?? [];
  return (['fastPath', 'directSwitch', 'registerMessages'] as const).every((one) => mechanisms.includes(one));
}

/** Is it a short call, or a reply with a wait, without limits of time? */
function isPlain({ to, from, timeouts, long }: IpcArguments): boolean {
  return long === 0 && to !== NOBODY && from !== NOBODY && (timeouts & NO_TIMEOUT) === NO_TIMEOUT;
}

/** Carries a call out if it is such a case. False: nothing has happened. */
export function fastIpc(k: Kernel, thread: PhysicalAddress, request: IpcArguments): boolean {
  if (!isPlain(request) || !hasPath(k)) return false;
  const view = k.threads.at(thread);
  const { ipc } = view;
  if (ipc === 0 || view.attention !== 0) return false;
  const before = k.meter.account;
  k.meter.select(k.domainOfPlan(1), k.threads.observe(thread).beneficiary, Phase.service);
  const me = ipcAt(k, ipc);
  const partner = findThread(k, request.to);
  if (partner === undefined || !mayGo(k, thread, me, partner, request.from)) {
    k.meter.restore(before);
    return false;
  }
  const started = k.now;
  go(k, thread, me, partner, request);
  k.meter.settle();
  k.threads.observe(thread).cyclesKernel += k.now - started;
  return true;
}

/** Does the partner wait for this one, in the call itself, where it can be given the processor; and would this one wait? */
function mayGo(k: Kernel, thread: PhysicalAddress, me: IpcView, partner: IpcView, from: number): boolean {
  if (!isWaitingFor(k, partner, me) || partner.faulting !== 0 || partner.address === me.address) return false;
  if (from === ANYBODY ? me.firstSender !== 0 : from !== partner.number) return false;
  const { hart } = k.threads.observe(thread);
  return ((k.threads.at(partner.thread).affinity >>> hart) & 1) === 1;
}

function go(k: Kernel, thread: PhysicalAddress, me: IpcView, partner: IpcView, request: IpcArguments): void {
  enterKernel(k, FAST_REGISTERS);
  k.requests.countCrossing('trap', 0, 1);
  k.requests.countCrossing('ipc', 0, 0);
  clearOffer(me);
  deliver(k, partner.thread, { result: 0, from: me.number, bytes: 0, pages: 0 }, me);
  partner.state = IpcState.idle;
  endWait(k, partner.thread);
  k.requests.dismiss(partner.thread);
  const frame = k.requests.suspend('shortTrap', thread, ipcCall.operation.reference, { ...request });
  frame.step = RECEIVED_STEP;
  me.state = IpcState.receiving;
  me.partner = request.from;
  const view = k.threads.at(thread);
  view.deadline = NEVER;
  view.interruptible = 1;
  view.state = ThreadState.blocked;
  k.threads.observe(thread).executing = k.domainOfPlan(1);
  k.scheduling.handOver(thread, partner.thread);
}
