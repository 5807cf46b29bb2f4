// The textbooks' cases, to the digit.
import { describe, expect, it } from 'vitest';
import { sliceOf } from '../../src/schedulers/constant-time.ts';
import { jobsOf, policyNamed, schedule } from '../../src/workbench/index.ts';
import { liuLaylandBound } from '../../src/workbench/schedule/analysis.ts';

interface Case {
  readonly jobs: string;
  readonly policy: string;
  readonly waits?: readonly number[];
  readonly waiting?: number;
  readonly turnaround?: number;
  readonly response?: number;
}

const CASES: readonly Case[] = [
  { jobs: '0:24,0:3,0:3', policy: 'fcfs', waits: [0, 24, 27], waiting: 17, turnaround: 27, response: 17 },
  { jobs: '0:3,0:3,0:24', policy: 'fcfs', waits: [0, 3, 6], waiting: 3, turnaround: 13 },
  {
    jobs: '0:24,0:3,0:3',
    policy: 'rr:quantum=4',
    waits: [6, 4, 7],
    waiting: 17 / 3,
    turnaround: 47 / 3,
    response: 11 / 3,
  },
  { jobs: '0:6,0:8,0:7,0:3', policy: 'sjf', waits: [3, 16, 9, 0], waiting: 7, turnaround: 13 },
  {
    jobs: '0:8,1:4,2:9,3:5',
    policy: 'srtf',
    waits: [9, 0, 15, 2],
    waiting: 6.5,
    turnaround: 13,
    response: 4.25,
  },
  {
    jobs: '0:10:priority=3,0:1:priority=1,0:2:priority=4,0:1:priority=5,0:5:priority=2',
    policy: 'priority:wins=low',
    waits: [6, 0, 16, 18, 1],
    waiting: 8.2,
    turnaround: 12,
  },
  { jobs: '0:100,0:10,0:10', policy: 'fcfs', turnaround: 110 },
  { jobs: '0:100,0:10,0:10', policy: 'sjf', turnaround: 50 },
  { jobs: '0:100,10:10,10:10', policy: 'sjf', turnaround: 310 / 3, response: 190 / 3 },
  { jobs: '0:100,10:10,10:10', policy: 'srtf', turnaround: 50, response: 10 / 3 },
];

describe('worked examples', () => {
  for (const { jobs, policy, waits, ...averages } of CASES)
    it(`${policy} with ${jobs}`, () => {
      const result = schedule(jobsOf(jobs), { policy: policyNamed(policy) });
      if (waits !== undefined) expect(result.jobs.map(({ waiting }) => waiting)).toEqual(waits);
      for (const [measure, value] of Object.entries(averages))
        expect(result.averages[measure as keyof typeof averages], measure).toBeCloseTo(value, 10);
    });
});

describe('real time', () => {
  const missedBy = (jobs: string, policy: string) =>
    schedule(jobsOf(jobs), { policy: policyNamed(policy) }).jobs.filter(({ missed }) => missed);

  it('rate monotonic meets (50, 20) and (100, 35)', () => {
    expect(missedBy('0:20:period=50,0:35:period=100', 'rm')).toEqual([]);
  });

  it('rate monotonic misses (50, 25) and (80, 35) at 80, and earliest deadline first meets it', () => {
    const jobs = '0:25:period=50:name=A,0:35:period=80:name=B';
    expect(missedBy(jobs, 'rm')[0]).toMatchObject({ id: 'B.1', deadline: 80 });
    expect(missedBy(jobs, 'edf')).toEqual([]);
  });

  it('knows the bound for one to five tasks', () => {
    expect([1, 2, 3, 4, 5].map((tasks) => liuLaylandBound(tasks).toFixed(3))).toEqual([
      '1.000',
      '0.828',
      '0.780',
      '0.757',
      '0.743',
    ]);
  });

  it('says beforehand what will happen', () => {
    const [good, bad] = ['0:20:period=50,0:35:period=100', '0:25:period=50,0:35:period=80'].map(
      (jobs) => schedule(jobsOf(jobs), { policy: policyNamed('rm') }).analysis,
    );
    expect(good).toMatchObject({ utilisation: 0.75, withinBound: true, rateMonotonic: true });
    expect(good?.tasks.map(({ response }) => response)).toEqual([20, 75]);
    expect(bad).toMatchObject({ withinBound: false, rateMonotonic: false, earliestDeadline: true });
    expect(bad?.tasks.map(({ response }) => response)).toEqual([25, null]);
  });
});

describe('published behaviour', () => {
  it('o1 gives nice -20, -10, 0, 10 and 19 slices of 800, 600, 100, 50 and 5 ms', () => {
    expect([-20, -10, 0, 10, 19].map(sliceOf)).toEqual([800, 600, 100, 50, 5]);
    const { gantt } = schedule(jobsOf('0:1000:nice=-10,0:1000:nice=10'), { policy: policyNamed('o1') });
    expect(gantt.slice(0, 2)).toMatchObject([
      { job: 'P1', from: 0, to: 600 },
      { job: 'P2', from: 600, to: 650 },
    ]);
  });

  it('stride with 100, 50 and 250 tickets runs A B C C C A C C', () => {
    const jobs = jobsOf('0:9:tickets=100:name=A,0:9:tickets=50:name=B,0:9:tickets=250:name=C');
    const { why } = schedule(jobs, { policy: policyNamed('stride:quantum=1'), why: true });
    expect(why.slice(0, 8).map(({ job }) => job)).toEqual(['A', 'B', 'C', 'C', 'C', 'A', 'C', 'C']);
  });

  it('mlfq moves down whoever has used its allotment, however often it gave the processor up', () => {
    const policy = policyNamed('mlfq:levels=2,quanta=4/8');
    // A gives up after every 3 of its quantum of 4, so that by the time it has used 4 it is below B.
    const { why } = schedule(jobsOf('0:3+0+3+0+3:name=A,5:4:name=B'), { policy, why: true });
    expect(why.map(({ at, job }) => `${at} ${job}`)).toEqual(['0 A', '3 A', '4 A', '5 B', '9 A', '10 A']);
  });

  it('mlfq lifts all to the top after every boost', () => {
    const jobs = jobsOf('0:40:name=A,0:4+1+4+1+4+1+4+1+4+1+4:name=B');
    const last = (policy: string) => schedule(jobs, { policy: policyNamed(policy) }).jobs[0]?.finish;
    expect(last('mlfq:quanta=5,allotments=5/5/100')).toBeGreaterThan(0);
    const { why } = schedule(jobs, { policy: policyNamed('mlfq:quanta=5,boost=20'), why: true });
    expect(why.find(({ at }) => at === 20)?.dump).toMatch(
      /^multi-level feedback queue: 0 \(quantum 5\): [AB]/,
    );
  });
});
