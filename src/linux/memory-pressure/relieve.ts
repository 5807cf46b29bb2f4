/**
 * The last resort when memory is out (Linux's out-of-memory killer): the process that uses most is ended by SIGKILL, and
 * whoever needed memory waits until it has given its own back.
 */
import { WakeReason } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { processFrom, threadsOf } from '../processes/directory.ts';
import { SignalNumber } from '../signals/numbers.ts';
import { terminate } from '../signals/sending.ts';
import { currentProcess, linuxRoot, type ProcessView } from '../state.ts';
import { framesOf, usersOf, worstOf } from './choose.ts';
import { memoryPressure } from './interface.ts';

/** Told of every process that is ended for want of memory: its number, name and frames. */
export type Report = (message: string) => void;

/** Seconds after which a process that is ending, and yet gives nothing back, is no longer waited for. */
const PATIENCE = 0.05;
const NAME_BYTES = 16;

/** Is memory of some process on its way back? */
function someoneIsEnding(k: Kernel): boolean {
  if (linuxRoot(k).leaving > 0) return true;
  for (let process = processFrom(k, 1); process !== undefined; process = processFrom(k, process.id + 1))
    if (process.ending !== 0) return true;
  return false;
}

/** The name of a process's oldest thread. */
function nameOf(k: Kernel, process: ProcessView): string {
  for (const { name } of threadsOf(k, process)) {
    const bytes = k.memory.bytes(name, NAME_BYTES).slice();
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(bytes.subarray(0, end < 0 ? NAME_BYTES : end));
  }
  return '';
}

function endWorst(k: Kernel, report: Report): boolean {
  const worst = worstOf(k);
  if (worst === undefined) return false;
  const { id, space } = worst;
  report(`out of memory: killed process ${id} (${nameOf(k, worst)}), which used ${framesOf(k, worst)} pages`);
  for (const process of usersOf(k, space)) terminate(k, process, SignalNumber.SIGKILL);
  return true;
}

export function relieveOperation(report: Report): Operation {
  return operation(memoryPressure.relieve, ['impatient'], {
    begin(k, f) {
      if (currentProcess(k).ending !== 0) return k.done(0);
      const waits = f.impatient === 0 && someoneIsEnding(k);
      if (!waits && !endWorst(k, report)) return k.done(0);
      if (currentProcess(k).ending !== 0) return k.done(0);
      return k.wait([linuxRoot(k).relief], k.after(k.now, PATIENCE), 'waited', false);
    },
    waited(k, f, reply) {
      if (reply.value !== WakeReason.deadline) return k.done(1);
      f.impatient = 1;
      return k.goto('begin');
    },
  });
}
