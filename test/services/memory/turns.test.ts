/**
 * Three threads of one space, whose operations take several steps, in every interleaving that chance brings: operations end,
 * nothing of one is undone by another, no page is left outside of a region, and all frames come back.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { Outcome } from '../../../src/contracts/service.ts';
import { PAGE_SIZE } from '../../../src/contracts/units.ts';
import { AddressSpace, RunnerKind, ThreadState } from '../../../src/kernel/objects.ts';
import { PageTables } from '../../../src/kernel/page-table.ts';
import { Advice, MapFlag, memory, RemapFlag } from '../../../src/services/memory/interface.ts';
import { SpaceMap } from '../../../src/services/memory/records.ts';
import { Space } from '../../../src/services/memory/space.ts';
import type { Bench } from './bench.ts';
import { ANONYMOUS, end, program, RW } from './program.ts';

const PAGE = PAGE_SIZE;
const THREADS = 3;
const SLOT = 300 * PAGE;
const BASE = 0x1000_0000;

const slot = fc.nat(3);
const call = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('map' as const), slot, shared: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unmap' as const), slot }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('protect' as const), slot, protection: fc.constantFrom(0, 1, 3) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), slot, to: slot }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), slot }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fork' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('supply' as const), slot, page: fc.nat(250) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('fault' as const), slot, page: fc.nat(299) }) },
);
type Call = typeof call extends fc.Arbitrary<infer C> ? C : never;

const EXPECTED: readonly number[] = [
  0,
  ErrorNumber.EFAULT,
  ErrorNumber.EACCES,
  ErrorNumber.ENOMEM,
  ErrorNumber.EINVAL,
];

class Turns {
  readonly main = program();
  readonly bench: Bench = this.main.bench;
  readonly threads: readonly number[];
  readonly children: { domain: number; thread: number; space: number }[] = [];
  readonly #queues: Call[][];
  #pending: { domain: number; thread: number } | undefined;

  constructor(calls: readonly Call[]) {
    const { domain } = this.main;
    const plan = { domain, beneficiary: this.bench.beneficiary, process: 0, runner: RunnerKind.steps };
    const more = Array.from({ length: THREADS - 1 }, () =>
      this.bench.kernel.threads.create({ ...plan, weight: 1024, affinity: 1 }),
    );
    this.threads = [this.main.thread, ...more];
    this.#queues = this.threads.map((_, index) => calls.filter((_call, at) => at % THREADS === index));
  }

  /** Lets the threads take steps in the order that `choices` say, until all calls are answered. */
  run(choices: readonly number[]): void {
    for (let step = 0; ; step++) {
      const able = this.threads.filter((thread, index) => this.#isAble(thread, index));
      if (able.length === 0) break;
      if (step > 200_000) throw new Error('the calls do not end');
      const thread = able[(choices[step % choices.length] as number) % able.length] as number;
      const index = this.threads.indexOf(thread);
      if (this.bench.isIdle(thread)) this.#begin(thread, this.#queues[index]?.shift() as Call);
      else this.#step(thread);
    }
    for (const thread of this.threads) expect(this.bench.isIdle(thread)).toBe(true);
  }

  #isAble(thread: number, index: number): boolean {
    const view = this.bench.kernel.threads.observe(thread);
    if (view.state === ThreadState.blocked) return false;
    return view.frame !== 0 || (this.#queues[index] as Call[]).length > 0;
  }

  #begin(thread: number, wanted: Call): void {
    const { bench, main } = this;
    const { space } = main;
    const at = 'slot' in wanted ? BASE + wanted.slot * SLOT : 0;
    const range = { space, address: at, length: SLOT };
    switch (wanted.do) {
      case 'map': {
        const kind = wanted.shared ? MapFlag.shared | MapFlag.anonymous : ANONYMOUS;
        const request = { protection: RW, flags: kind | MapFlag.fixed, file: 0, offset: 0, fileRights: 0 };
        bench.begin(thread, memory.map, { ...range, ...request });
        break;
      }
      case 'unmap':
        bench.begin(thread, memory.unmap, range);
        break;
      case 'protect':
        bench.begin(thread, memory.protect, { ...range, protection: wanted.protection });
        break;
      case 'move': {
        const lengths = { oldLength: SLOT, newLength: SLOT, flags: RemapFlag.mayMove | RemapFlag.fixed };
        bench.begin(thread, memory.remap, {
          space,
          address: at,
          ...lengths,
          newAddress: BASE + wanted.to * SLOT,
        });
        break;
      }
      case 'forget':
        bench.begin(thread, memory.advise, { ...range, advice: Advice.doNotNeed });
        break;
      case 'fork':
        this.#fork(thread);
        break;
      case 'supply':
        bench.begin(thread, memory.supply, {
          space,
          address: at + wanted.page * PAGE,
          length: 65536,
          access: 1,
        });
        break;
      case 'fault':
        bench.begin(thread, memory.fault, { space, address: at + wanted.page * PAGE, access: 1 });
        break;
    }
  }

  /** One fork at a time, and three in all. */
  #fork(thread: number): void {
    if (this.#pending !== undefined || this.children.length === 3) return;
    this.#pending = this.bench.makeProgram();
    this.bench.begin(thread, memory.fork, { space: this.main.space, domain: this.#pending.domain });
  }

  #step(thread: number): void {
    const { bench } = this;
    const view = bench.kernel.threads.observe(thread);
    if (view.state === ThreadState.ready) {
      bench.kernel.scheduling.withdraw(thread);
      view.state = ThreadState.running;
    }
    const { service, operation } = bench.kernel.stack.at(view.frame);
    const { below } = bench.kernel.stack.at(view.frame);
    const outcome = bench.step(thread);
    if (outcome !== Outcome.done || below !== 0) return;
    const { value, error } = bench.answer(thread);
    if (!EXPECTED.includes(error)) throw new Error(`an operation failed with ${error}`);
    if (bench.kernel.registry.at(service, operation).reference.operation !== 'fork' || error !== 0) return;
    this.children.push({ ...(this.#pending as { domain: number; thread: number }), space: value });
    this.#pending = undefined;
  }

  /** Every page is in a region, no two regions overlap, the turn is free. */
  check(space: number): void {
    const { kernel } = this.bench;
    kernel.executor = this.main.thread;
    const handle = new Space(kernel, space);
    expect(SpaceMap.at(kernel.meter.observer, handle.map.address).busy).toBe(0);
    let last = 0;
    for (const region of handle.regionsIn(0, 2 ** 47)) {
      expect(handle.start(region)).toBeGreaterThanOrEqual(last);
      last = handle.region(region).end;
    }
    const { root } = AddressSpace.at(kernel.meter.observer, space);
    const tables = new PageTables(kernel.meter.observer, kernel.frames, kernel.processor);
    let outside = 0;
    let pages = 0;
    tables.scan(root, 0, 2 ** 47, Number.POSITIVE_INFINITY, (address) => {
      pages += 1;
      if (handle.find(address) === 0) outside += 1;
    });
    expect(outside).toBe(0);
    const { anonymousPages, filePages } = handle.map;
    expect(anonymousPages + filePages).toBe(pages);
  }

  finish(): void {
    const { bench, main } = this;
    this.check(main.space);
    for (const child of this.children) {
      this.check(child.space);
      bench.call(child.thread, memory.destroy, { space: child.space });
      expect(bench.framesOf(child.domain)).toBe(0);
    }
    end(main);
    expect(bench.framesOf(main.domain)).toBe(0);
    expect(bench.files.files.size).toBe(0);
  }
}

describe('operations of several threads', () => {
  it('take turns', () => {
    fc.assert(
      fc.property(
        fc.array(call, { minLength: 6, maxLength: 60 }),
        fc.array(fc.nat(5), { minLength: 1, maxLength: 50 }),
        (calls, choices) => {
          const turns = new Turns(calls);
          turns.run(choices);
          turns.finish();
        },
      ),
      { numRuns: 150 },
    );
  });
});
