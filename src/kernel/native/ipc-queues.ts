/** Who waits to send to a thread, oldest first; and how a thread's wait for its partner ends. */
import { WakeReason } from '../../contracts/service.ts';
import { NEVER, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { ThreadState } from '../objects.ts';
import { IpcState } from './records.ts';
import { type IpcView, ipcAt } from './thread-numbers.ts';

/** What an exchange can end in, as L4_* of l4.h. */
export const IpcResult = {
  success: 0,
  noPartner: 1,
  timedOut: 2,
  cancelled: 3,
  cut: 4,
  badMemory: 5,
  noMemory: 6,
  notMapped: 7,
  aborted: 8,
  /** Added when it was the receive phase. */
  receiving: 16,
} as const;

export function joinQueue(k: Kernel, sender: IpcView, receiver: IpcView): void {
  sender.queuedAt = receiver.address;
  sender.nextSender = 0;
  sender.previousSender = receiver.lastSender;
  if (receiver.lastSender !== 0) ipcAt(k, receiver.lastSender).nextSender = sender.address;
  else receiver.firstSender = sender.address;
  receiver.lastSender = sender.address;
}

export function leaveQueue(k: Kernel, sender: IpcView): void {
  const { queuedAt, nextSender, previousSender } = sender;
  if (queuedAt === 0) return;
  const receiver = ipcAt(k, queuedAt);
  if (previousSender !== 0) ipcAt(k, previousSender).nextSender = nextSender;
  else receiver.firstSender = nextSender;
  if (nextSender !== 0) ipcAt(k, nextSender).previousSender = previousSender;
  else receiver.lastSender = previousSender;
  sender.queuedAt = 0;
  sender.nextSender = 0;
  sender.previousSender = 0;
}

/** Does a thread wait for a message that this one may send? */
export function isWaitingFor(k: Kernel, receiver: IpcView, sender: IpcView): boolean {
  // One that has been interrupted waits no more, though it has not run since.
  if (receiver.state !== IpcState.receiving || k.threads.at(receiver.thread).state !== ThreadState.blocked)
    return false;
  const { partner } = receiver;
  return partner < 0 || partner === sender.number;
}

/** A thread's exchange is over: it is blocked no longer, but nobody has been told yet that it may run. */
export function endWait(k: Kernel, thread: PhysicalAddress): void {
  const view = k.threads.at(thread);
  if (view.firstWaiter !== 0 || view.deadline !== NEVER) k.waiting.leave(thread);
  view.interruptible = 0;
}

/** Tells a thread that waits for its partner how it went; it goes on by itself. */
export function conclude(k: Kernel, view: IpcView, result: number): void {
  view.state = IpcState.done;
  view.result = result;
  if (k.threads.at(view.thread).state === ThreadState.blocked) k.rouse(view.thread, WakeReason.woken);
}

/** A thread with a number ends: whoever waits for it hears that it is gone. */
export function releasePartners(k: Kernel, ending: IpcView, all: Iterable<IpcView>): void {
  leaveQueue(k, ending);
  while (ending.firstSender !== 0) {
    const sender = ipcAt(k, ending.firstSender);
    leaveQueue(k, sender);
    conclude(k, sender, IpcResult.noPartner);
  }
  for (const other of all)
    if (other.state === IpcState.receiving && other.partner === ending.number)
      conclude(k, other, IpcResult.noPartner + IpcResult.receiving);
}
