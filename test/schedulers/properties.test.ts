// What is known of policies, over random sets of jobs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JobPlan, POLICIES, policyNamed, schedule } from '../../src/workbench/index.ts';
import '../support/property-seed.ts';
import { job, jobSets, periodicSets } from './sets.ts';

const RUNS = Number(process.env.SCHEDULE_RUNS ?? 8);

function shares(jobs: readonly JobPlan[], policy: string, until: number, seed = 1): Map<string, number> {
  const { gantt } = schedule(jobs, { policy: policyNamed(policy), seed });
  const had = new Map(jobs.map(({ name }) => [name, 0]));
  for (const { job: name, from, to } of gantt)
    had.set(name, (had.get(name) ?? 0) + Math.max(0, Math.min(to, until) - from));
  return had;
}

describe('shortest remaining time first', () => {
  it('has the least mean turnaround of all, on one hart without I/O', () => {
    const others = POLICIES.map(({ name }) => policyNamed(name));
    fc.assert(
      fc.property(jobSets({ io: false, harts: 1 }), (jobs) => {
        const best = schedule(jobs, { policy: policyNamed('srtf') }).averages.turnaround;
        for (const policy of others)
          expect(schedule(jobs, { policy }).averages.turnaround, policy.specification).toBeGreaterThanOrEqual(
            best - 1e-9,
          );
      }),
      { numRuns: RUNS },
    );
  });
});

describe('earliest deadline first', () => {
  it('meets every set of periodic tasks that ask for at most the whole hart', () => {
    fc.assert(
      fc.property(periodicSets, (jobs) => {
        fc.pre(jobs.length > 0);
        const { missed, refused, analysis } = schedule(jobs, { policy: policyNamed('edf') });
        expect({ missed, refused }).toEqual({ missed: 0, refused: [] });
        expect(analysis?.earliestDeadline).toBe(true);
      }),
      { numRuns: 4 * RUNS },
    );
  });

  it('refuses what does not fit, and starves nobody that it has taken', () => {
    const jobs = [
      job(0, { bursts: [6], period: 10 }),
      job(1, { bursts: [5], period: 10 }),
      job(2, { bursts: [4], period: 10 }),
    ];
    const { refused, missed, jobs: done } = schedule(jobs, { policy: policyNamed('edf'), until: 100 });
    expect(refused).toEqual([{ job: 'P2', reason: '1.100 processors would be promised, and there is 1' }]);
    expect(missed).toBe(0);
    expect(new Set(done.map(({ task }) => task))).toEqual(new Set(['P1', 'P3']));
    const over = schedule(jobs, { policy: policyNamed('edf:admission=no'), until: 100 });
    expect(over.missed).toBeGreaterThan(0);
  });
});

describe('rate monotonic', () => {
  it('misses exactly when the response-time analysis says so, when all are released at once', () => {
    fc.assert(
      fc.property(periodicSets, (jobs) => {
        fc.pre(new Set(jobs.map(({ period }) => period)).size === jobs.length && jobs.length > 0);
        const { missed, analysis } = schedule(jobs, { policy: policyNamed('rm') });
        expect(missed === 0).toBe(analysis?.rateMonotonic);
      }),
      { numRuns: 4 * RUNS },
    );
  });
});

describe('shares', () => {
  const tickets = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 6 });
  const endless = (given: readonly Partial<JobPlan>[], length: number) =>
    given.map((part, index) => job(index, { bursts: [length], ...part }));

  it('stride is within one quantum of the exact share for every pair, at every quantum', () => {
    fc.assert(
      fc.property(tickets, fc.integer({ min: 10, max: 400 }), (numbers, quanta) => {
        const jobs = endless(
          numbers.map((count) => ({ tickets: count })),
          450,
        );
        const had = [...shares(jobs, 'stride:quantum=1', quanta).values()];
        for (let a = 0; a < had.length; a++)
          for (let b = 0; b < a; b++) {
            const [mine, other] = [numbers[a] as number, numbers[b] as number];
            const both = (had[a] as number) + (had[b] as number);
            const exact = (both * mine) / (mine + other);
            expect(Math.abs((had[a] as number) - exact)).toBeLessThanOrEqual(1 + 1e-6);
          }
      }),
      { numRuns: 4 * RUNS },
    );
  });

  it('lottery is within five standard deviations of it', () => {
    fc.assert(
      fc.property(tickets, fc.integer({ min: 1, max: 1e9 }), (numbers, seed) => {
        const draws = 4000;
        const all = numbers.reduce((sum, count) => sum + count, 0);
        const jobs = endless(
          numbers.map((count) => ({ tickets: count })),
          4000,
        );
        const had = [...shares(jobs, 'lottery:quantum=1', draws, seed).values()];
        numbers.forEach((count, index) => {
          const share = count / all;
          const deviation = Math.sqrt(draws * share * (1 - share));
          expect(Math.abs((had[index] as number) - draws * share)).toBeLessThanOrEqual(5 * deviation);
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('fair share gives users equal parts, however many jobs they have', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 4 }), (counts) => {
        const jobs = endless(
          counts.flatMap((count, user) => new Array(count).fill({ user: `u${user}` })),
          1500,
        );
        const had = shares(jobs, 'fair-share:quantum=2', 2000);
        const byUser = counts.map((_, user) =>
          jobs.reduce((sum, plan) => sum + (plan.user === `u${user}` ? (had.get(plan.name) ?? 0) : 0), 0),
        );
        expect(Math.max(...byUser) - Math.min(...byUser)).toBeLessThanOrEqual(2);
      }),
      { numRuns: RUNS },
    );
  });

  it('eevdf keeps every task within two requests of its weighted share', () => {
    const nices = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 2, maxLength: 6 });
    const weights: { readonly [nice: number]: number } = {
      [-5]: 3121,
      [-4]: 2501,
      [-3]: 1991,
      [-2]: 1586,
      [-1]: 1277,
      0: 1024,
      1: 820,
      2: 655,
      3: 526,
      4: 423,
      5: 335,
    };
    fc.assert(
      fc.property(nices, (values) => {
        const jobs = endless(
          values.map((nice) => ({ nice })),
          3000,
        );
        const until = 3000;
        const had = [...shares(jobs, 'eevdf:slice=10', until).values()];
        const all = values.reduce((sum, nice) => sum + (weights[nice] as number), 0);
        values.forEach((nice, index) => {
          const exact = (until * (weights[nice] as number)) / all;
          expect(Math.abs((had[index] as number) - exact)).toBeLessThanOrEqual(20);
        });
      }),
      { numRuns: RUNS },
    );
  });
});

describe('contracts of Nemesis', () => {
  it('are kept for every set that is admitted, whatever others do', () => {
    fc.assert(
      fc.property(periodicSets, (given) => {
        const jobs = [...given, job(given.length, { bursts: [500], extra: 1 })];
        const { missed, jobs: done } = schedule(jobs, { policy: policyNamed('atropos') });
        expect(missed).toBe(0);
        expect(done.every(({ finish }) => finish !== null)).toBe(true);
      }),
      { numRuns: 2 * RUNS },
    );
  });

  it('hold a job to its slice unless it has a part in what is left over', () => {
    const run = (extra: number) =>
      schedule([job(0, { bursts: [30], period: 10, slice: 3, extra })], {
        policy: policyNamed('atropos'),
        until: 10,
      }).end;
    expect(run(0)).toBe(93);
    expect(run(1)).toBe(30);
  });
});

describe('aging', () => {
  it('ends starvation by an endless stream of better jobs', () => {
    const stream = Array.from({ length: 100 }, (_, index) =>
      job(index, { arrival: index * 5, bursts: [5], priority: 1 }),
    );
    const jobs = [...stream, job(100, { bursts: [5], priority: 5 })];
    const start = (policy: string) => schedule(jobs, { policy: policyNamed(policy) }).jobs[100]?.start;
    expect(start('priority:preemptive=yes')).toBe(500);
    expect(start('priority:preemptive=yes,aging=10')).toBeLessThan(60);
  });
});
