// What real programs may say to policies and hear of them: hints, inheritance, handed-over harts, constraints, and a scheduler
// that is a program itself.
import { describe, expect, it } from 'vitest';
import type { SchedulingPolicy, Task } from '../../src/contracts/scheduler.ts';
import { NEVER } from '../../src/contracts/units.ts';
import { builtInLayer } from '../../src/host/node/index.ts';
import {
  ConstraintWatch,
  constraintsFromData,
  hintOf,
  POLICIES,
  policyNamed,
  runToEnd,
  System,
} from '../../src/workbench/index.ts';
import { partsFor, recordingConsole } from '../support/machine.ts';

interface Setting {
  readonly structure?: string;
  readonly harts?: number;
  readonly hints?: readonly string[];
  readonly watch?: ConstraintWatch;
  /** Changes the policy, or looks into it. */
  readonly spy?: (policy: SchedulingPolicy) => SchedulingPolicy;
}

async function run(scheduler: string, command: readonly string[], setting: Setting = {}) {
  const { structure = 'monolithic', harts = 1, hints = [], watch, spy = (policy) => policy } = setting;
  const console = recordingConsole(new Uint8Array(0));
  const parts = partsFor(builtInLayer(), command, { structure, harts }, console);
  const { make } = policyNamed(scheduler);
  const system = System.start({
    ...parts,
    policy: (ground, store) => spy(make(ground, store)),
    plan: { ...parts.plan, hints: hints.map(hintOf) },
    witnesses: watch === undefined ? [] : [watch],
  });
  watch?.attach(system);
  const end = await runToEnd(system, { maxInstructions: 100_000_000, realPace: false });
  watch?.finish(system.executive.elapsed());
  return { end, system, out: console.text(1), said: console.text(2) };
}

describe('hints', () => {
  it('reach the policy by the name of the program, with deadlines that count from each release', async () => {
    const seen: { burst: number; priority: number; tickets: number; left: number; period: number }[] = [];
    const spy = (policy: SchedulingPolicy): SchedulingPolicy => ({
      ...policy,
      enqueue(task: Task, reason) {
        const { burst, priority, tickets, deadline, period } = task;
        if (priority === 7) seen.push({ burst, priority, tickets, left: deadline, period });
        policy.enqueue(task, reason);
      },
    });
    const hints = ['sleep:burst=500,priority=7,tickets=9,period=1000000,deadline=400000'];
    const { out } = await run('rr', ['/bin/sh', '-c', 'sleep 0.01; sleep 0.01; echo done'], { hints, spy });
    expect(out).toBe('done\n');
    expect(seen.length).toBeGreaterThan(1);
    for (const { left, ...rest } of seen) {
      expect(rest).toEqual({ burst: 500, priority: 7, tickets: 9, period: 1_000_000 });
      expect(left).not.toBe(NEVER);
    }
    const deadlines = new Set(seen.map(({ left }) => left));
    expect(deadlines.size).toBeGreaterThan(1);
  });

  it('are refused by a policy with admission, which says so', async () => {
    const hints = ['sleep:period=1000000,slice=600000'];
    const script = 'sleep 0.02 & sleep 0.02; wait; sleep 0.02; echo done';
    const { out, said } = await run('edf', ['/bin/sh', '-c', script], { hints });
    expect(out).toBe('done\n');
    expect(said.trimEnd().split('\n')).toHaveLength(1);
    expect(said).toMatch(/does not admit sleep, .*: 1\.200 processors would be promised, and there is 1/);
  });

  const bad: readonly (readonly [string, RegExp])[] = [
    ['cat', /says nothing of 'cat'/],
    ['cat:', /there is no key ''; there are burst, deadline/],
    ['cat:colour=1', /no key 'colour'/],
    ['cat:burst', /burst needs a value/],
    ['cat:burst=-1', /burst is '-1'; it must be a whole number from 1/],
    ['cat:nice=20', /nice is '20'; it must be a whole number from -20 to 19/],
    ['cat:burst=1,burst=2', /burst is given twice/],
    ['a-very-long-name-of-a-program:burst=1', /1 to 15 bytes/],
    ['/bin/cat:burst=1', /no slash/],
    [`cat:burst=${'9'.repeat(1_000_000)}`, /^.{0,200}$/],
  ];
  it.each(bad)('%.40s is refused in one line', (text, message) => {
    expect(() => hintOf(text)).toThrow(message);
  });
});

describe('priority inheritance', () => {
  const HINTS = ['low:priority=3,nice=9,period=900000', 'middle:priority=2,nice=5,period=600000'];
  const HIGH = 'high:priority=1,nice=-9,period=300000';

  it.each([1, 2, 4])('is sound under every policy, with %i harts', async (harts) => {
    const usual = harts === 2 ? 'microkernel' : 'monolithic';
    const structures = process.env.SCHEDULE_ALL === undefined ? [usual] : ['monolithic', 'microkernel', 'l4'];
    const some = ['priority:preemptive=yes', 'edf', 'mlq', 'lottery'];
    const isWhole = harts === 1 || process.env.SCHEDULE_ALL !== undefined;
    for (const name of isWhole ? POLICIES.map((policy) => policy.name) : some)
      for (const structure of structures) {
        const hints = [...HINTS, HIGH];
        const { end, out } = await run(name, ['/demos/inversion', 'inherit', '50'], {
          structure,
          harts,
          hints,
        });
        expect(end, `${name} ${structure}`).toMatchObject({ status: 0 });
        expect(out).toMatch(/^high waited \d+ microseconds/);
      }
  });

  it('a server has the parameters of its client', async () => {
    const priorities = new Set<number>();
    const spy = (policy: SchedulingPolicy): SchedulingPolicy => ({
      ...policy,
      enqueue(task, reason) {
        if (task.group === 0) priorities.add(task.priority);
        policy.enqueue(task, reason);
      },
    });
    await run('rr', ['/bin/echo', 'hello'], { structure: 'microkernel', hints: ['echo:priority=5'], spy });
    expect(priorities).toContain(5);
  });
});

describe('a hart that is handed over', () => {
  it('is on the account of whose slice it is: every slice is begun and stopped once', async () => {
    for (const structure of ['monolithic', 'microkernel', 'l4'])
      for (const harts of [1, 2]) {
        const begun = new Map<number, number>();
        const sums = { consumed: 0 };
        const spy = (policy: SchedulingPolicy): SchedulingPolicy => ({
          ...policy,
          running(task, hart) {
            expect(begun.has(hart)).toBe(false);
            begun.set(hart, task.id);
          },
          stopping(task, hart, consumed) {
            expect(begun.get(hart)).toBe(task.id);
            begun.delete(hart);
            sums.consumed += consumed;
          },
        });
        const script = 'for i in 1 2 3; do echo $i | cat; done';
        const { out, system } = await run('rr', ['/bin/sh', '-c', script], { structure, harts, spy });
        expect(out).toBe('1\n2\n3\n');
        const total = [...Array(harts).keys()].reduce((sum, hart) => {
          const { clock, idle } = system.kernel.scheduling.hartFigures(hart);
          return sum + clock - idle;
        }, 0);
        expect(sums.consumed).toBeGreaterThan(total * 0.3);
        expect(sums.consumed).toBeLessThanOrEqual(total);
      }
  });
});

describe('a scheduler that is a program', () => {
  const SCRIPT = 'for i in 1 2 3; do echo $i | cat; done; exit 5';

  it.each([
    ['monolithic', 1],
    ['microkernel', 2],
    ['l4', 4],
  ])('is obeyed, or overruled, under %s with %i harts', async (structure, harts) => {
    const command = ['/native/user-scheduler', '/bin/sh', '-c', SCRIPT];
    const { out, end, system } = await run('user', command, { structure, harts });
    expect(out).toMatch(/^1\n2\n3\nuser-scheduler: obeyed often, overruled \d+ times\n$/);
    expect(end).toMatchObject({ status: 5 << 8 });
    expect(system.kernel.scheduling.dump()).toMatch(/^user: nobody decides, obeyed \d+/);
  });

  it('is overruled when it does not answer in time', async () => {
    const command = ['/native/user-scheduler', '/bin/sh', '-c', SCRIPT];
    const { out, system } = await run('user:patience=300', command);
    expect(out).toContain('1\n2\n3\n');
    expect(Number(/overruled (\d+)/.exec(system.kernel.scheduling.dump())?.[1])).toBeGreaterThan(5);
  });

  it('is told elsewhere that there is no such policy', async () => {
    const { out } = await run('rr', ['/native/user-scheduler', '/bin/echo', 'hello']);
    expect(out).toContain('it may not decide: -38\n');
  });
});

describe('constraints', () => {
  it('hear of marks, and name the instant and who ran', async () => {
    const watch = new ConstraintWatch(
      constraintsFromData([
        { thread: 'temperature', event: 'sample', perSecond: 400 },
        { thread: 'temperature', from: 'sample', to: 'alert', within: '1us' },
        { thread: 'nobody', begin: 'a', end: 'b' },
      ]),
    );
    await run('fcfs', ['/demos/temperature-alert'], { watch });
    const [late] = watch.violations.filter(({ constraint }) => constraint === 0);
    expect(late?.running).toMatch(/^others \(thread \d+\) on hart 0$/);
    expect(watch.violations.filter(({ constraint }) => constraint === 1)).toHaveLength(4);
    expect(watch.unheard()).toEqual(['nobody a', 'nobody b']);
  });

  const bad: readonly (readonly [unknown, RegExp])[] = [
    [7, /it is 7; constraints are a list/],
    [[], /has 0 constraints/],
    [[[]], /constraint 1 is a list; a constraint is a table/],
    [[{}], /says nothing/],
    [[{ thread: 'a', event: 'b' }], /perSecond is undefined/],
    [[{ thread: 'a', event: 'b', perSecond: -1 }], /perSecond is -1; it must be a number above 0/],
    [[{ event: 'b', perSecond: 1 }], /thread is undefined; it must be a name/],
    [[{ thread: 'a', from: 'b', to: 'c', within: '2 weeks' }], /within is '2 weeks'; it must be cycles, or/],
    [[{ thread: 'a', from: 'b', to: 'c', within: 0.5 }], /within is 0.5/],
    [[{ thread: 'a', begin: 'b', end: 'c', colour: 1 }], /no key 'colour'; there are thread, begin, end/],
    [[{ thread: { a: 1 }, begin: 'b', end: 'c' }], /thread is a table/],
  ];
  it.each(bad)('%j is refused', (data, message) => {
    expect(() => constraintsFromData(data)).toThrow(message);
  });
});
