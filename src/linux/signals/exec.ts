/** What becomes of a process's signals when it execs (execve(2), 'Effect on process attributes'). */
import type { Kernel } from '../../kernel/kernel.ts';
import { currentProcess, currentThread } from '../state.ts';
import { releasePosixTimers } from '../time/timers.ts';
import { handlersForExec, resetHandlers } from './handlers.ts';

/** Handlers go back to the default, the alternate stack and POSIX timers go; mask, pending signals and alarms stay. */
export function resetSignals(k: Kernel): void {
  const process = currentProcess(k);
  const thread = currentThread(k);
  const handlers = handlersForExec(k, process.handlers);
  // Without memory for a table of its own, it is better to reset a shared one than to run with handlers that have gone.
  if (handlers === 0) resetHandlers(k, process.handlers);
  else process.handlers = handlers;
  thread.stackStart = 0;
  thread.stackSize = 0;
  releasePosixTimers(k, process);
}
