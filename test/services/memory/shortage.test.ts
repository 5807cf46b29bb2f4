/** Short memory: who is asked, what is kept for the kernel, and that nobody else suffers. */
import { describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { serviceInterface } from '../../../src/contracts/service.ts';
import { PAGE_SIZE } from '../../../src/contracts/units.ts';
import { Domain, FrameUse } from '../../../src/kernel/objects.ts';
import { operation } from '../../../src/kernel/operation.ts';
import { memory } from '../../../src/services/memory/interface.ts';
import { Bench } from './bench.ts';
import { end, program } from './program.ts';

const PAGE = PAGE_SIZE;
const SIZE = 4 * 2 ** 20;

const helper = serviceInterface('helper', { reclaim: { pages: 'number' }, outOfMemory: { space: 'number' } });

/** A bench with a cache of frames that can be given up, and a last resort that says no, or `mercy` times yes. */
function shortBench(mercy = 0) {
  const cache: number[] = [];
  const seen = { reclaims: 0, lastResorts: 0, space: 0 };
  const code = {
    name: 'helper',
    operations: [
      operation(helper.reclaim, [], {
        begin: (k, f) => {
          seen.reclaims += 1;
          const given = cache.splice(0, f.pages);
          for (const frame of given) k.frames.release(frame);
          return k.done(given.length);
        },
      }),
      operation(helper.outOfMemory, [], {
        begin: (k, f) => {
          seen.lastResorts += 1;
          seen.space = f.space;
          return k.done(seen.lastResorts <= mercy ? 1 : 0);
        },
      }),
    ],
  };
  const bench = new Bench({ size: SIZE, wiring: helper, services: [code] });
  const fill = (frames: number): void => {
    const { kernel } = bench;
    for (let left = frames; left > 0; left--) cache.push(kernel.frames.allocate(kernel.domainOfPlan(1), 5));
  };
  return { bench, cache, seen, fill };
}

describe('short memory', () => {
  it('takes what can be given up, before it is needed, and all of it', () => {
    const { bench, cache, seen, fill } = shortBench();
    const p = program(bench);
    fill(600);
    const { value } = p.map(0, 1024 * PAGE);
    let stored = 0;
    while (stored < 800 && p.store(value + stored * PAGE, 1) === 0) {
      stored += 1;
      if (cache.length > 0) expect(bench.free).toBeGreaterThan(20);
    }
    expect(stored).toBe(800);
    expect(seen.lastResorts).toBe(0);
    expect(seen.reclaims).toBeLessThan(20);
  });

  it('turns to the last resort, then fails, and keeps the last frames for the kernel', () => {
    const { bench, seen } = shortBench(2);
    const p = program(bench);
    const { value } = p.map(0, 2048 * PAGE);
    let stored = 0;
    let result = 0;
    for (; result === 0; stored++) result = p.store(value + stored * PAGE, 1);
    expect(result).toBe(-ErrorNumber.ENOMEM);
    expect(seen.lastResorts).toBe(3);
    expect(seen.space).toBe(p.space);
    expect(bench.free).toBeGreaterThan(2);
    expect(bench.makeProgram().thread).not.toBe(0);
    p.unmap(value, 2048 * PAGE);
    const again = p.map(0, PAGE).value;
    expect(p.store(again, 1)).toBe(0);
  });

  it('does not take from others for a domain at its own limit', () => {
    const { bench, seen, fill } = shortBench();
    const p = program(bench);
    fill(10);
    Domain.at(bench.kernel.meter.observer, p.domain).frameLimit = 20;
    const { value } = p.map(0, 100 * PAGE);
    let stored = 0;
    while (p.store(value + stored * PAGE, 1) === 0) stored += 1;
    expect(stored).toBe(16);
    expect(seen.reclaims).toBe(0);
    expect(bench.framesOf(p.domain)).toBe(20);
  });

  it('gives a fork that does not fit back without a trace', () => {
    const { bench, seen } = shortBench();
    end(program(bench));
    const p = program(bench);
    const { value } = p.map(0, 2048 * PAGE);
    for (let page = 0; page < 100; page++) p.store(value + page * PAGE, page);
    const { kernel } = bench;
    const child = bench.makeProgram();
    const taken = Array.from({ length: bench.free - 3 }, () =>
      kernel.frames.allocate(kernel.domainOfPlan(1), FrameUse.slab),
    );
    const before = bench.free;
    const result = bench.call(p.thread, memory.fork, { space: p.space, domain: child.domain });
    expect(result.error).toBe(ErrorNumber.ENOMEM);
    expect(seen.reclaims).toBeGreaterThan(0);
    expect(bench.framesOf(child.domain)).toBe(0);
    expect(bench.free).toBe(before);
    for (const frame of taken) kernel.frames.release(frame);
    for (let page = 0; page < 100; page++) expect(p.load(value + page * PAGE)).toBe(page);
    expect(p.store(value + 5 * PAGE, 77)).toBe(0);
  });
});
