/**
 * The last resort when memory is out (Linux's out-of-memory killer): the process that uses most is ended by SIGKILL, and
 * whoever needed memory waits until it has given its own back.
 */
import { type OutcomeNumber, WakeReason } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { memory } from '../../services/memory/interface.ts';
import { processById, processFrom, threadsOf } from '../processes/directory.ts';
import { leave, visit, visited } from '../procfs/visit.ts';
import { SignalNumber } from '../signals/numbers.ts';
import { terminate } from '../signals/sending.ts';
import { currentProcess, linuxRoot, type ProcessView } from '../state.ts';
import { badnessOf, candidateFrom, pagesOf, usersOf } from './choose.ts';
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

function end(k: Kernel, process: ProcessView, pages: number, report: Report): void {
  const { id, space } = process;
  report(`out of memory: killed process ${id} (${nameOf(k, process)}), which used ${pages} pages`);
  for (const user of usersOf(k, space)) terminate(k, user, SignalNumber.SIGKILL);
}

function waitForRelief(k: Kernel): OutcomeNumber {
  return k.wait([linuxRoot(k).relief], k.after(k.now, PATIENCE), 'waited', false);
}

/**
 * `at` is the process looked at, by number and by record; `worst` the number of the one whose end is worth most so far, and
 * `most` and `pages` are its badness and its size.
 */
export function relieveOperation(report: Report): Operation {
  return operation(memoryPressure.relieve, ['impatient', 'at', 'record', 'worst', 'most', 'pages'], {
    begin(k, f) {
      if (currentProcess(k).ending !== 0) return k.done(0);
      if (f.impatient === 0 && someoneIsEnding(k)) return waitForRelief(k);
      f.at = 1;
      f.worst = 0;
      f.most = 0;
      return k.goto('look');
    },
    look(k, f) {
      const process = candidateFrom(k, f.at);
      if (process === undefined) return k.goto('choose');
      f.at = process.id;
      f.record = process.address;
      visit(k, process.id);
      return k.call(memory.present, { space: process.space }, 'seen');
    },
    seen(k, f, reply) {
      const process = visited(k, f.record);
      const pages = pagesOf(k, process, reply.value);
      const badness = badnessOf(k, process, pages);
      leave(k, f.record);
      // Of equals, the one made last.
      if (badness >= f.most) {
        f.worst = f.at;
        f.most = badness;
        f.pages = pages;
      }
      f.at += 1;
      return k.goto('look');
    },
    choose(k, f) {
      if (currentProcess(k).ending !== 0) return k.done(0);
      // Somebody else may have chosen meanwhile.
      if (f.impatient === 0 && someoneIsEnding(k)) return waitForRelief(k);
      const worst = processById(k, f.worst);
      if (worst === undefined) return k.done(f.worst === 0 ? 0 : 1);
      if (worst.ending === 0) end(k, worst, f.pages, report);
      return currentProcess(k).ending !== 0 ? k.done(0) : waitForRelief(k);
    },
    waited(k, f, reply) {
      if (reply.value !== WakeReason.deadline) return k.done(1);
      f.impatient = 1;
      return k.goto('begin');
    },
  });
}
