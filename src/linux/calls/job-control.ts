/**
 * Job control: a process in the background that uses its terminal is stopped, as termios(3) and POSIX's 'Terminal Access
 * Control' have it. Whose group is in the foreground the terminal knows; who asks, the personality.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { serviceInterface } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { ProcessField, processes } from '../../services/processes/interface.ts';
import { TerminalUse, terminal } from '../../services/terminal/interface.ts';
import { openFileAt } from '../descriptors.ts';
import { OpenKind } from '../records.ts';
import { actionAt, SIGNAL_IGNORE } from '../signals/handlers.ts';
import { signals } from '../signals/interface.ts';
import { SignalNumber } from '../signals/numbers.ts';
import { currentProcess, currentThread } from '../state.ts';

export const jobs = serviceInterface('linux', {
  /**
   * May the calling thread use a terminal's stream, for a TerminalUse? ERESTART when its group is stopped for that; EIO when
   * nobody could continue it, or when it reads and does not want to be stopped.
   */
  mayUse: { stream: 'number', use: 'number' },
});

/** A description on a stream that is a terminal has this as its `end`. */
export const IS_TERMINAL = 1;

/** Is a description open on a terminal? */
export function isOnTerminal(k: Kernel, file: PhysicalAddress): boolean {
  const { kind, end } = openFileAt(k, file);
  return kind === OpenKind.terminal && end === IS_TERMINAL;
}

/** Does the calling thread block or ignore a signal? */
function refuses(k: Kernel, signal: number): boolean {
  const { blockedLow } = currentThread(k);
  if ((blockedLow & (1 << (signal - 1))) !== 0) return true;
  return actionAt(k, currentProcess(k).handlers, signal).handler === SIGNAL_IGNORE;
}

function signalOf(use: number): number {
  return use === TerminalUse.read ? SignalNumber.SIGTTIN : SignalNumber.SIGTTOU;
}

const mayUse = operation(jobs.mayUse, ['group'], {
  begin(k) {
    const { process } = currentProcess(k);
    return k.call(processes.get, { process, field: ProcessField.group }, 'group');
  },
  group(k, f, reply) {
    f.group = reply.value;
    const { process } = currentProcess(k);
    return k.call(processes.get, { process, field: ProcessField.session }, 'session');
  },
  session(k, f, reply) {
    const { stream, group, use } = f;
    return k.call(terminal.background, { stream, session: reply.value, group, use }, 'placed');
  },
  placed(k, f, reply) {
    if (reply.value === 0) return k.done();
    if (refuses(k, signalOf(f.use))) return f.use === TerminalUse.read ? k.fail(ErrorNumber.EIO) : k.done();
    const { process } = currentProcess(k);
    return k.call(processes.get, { process, field: ProcessField.groupOrphaned }, 'orphaned');
  },
  orphaned(k, f, reply) {
    if (reply.value === 1) return k.fail(ErrorNumber.EIO);
    return k.call(signals.sendGroup, { group: f.group, signal: signalOf(f.use) }, 'sent');
  },
  sent(k) {
    return k.fail(ErrorNumber.ERESTART);
  },
});

export const jobOperations: readonly Operation[] = [mayUse];
