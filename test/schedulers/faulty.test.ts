// Policies that break their contract, under real programs and on paper: each is stopped with a message that says how. And
// threads that starve are reported.
import { describe, expect, it } from 'vitest';
import type { PolicyGround, SchedulingPolicy } from '../../src/contracts/scheduler.ts';
import { builtInLayer } from '../../src/host/node/index.ts';
import { PolicyFault } from '../../src/kernel/decisions.ts';
import type { RecordStore } from '../../src/kernel/records.ts';
import { STARVATION_SECONDS } from '../../src/kernel/starvation.ts';
import { definePolicy } from '../../src/schedulers/parts/definition.ts';
import {
  chosenPolicy,
  jobsOf,
  policyNamed,
  roundRobin,
  runToEnd,
  System,
  schedule,
} from '../../src/workbench/index.ts';
import { partsFor, recordingConsole } from '../support/machine.ts';

type Make = (ground: PolicyGround, store: RecordStore) => SchedulingPolicy;

/** Round robin but for some hooks. */
function spoilt(hooks: (ground: PolicyGround, good: SchedulingPolicy) => Partial<SchedulingPolicy>): Make {
  return (ground, store) => {
    const good = roundRobin(ground, store);
    return { ...good, name: 'spoilt', ...hooks(ground, good) };
  };
}

const FAULTS: readonly (readonly [string, Make, RegExp])[] = [
  [
    'throws',
    spoilt(() => ({
      enqueue: () => {
        throw new TypeError('x is not a function');
      },
    })),
    /'spoilt' fails in 'enqueue' \(TypeError: x is not a function\)\nround robin/,
  ],
  [
    'goes in circles',
    spoilt((ground) => ({
      dispatch: () => {
        for (;;) ground.now();
      },
    })),
    /'spoilt' goes in circles in 'dispatch' \(it has looked at its records \d+ times\)\nround robin/,
  ],
  [
    'goes in circles in its dump too',
    spoilt((ground) => ({
      dispatch: () => ({ task: -1, slice: 1, reason: 'none' }),
      dump: () => {
        for (;;) ground.now();
      },
    })),
    /picked a (thread|job) that there is not .*\n\(its dump fails: it has looked/,
  ],
  [
    'decides nothing',
    spoilt(() => ({ dispatch: () => undefined as never })),
    /'spoilt' gave no decision \(for hart 0\)/,
  ],
  [
    'gives no time',
    spoilt((_, good) => ({ dispatch: (hart) => ({ ...good.dispatch(hart), slice: -5 }) })),
    /gave a slice of -5 cycles/,
  ],
];

function machine(make: Make, command: readonly string[], structure = 'monolithic') {
  const console = recordingConsole(new Uint8Array(0));
  const system = System.start({ ...partsFor(builtInLayer(), command, { structure }, console), policy: make });
  return { console, run: () => runToEnd(system, { maxInstructions: 50_000_000, realPace: false }) };
}

describe('under real programs, a policy that', () => {
  for (const [what, make, message] of FAULTS)
    it(what, async () => {
      const attempt = async () => machine(make, ['/bin/echo', 'hello']).run();
      await expect(attempt).rejects.toThrow(PolicyFault);
      await expect(attempt).rejects.toThrow(message);
    });

  it('picks a thread that waits, also when a server made it choose', async () => {
    for (const structure of ['monolithic', 'microkernel']) {
      // It remembers nothing but what it was told first.
      const first = { task: 0, decisions: 0 };
      const make = spoilt((_, good) => ({
        enqueue(task, reason) {
          first.task ||= task.id;
          good.enqueue(task, reason);
        },
        dispatch: (hart) =>
          ++first.decisions > 6
            ? { task: first.task, slice: 1000, reason: 'it was first' }
            : good.dispatch(hart),
      }));
      await expect(
        machine(make, ['/bin/sh', '-c', 'for i in 1 2 3; do echo $i | cat; done'], structure).run(),
      ).rejects.toThrow(
        /'spoilt' picked a thread that is not ready \(thread \d+: it was first\)\nround robin/,
      );
    }
  });
});

describe('on paper, a policy of a file that', () => {
  for (const [what, make, message] of FAULTS)
    it(what, () => {
      const definition = definePolicy({ name: 'spoilt', title: '', source: '', parameters: {}, make });
      const policy = chosenPolicy(definition, '', 'spoilt', { isWatched: true });
      expect(() => schedule(jobsOf('0:3,0:4'), { policy })).toThrow(message);
    });
});

describe('starvation', () => {
  it('is reported once for each wait, with the dump, and not where all have their turns', async () => {
    const seconds = 2.5 * STARVATION_SECONDS;
    const script = `(while :; do :; done) & echo started; sleep ${seconds}`;
    const told = async (policy: string) => {
      const { make } = policyNamed(policy);
      // A clock that is slow makes seconds short.
      const console = recordingConsole(new Uint8Array(0));
      const parts = partsFor(builtInLayer(), ['/bin/sh', '-c', script], {}, console);
      const profile = { ...parts.profile, hertz: 1_000_000, quantum: 20_000 };
      const system = System.start({ ...parts, profile, policy: make });
      await runToEnd(system, { maxInstructions: 40_000_000, realPace: false });
      return console.text(2);
    };
    expect(await told('rr')).toBe('');
    const text = await told('fcfs');
    expect(text).toMatch(
      /thread \d+ starves: it has been ready for \d+\.\d s and was not let run; first come/,
    );
    expect(text.trimEnd().split('\n')).toHaveLength(1);
  });
});
