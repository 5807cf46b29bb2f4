// Random sets of jobs, and checks that hold of every schedule.
import fc from 'fast-check';
import type { JobPlan, ScheduleResult } from '../../src/workbench/index.ts';

const PLAIN = {
  priority: 0,
  nice: 0,
  tickets: 1,
  user: 'user',
  period: 0,
  deadline: 0,
  hart: -1,
  slice: 0,
  latency: 0,
  extra: 0,
};

export function job(index: number, given: Partial<JobPlan>): JobPlan {
  return { ...PLAIN, name: `P${index + 1}`, arrival: 0, bursts: [1], ...given };
}

/** Jobs that come once. With `io`, bursts alternate. */
export function jobSets(options: { readonly io: boolean; readonly harts: number }): fc.Arbitrary<JobPlan[]> {
  const burst = fc.integer({ min: 1, max: 30 });
  const pause = fc.integer({ min: 0, max: 20 });
  const bursts = options.io
    ? fc
        .tuple(burst, fc.array(fc.tuple(pause, burst), { maxLength: 3 }))
        .map(([first, rest]) => [first, ...rest.flat()])
    : burst.map((only) => [only]);
  const plan = fc.record({
    arrival: fc.integer({ min: 0, max: 60 }),
    bursts,
    priority: fc.integer({ min: 0, max: 5 }),
    nice: fc.integer({ min: -20, max: 19 }),
    tickets: fc.integer({ min: 1, max: 10 }),
    user: fc.constantFrom('ann', 'bob', 'cid'),
    hart: fc.oneof({ weight: 4, arbitrary: fc.constant(-1) }, fc.integer({ min: 0, max: options.harts - 1 })),
  });
  return fc
    .array(plan, { minLength: 1, maxLength: 12 })
    .map((plans) => plans.map((given, index) => job(index, given)));
}

/** Periodic jobs whose periods have a small multiple, and whose utilisation is at most 1. */
export const periodicSets: fc.Arbitrary<JobPlan[]> = fc
  .array(fc.tuple(fc.constantFrom(4, 5, 6, 8, 10, 12, 15, 20, 30, 40), fc.integer({ min: 1, max: 20 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((pairs) => {
    const jobs: JobPlan[] = [];
    let left = 120;
    for (const [period, wanted] of pairs) {
      const share = 120 / period;
      const most = Math.min(wanted, period, Math.floor(left / share));
      if (most < 1) continue;
      left -= most * share;
      jobs.push(job(jobs.length, { bursts: [most], period }));
    }
    return jobs;
  });

/** A check that is made thousands of times: matchers would take most of the time. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** No job is lost, runs twice at once, before it comes, while it is blocked, or where it may not; and times add up. */
export function checkSchedule(jobs: readonly JobPlan[], result: ScheduleResult): void {
  must(result.starved === null, `${result.starved}`);
  must(result.jobs.length === jobs.length, 'a job is lost');
  must(!result.jobs.some(({ finish }) => finish === null), 'a job does not end');
  for (const done of result.jobs) {
    const plan = jobs.find(({ name }) => name === done.task) as JobPlan;
    const turns = result.gantt.filter(({ job: id }) => id === done.id);
    must(
      turns.reduce((sum, { from, to }) => sum + to - from, 0) === done.burst,
      `${done.id} computes its burst`,
    );
    must(turns[0]?.from === done.start, `${done.id} starts when it first runs`);
    must(turns.at(-1)?.to === done.finish, `${done.id} ends when it last runs`);
    const busy = [...turns.map(({ from, to }) => [from, to] as const), ...done.blocked].sort(
      ([a], [b]) => a - b,
    );
    let end = done.arrival;
    for (const [from, to] of busy) {
      must(from >= end, `${done.id} is at two places at ${from}`);
      end = to;
    }
    must(plan.hart < 0 || turns.every(({ hart }) => hart === plan.hart), `${done.id} runs where it may not`);
    const blocked = done.blocked.reduce((sum, [from, to]) => sum + to - from, 0);
    must(
      (done.waiting as number) + done.burst + blocked === done.turnaround,
      `${done.id}'s times do not add up`,
    );
  }
  for (let hart = 0; hart < result.harts; hart++) {
    let end = 0;
    for (const { from, to } of result.gantt.filter((turn) => turn.hart === hart)) {
      must(from >= end && to > from, `hart ${hart} runs two at ${from}`);
      end = to;
    }
  }
  const computing = result.jobs.reduce((sum, { burst }) => sum + burst, 0);
  must(
    Math.abs(result.utilisation * result.end * result.harts - computing) < 1e-6,
    'computing does not add up',
  );
}

/** No hart idles while a job that may run there waits. */
export function checkWorkConserving(jobs: readonly JobPlan[], result: ScheduleResult): void {
  const instants = new Set([
    ...result.gantt.flatMap(({ from, to }) => [from, to]),
    ...result.jobs.map(({ arrival }) => arrival),
    ...result.jobs.flatMap(({ blocked }) => blocked.flat()),
  ]);
  for (const at of instants) {
    const running = result.gantt.filter(({ from, to }) => from <= at && at < to);
    const idle = Array.from({ length: result.harts }, (_, hart) => hart).filter(
      (hart) => !running.some((turn) => turn.hart === hart),
    );
    const waiting = result.jobs.filter(
      ({ id, arrival, finish, blocked }) =>
        arrival <= at &&
        at < (finish as number) &&
        !running.some((turn) => turn.job === id) &&
        !blocked.some(([from, to]) => from <= at && at < to),
    );
    for (const { task } of waiting) {
      const { hart } = jobs.find(({ name }) => name === task) as JobPlan;
      must(!idle.some((number) => hart < 0 || number === hart), `${task} waits at ${at} and a hart idles`);
    }
  }
}
