/** getpriority and setpriority: nice values of a thread, of a group's threads, of a user's. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Credentials, Domain } from '../../kernel/objects.ts';
import { ProcessField, processes } from '../../services/processes/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { processById, processFrom, threadsOf } from '../processes/directory.ts';
import { Resource } from '../resources.ts';
import { currentProcess, currentThread, type ProcessView, type ThreadView } from '../state.ts';
import { HIGHEST_NICE, LOWEST_NICE, niceOf, weightOf } from './priorities.ts';
import { mayChange, threadFor } from './scheduler-calls.ts';

const Whose = { process: 0, group: 1, user: 2 } as const;
/** getpriority's value is this less nice, and RLIMIT_NICE bounds it. */
const NICE_BASE = 20;

interface PriorityFrame {
  readonly which: number;
  readonly who: number;
  /** The group or user that is meant. */
  wanted: number;
  /** Number of the process that was looked at last. */
  cursor: number;
  limit: number;
  found: number;
  best: number;
  error: number;
}

/** What is done with each thread that is meant. */
type Visit = (k: Kernel, f: PriorityFrame, thread: ThreadView) => void;

function nice(k: Kernel, thread: ThreadView): number {
  return niceOf(k.threads.at(thread.thread).weight);
}

function userOf(k: Kernel, process: ProcessView): number {
  return Credentials.at(k.store, Domain.at(k.store, process.domain).credentials).user;
}

function visitAll(k: Kernel, f: PriorityFrame, process: ProcessView, visit: Visit): void {
  for (const thread of threadsOf(k, process)) {
    f.found += 1;
    visit(k, f, thread);
  }
}

/** Steps that visit all threads that a call means, and then go on with `end`. */
function visitSteps(visit: Visit) {
  return {
    'own group'(k: Kernel, f: PriorityFrame, reply: { value: number }): OutcomeNumber {
      f.wanted = reply.value;
      return k.goto('next');
    },
    next(k: Kernel, f: PriorityFrame): OutcomeNumber {
      const process = processFrom(k, f.cursor + 1);
      if (process === undefined) return k.goto('end');
      f.cursor = process.id;
      if (f.which === Whose.group)
        return k.call(processes.get, { process: process.process, field: ProcessField.group }, 'member');
      if (process.id !== 1 && userOf(k, process) === f.wanted) visitAll(k, f, process, visit);
      return k.goto('next');
    },
    member(k: Kernel, f: PriorityFrame, reply: { value: number }): OutcomeNumber {
      const process = reply.value === f.wanted ? processById(k, f.cursor) : undefined;
      if (process !== undefined) visitAll(k, f, process, visit);
      return k.goto('next');
    },
    start(k: Kernel, f: PriorityFrame): OutcomeNumber {
      f.wanted = f.who;
      if (f.which === Whose.process) {
        const thread = f.who === 0 ? currentThread(k) : threadFor(k, f.who);
        if (thread !== undefined) {
          f.found += 1;
          visit(k, f, thread);
        }
        return k.goto('end');
      }
      if (f.which === Whose.user && f.who === 0) f.wanted = k.credentials.user;
      if (f.which === Whose.user || f.who !== 0) return k.goto('next');
      const { process } = currentProcess(k);
      return k.call(processes.get, { process, field: ProcessField.group }, 'own group');
    },
  };
}

function isWhose(which: number): boolean {
  return which >= Whose.process && which <= Whose.user;
}

const LOCALS = ['wanted', 'cursor', 'limit', 'found', 'best', 'error'] as const;

const getpriority = systemCall({
  number: 141,
  name: 'getpriority',
  arguments: { which: 'int', who: 'int' },
  support: 'full',
  locals: LOCALS,
  steps: {
    begin(k, f) {
      return isWhose(f.which) ? k.goto('start') : k.fail(ErrorNumber.EINVAL);
    },
    ...visitSteps((k, f, thread) => {
      f.best = Math.max(f.best, NICE_BASE - nice(k, thread));
    }),
    end(k, f) {
      return f.found > 0 ? k.done(f.best) : k.fail(ErrorNumber.ESRCH);
    },
  },
});

/** The nice value that a call asks for. */
function wantedNice(priority: number): number {
  return Math.min(HIGHEST_NICE, Math.max(LOWEST_NICE, priority));
}

function change(k: Kernel, f: PriorityFrame & { priority: number }, thread: ThreadView): void {
  const wanted = wantedNice(f.priority);
  if (!mayChange(k, thread)) {
    f.error = ErrorNumber.EPERM;
    return;
  }
  const privileged = k.credentials.effectiveUser === 0;
  if (wanted < nice(k, thread) && !privileged && NICE_BASE - wanted > f.limit) {
    f.error = ErrorNumber.EACCES;
    return;
  }
  k.mechanism();
  k.scheduling.change(thread.thread, () => {
    const view = k.threads.at(thread.thread);
    view.weight = weightOf(wanted);
    view.nice = wanted;
  });
}

const setpriority = systemCall({
  number: 140,
  name: 'setpriority',
  arguments: { which: 'int', who: 'int', priority: 'int' },
  support: 'full',
  locals: LOCALS,
  steps: {
    begin(k, f) {
      if (!isWhose(f.which)) return k.fail(ErrorNumber.EINVAL);
      const { process } = currentProcess(k);
      return k.call(processes.limit, { process, resource: Resource.nice }, 'limited');
    },
    limited(k, f, reply) {
      f.limit = reply.value;
      return k.goto('start');
    },
    ...visitSteps((k, f, thread) => change(k, f as PriorityFrame & { priority: number }, thread)),
    end(k, f) {
      if (f.found === 0) return k.fail(ErrorNumber.ESRCH);
      return f.error === 0 ? k.done() : k.fail(f.error);
    },
  },
});

export const priorityCalls: readonly SystemCall[] = [getpriority, setpriority];
