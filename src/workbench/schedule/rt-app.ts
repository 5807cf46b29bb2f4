/**
 * Jobs from the JSON of rt-app (doc/tutorial.txt of github.com/scheduler-tools/rt-app): its tasks' run, sleep and timer events,
 * in microseconds. What has no meaning on paper (locks, barriers, memory, cgroups, ...) is named and left out.
 */
import { wholeNumberIn } from '../../schedulers/parts/specification.ts';
import { checkJobs, type JobPlan, jobFrom } from './jobs.ts';

type Table = { readonly [key: string]: unknown };

/** Keys of a task that are read here; others are named. */
const READ = [
  'run',
  'runtime',
  'sleep',
  'timer',
  'instance',
  'priority',
  'cpus',
  'loop',
  'delay',
  'phases',
  'policy',
];
const DEADLINE = ['dl-runtime', 'dl-period', 'dl-deadline'];
const MOST_LOOPS = 10_000;

export function isRtApp(data: unknown): data is { readonly tasks: Table } {
  const tasks = (data as { tasks?: unknown } | null)?.tasks;
  return typeof tasks === 'object' && tasks !== null && !Array.isArray(tasks);
}

function tableOf(value: unknown, what: string): Table {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Table;
  throw new Error(`${what} must be a table`);
}

function number(value: unknown, least: number, what: string): number {
  return wholeNumberIn(String(value), least, undefined, what);
}

/** An event's kind: rt-app lets names end in anything, so that a table may have several (`run0`, `run1`). */
function kindOf(key: string): string {
  return READ.find((known) => key === known) ?? key.replace(/\d+$/, '');
}

interface Draft {
  readonly bursts: number[];
  period: number;
}

/** Adds the events of a phase, in the order of the file. */
function addEvents(events: Table, draft: Draft, what: string, unsupported: Set<string>): void {
  for (const [key, value] of Object.entries(events)) {
    const kind = kindOf(key);
    const last = draft.bursts.length - 1;
    if (kind === 'run' || kind === 'runtime') {
      const amount = number(value, 1, `${what}: ${key}`);
      if (draft.bursts.length % 2 === 1) draft.bursts[last] = (draft.bursts[last] as number) + amount;
      else draft.bursts.push(amount);
    } else if (kind === 'sleep') {
      const amount = number(value, 0, `${what}: ${key}`);
      if (draft.bursts.length % 2 === 1) draft.bursts.push(amount);
      else if (last >= 0) draft.bursts[last] = (draft.bursts[last] as number) + amount;
      else unsupported.add(`${key} before the first run`);
    } else if (kind === 'timer')
      draft.period = number(tableOf(value, `${what}: ${key}`).period, 1, `${what}: period`);
    else if (!READ.includes(key) && !DEADLINE.includes(key)) unsupported.add(key);
  }
}

function addPhase(phase: Table, draft: Draft, what: string, unsupported: Set<string>): void {
  const given = phase.loop === undefined ? 1 : Number(phase.loop);
  // A loop without end is a period, or one round when it has none.
  const rounds = given < 0 ? 1 : number(given, 0, `${what}: loop`);
  if (rounds > MOST_LOOPS)
    throw new Error(`${what}: loop is ${rounds}; on paper it may be ${MOST_LOOPS} at most`);
  for (let round = 0; round < (draft.period > 0 ? 1 : rounds); round++)
    addEvents(phase, draft, what, unsupported);
}

/** What a task says besides its events, as keys of a job. */
function keysOf(task: Table, timer: number, unsupported: Set<string>): Map<string, string> {
  const keys = new Map<string, string>();
  const period = timer || task['dl-period'];
  if (period) keys.set('period', String(period));
  if (task['dl-deadline'] !== undefined) keys.set('deadline', String(task['dl-deadline']));
  if (task['dl-runtime'] !== undefined) keys.set('slice', String(task['dl-runtime']));
  if (task.priority !== undefined) {
    const priority = Number(task.priority);
    // In rt-app, a priority is a nice value unless the policy is of real time.
    const isRealTime = task.policy === 'SCHED_FIFO' || task.policy === 'SCHED_RR';
    keys.set(isRealTime ? 'priority' : 'nice', String(priority));
  }
  if (Array.isArray(task.cpus) && task.cpus.length === 1) keys.set('hart', String(task.cpus[0]));
  else if (task.cpus !== undefined) unsupported.add('cpus of several');
  return keys;
}

function jobsOfTask(name: string, task: Table, first: number, unsupported: Set<string>): JobPlan[] {
  const what = `task ${name}`;
  const draft: Draft = { bursts: [], period: 0 };
  if (task.phases === undefined) addPhase(task, draft, what, unsupported);
  else {
    for (const key of Object.keys(task)) if (![...READ, ...DEADLINE].includes(key)) unsupported.add(key);
    for (const [key, phase] of Object.entries(tableOf(task.phases, `${what}: phases`)))
      addPhase(tableOf(phase, `${what}: ${key}`), draft, `${what}: ${key}`, unsupported);
  }
  // What a task sleeps after its last run is nothing that anybody waits for.
  if (draft.bursts.length % 2 === 0) draft.bursts.pop();
  if (draft.bursts.length === 0) throw new Error(`${what} never runs`);
  const keys = keysOf(task, draft.period, unsupported);
  const count = task.instance === undefined ? 1 : number(task.instance, 1, `${what}: instance`);
  const arrival = String(task.delay ?? 0);
  return Array.from({ length: count }, (_, index) => {
    const own = new Map(keys).set('name', count === 1 ? name : `${name}-${index}`);
    return jobFrom(arrival, draft.bursts.join('+'), own, first + index);
  });
}

/** The jobs of an rt-app file; `say` hears which keys are left out. */
export function jobsFromRtApp(
  data: { readonly tasks: Table },
  say: (line: string) => void,
): readonly JobPlan[] {
  const unsupported = new Set<string>(Object.keys(data).filter((key) => key !== 'tasks' && key !== 'global'));
  const jobs: JobPlan[] = [];
  for (const [name, task] of Object.entries(data.tasks))
    jobs.push(...jobsOfTask(name, tableOf(task, `task ${name}`), jobs.length, unsupported));
  if (unsupported.size > 0)
    say(`rt-app keys that are not supported, and left out: ${[...unsupported].join(', ')}`);
  return checkJobs(jobs);
}
