/**
 * What a process's end means to others.
 *
 * Orphaned process groups with stopped members: when the last process that could continue them ends, they are sent SIGHUP and
 * SIGCONT, as POSIX asks of exit(2).
 *
 * What is looked at is every process that was stopped while its group was not orphaned. Groups that were orphaned by other
 * means than an end, which nobody is told of, are taken for such as well when the next process ends.
 */
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { ProcessField, processes } from '../../services/processes/interface.ts';
import { processById, processFrom } from '../processes/directory.ts';
import { currentProcess, linuxRoot, type ProcessView } from '../state.ts';
import { SignalCode } from './information.ts';
import { signals } from './interface.ts';
import { SignalNumber } from './numbers.ts';
import { post } from './sending.ts';

/** The next stopped process whose number is above `id`. */
function nextStopped(k: Kernel, id: number): ProcessView | undefined {
  let process = processFrom(k, id + 1);
  while (process !== undefined && (process.stopped === 0 || process.stoppedOrphaned !== 0))
    process = processFrom(k, process.id + 1);
  return process;
}

const releaseOrphans = operation(signals.releaseOrphans, ['id', 'group'], {
  begin(k, f) {
    const process = linuxRoot(k).stoppedProcesses === 0 ? undefined : nextStopped(k, f.id);
    if (process === undefined) return k.done();
    f.id = process.id;
    return k.call(processes.get, { process: process.process, field: ProcessField.groupOrphaned }, 'looked');
  },
  looked(k, f, reply) {
    const process = reply.value === 0 ? undefined : processById(k, f.id);
    if (process === undefined) return k.goto('begin');
    return k.call(processes.get, { process: process.process, field: ProcessField.group }, 'hang up');
  },
  'hang up'(k, f, reply) {
    f.group = reply.value;
    return k.call(signals.sendGroup, { group: f.group, signal: SignalNumber.SIGHUP }, 'continue');
  },
  continue(k, f) {
    return k.call(signals.sendGroup, { group: f.group, signal: SignalNumber.SIGCONT }, 'begin');
  },
});

const tellChildren = operation(signals.tellChildren, ['id'], {
  begin(k, f) {
    if (linuxRoot(k).deathSignals === 0) return k.done();
    let process = processFrom(k, f.id + 1);
    while (process !== undefined && process.parentDeathSignal === 0) process = processFrom(k, process.id + 1);
    if (process === undefined) return k.done();
    f.id = process.id;
    return k.call(processes.get, { process: process.process, field: ProcessField.parentProcess }, 'looked');
  },
  looked(k, f, reply) {
    const process = reply.value === f.process ? processById(k, f.id) : undefined;
    if (process === undefined) return k.goto('begin');
    const { user } = k.credentials;
    const sender = currentProcess(k).id;
    const signal = process.parentDeathSignal;
    post(k, { process }, { signal, code: SignalCode.user, sender, user, value: 0 });
    return k.goto('begin');
  },
});

export const orphanOperations: readonly Operation[] = [releaseOrphans, tellChildren];
