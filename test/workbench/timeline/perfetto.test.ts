// Traces for Perfetto, read by a decoder of their own.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  jobsOf,
  policyNamed,
  type ScheduleResult,
  schedule,
  schedulePerfetto,
} from '../../../src/workbench/index.ts';
import { message, varintBytes } from '../../../src/workbench/timeline/protocol-buffers.ts';
import { interpret } from './perfetto-reader.ts';

const MILLISECOND = 1e6;

function run(policy: string, jobs: string, harts = 1): ScheduleResult {
  return schedule(jobsOf(jobs), { policy: policyNamed(policy), harts });
}

describe('protocol buffers', () => {
  it('are written as their documentation says', () => {
    // The examples of protobuf.dev/programming-guides/encoding.
    expect(varintBytes(150)).toEqual([0x96, 0x01]);
    expect(message([1, 150])).toEqual([0x08, 0x96, 0x01]);
    expect(message([2, 'testing'])).toEqual([0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]);
    expect(message([3, message([1, 150])], [4, undefined])).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
  });

  it('hold every number that is exact', () => {
    const all = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(all, (value) => {
        const read = varintBytes(value).reduce(
          (sum, byte, index) => sum + (BigInt(byte & 0x7f) << BigInt(7 * index)),
          0n,
        );
        expect(Number(read)).toBe(value);
      }),
    );
  });
});

describe('a trace for Perfetto', () => {
  it('has CPUs, threads with names, and their states', () => {
    const { slices, wakings, threads, events } = interpret(
      schedulePerfetto([run('rr:quantum=4', '0:6+3+1:name=é,1:4')]),
    );
    expect([...threads]).toEqual([
      [1, { name: 'é', process: 1 }],
      [2, { name: 'P2', process: 2 }],
    ]);
    const [ready, sleeps, ended] = [0, 1, 16];
    expect(
      slices.map(({ cpu, tid, from, to, state }) => [cpu, tid, from / MILLISECOND, to / MILLISECOND, state]),
    ).toEqual([
      [0, 1, 0, 4, ready],
      [0, 2, 4, 8, ended],
      [0, 1, 8, 10, sleeps],
      [0, 1, 13, 14, ended],
    ]);
    expect(wakings.map(({ tid, at }) => [tid, at / MILLISECOND])).toEqual([[2, 1]]);
    const [begin, end, instant] = [1, 2, 3];
    expect(events.map(({ track, at, type, name }) => [track, at / MILLISECOND, type, name])).toEqual([
      [1, 10, begin, 'I/O'],
      [1, 13, end, ''],
      [1, 0, instant, 'release of é'],
      [2, 1, instant, 'release of P2'],
    ]);
  });

  it('agrees with the schedule, for any jobs, policy and harts', () => {
    const jobs = fc.array(fc.tuple(fc.nat(12), fc.integer({ min: 1, max: 9 }), fc.nat(4), fc.nat(3)), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        jobs,
        fc.constantFrom('rr:quantum=2', 'srtf', 'lottery', 'fcfs'),
        fc.integer({ min: 1, max: 3 }),
        (set, policy, harts) => {
          const list = set.map(
            ([arrival, burst, io, more]) => `${arrival}:${burst}${more > 0 ? `+${io}+${more}` : ''}`,
          );
          const result = run(policy, list.join(','), harts);
          const { slices, wakings } = interpret(schedulePerfetto([result]));
          const seen = slices.map(({ cpu, tid, from, to }) => ({
            hart: cpu,
            job: `P${tid}`,
            from: from / MILLISECOND,
            to: to / MILLISECOND,
          }));
          const order = (a: { from: number; hart: number }, b: { from: number; hart: number }) =>
            a.from - b.from || a.hart - b.hart;
          expect(seen.sort(order)).toEqual([...result.gantt].sort(order));
          // Whoever waits after having been new or blocked has been woken.
          for (const { tid, at } of wakings) {
            const job = result.jobs[tid - 1];
            const begins = [job?.arrival, ...(job?.blocked.map(([, to]) => to) ?? [])];
            expect(begins).toContain(at / MILLISECOND);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has several policies one under another, each on CPUs of its own', () => {
    const results = ['fcfs', 'rr:quantum=1'].map((policy) => run(policy, '0:3,0:3', 2));
    const { slices, threads } = interpret(schedulePerfetto(results));
    expect([...threads.values()].map(({ name }) => name)).toEqual([
      'fcfs: P1',
      'fcfs: P2',
      'rr:quantum=1: P1',
      'rr:quantum=1: P2',
    ]);
    expect(new Set(slices.map(({ cpu }) => cpu))).toEqual(new Set([0, 1, 2, 3]));
  });

  it('marks missed deadlines', () => {
    const { events } = interpret(schedulePerfetto([run('fcfs', '0:5,0:2:deadline=4')]));
    expect(events.map(({ at, name }) => [at / MILLISECOND, name])).toContainEqual([
      4,
      'deadline missed of P2: it is done at 7',
    ]);
  });
});
