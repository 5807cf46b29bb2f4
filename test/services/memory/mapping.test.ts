/** The memory service, operation by operation. */
import { describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { PAGE_SIZE } from '../../../src/contracts/units.ts';
import { MapFlag, memory, Protection } from '../../../src/services/memory/interface.ts';
import { Bench } from './bench.ts';
import { ANONYMOUS, program, RW } from './program.ts';

const PAGE = PAGE_SIZE;

describe('mmap, munmap', () => {
  it('gives clear private memory below 4 GiB, frames on first write', () => {
    const p = program();
    const before = p.bench.framesOf(p.domain);
    const { value, error } = p.map(0, 64 * PAGE);
    expect(error).toBe(0);
    expect(value).toBeGreaterThan(0x1000_0000);
    expect(value + 64 * PAGE).toBeLessThanOrEqual(2 ** 32);
    expect(p.load(value + 5)).toBe(0);
    expect(p.bench.framesOf(p.domain) - before).toBe(3);
    expect(p.store(value + 5, 7)).toBe(0);
    expect(p.bench.framesOf(p.domain) - before).toBe(4);
    expect(p.load(value + 5)).toBe(7);
    expect(p.unmap(value, 64 * PAGE).error).toBe(0);
    expect(p.load(value + 5)).toBe(-ErrorNumber.EFAULT);
    expect(p.bench.framesOf(p.domain) - before).toBe(3);
  });

  it('cuts a hole and fills it again with MAP_FIXED', () => {
    const p = program();
    const { value } = p.map(0, 8 * PAGE, Protection.none);
    expect(p.load(value)).toBe(-ErrorNumber.EACCES);
    expect(p.map(value + 2 * PAGE, 2 * PAGE, RW, ANONYMOUS | MapFlag.fixed).value).toBe(value + 2 * PAGE);
    expect(p.store(value + 2 * PAGE, 1)).toBe(0);
    expect(p.store(value + 4 * PAGE, 1)).toBe(-ErrorNumber.EACCES);
    expect(p.map(value + 3 * PAGE, PAGE, RW, ANONYMOUS | MapFlag.fixedNoReplace).error).toBe(
      ErrorNumber.EEXIST,
    );
    expect(p.map(value + 2 * PAGE, PAGE, RW, ANONYMOUS | MapFlag.fixed).error).toBe(0);
    expect(p.load(value + 2 * PAGE)).toBe(0);
  });

  it('reserves far more than there is memory', () => {
    const p = program();
    expect(p.map(0, 512 * 2 ** 20, Protection.none).error).toBe(0);
    const { value } = p.map(0xc0_0000_0000, 64 * 2 ** 20);
    expect(value).toBe(0xc0_0000_0000);
    expect(p.store(value + 12345678, 9)).toBe(0);
    expect(p.map(0, 2 ** 40, Protection.none).error).toBe(0);
  });

  it('shares the pages of a file, and copies those of a private mapping', () => {
    const p = program();
    const file = p.bench.files.add(2 * PAGE + 10, (offset) => offset % 251);
    const shared = p.map(0, 3 * PAGE, RW, MapFlag.shared, file).value;
    const own = p.map(0, 3 * PAGE, RW, MapFlag.private, file, PAGE).value;
    expect(p.bench.files.at(file).holds).toBe(3);
    expect(p.load(shared + PAGE + 3)).toBe((PAGE + 3) % 251);
    expect(p.load(own + 3)).toBe((PAGE + 3) % 251);
    p.store(shared + PAGE + 3, 99);
    expect(p.load(own + 3)).toBe(99);
    p.store(own + 3, 55);
    expect(p.load(shared + PAGE + 3)).toBe(99);
    expect(p.load(shared + 2 * PAGE + 11)).toBe(0);
    expect(p.load(own + 2 * PAGE)).toBe(-ErrorNumber.EIO);
    p.unmap(shared, 3 * PAGE);
    p.unmap(own, PAGE);
    expect(p.bench.files.at(file).holds).toBe(2);
    p.unmap(own, 3 * PAGE);
    expect(p.bench.files.at(file).holds).toBe(1);
  });
});

describe('mprotect', () => {
  it('splits and joins regions, and faults exactly', () => {
    const p = program();
    const { value } = p.map(0, 4 * PAGE);
    for (let page = 0; page < 4; page++) p.store(value + page * PAGE, page + 1);
    expect(p.protect(value + PAGE, 2 * PAGE, Protection.read).error).toBe(0);
    expect(p.store(value + PAGE, 9)).toBe(-ErrorNumber.EACCES);
    expect(p.load(value + PAGE)).toBe(2);
    expect(p.store(value, 5)).toBe(0);
    expect(p.protect(value + PAGE, 2 * PAGE, Protection.none).error).toBe(0);
    expect(p.load(value + PAGE)).toBe(-ErrorNumber.EACCES);
    expect(p.protect(value + PAGE, 2 * PAGE, RW).error).toBe(0);
    expect(p.load(value + 2 * PAGE)).toBe(3);
    expect(p.store(value + 2 * PAGE, 9)).toBe(0);
    expect(p.protect(value, 8 * PAGE, RW).error).toBe(ErrorNumber.ENOMEM);
  });
});

describe('break, stack', () => {
  it('moves the break', () => {
    const p = program();
    const { thread, space, bench } = p;
    bench.call(thread, memory.startBreak, { space, address: 0x2_0123 });
    const set = (address: number) => bench.call(thread, memory.setBreak, { space, address }).value;
    expect(set(0)).toBe(0x2_0123);
    expect(set(0x2_5000)).toBe(0x2_5000);
    expect(p.store(0x2_4fff, 3)).toBe(0);
    expect(set(0x2_3001)).toBe(0x2_3001);
    expect(p.load(0x2_4fff)).toBe(-ErrorNumber.EFAULT);
    expect(set(0x2_5000)).toBe(0x2_5000);
    expect(p.load(0x2_4fff)).toBe(0);
  });

  it('grows the stack down to its limit', () => {
    const p = program();
    const { thread, space, bench } = p;
    const top = 0xffff_0000;
    const limit = 64 * PAGE;
    bench.call(thread, memory.mapStack, { space, top, size: 2 * PAGE, limit, protection: RW });
    expect(p.store(top - 8, 1)).toBe(0);
    expect(p.store(top - 60 * PAGE, 1)).toBe(0);
    expect(p.store(top - 65 * PAGE, 1)).toBe(-ErrorNumber.EFAULT);
    expect(p.map(0, PAGE).value).toBeLessThan(top - limit);
  });
});

describe('fork, destroy', () => {
  it('shares pages until one side writes, and gives all frames back', () => {
    const bench = new Bench();
    const warm = program(bench);
    bench.call(warm.thread, memory.destroy, { space: warm.space });
    const free = bench.free;
    const p = program(bench);
    const { value } = p.map(0, 600 * PAGE);
    for (let page = 0; page < 600; page += 2) p.store(value + page * PAGE, 1 + (page % 200));
    const other = bench.makeProgram();
    const child = bench.call(p.thread, memory.fork, { space: p.space, domain: other.domain }).value;
    const own = bench.framesOf(p.domain);
    p.store(value, 77);
    expect(bench.framesOf(p.domain)).toBe(own);
    bench.use(child);
    expect(bench.load(other.thread, child, value)).toBe(1);
    expect(bench.store(other.thread, child, value + 2 * PAGE, 88)).toBe(0);
    expect(bench.load(other.thread, child, value + 4 * PAGE)).toBe(5);
    expect(bench.load(other.thread, child, value + PAGE)).toBe(0);
    bench.use(p.space);
    expect(p.load(value + 2 * PAGE)).toBe(3);
    bench.call(p.thread, memory.destroy, { space: p.space });
    expect(bench.framesOf(p.domain)).toBe(0);
    bench.use(child);
    expect(bench.load(other.thread, child, value + 4 * PAGE)).toBe(5);
    expect(bench.store(other.thread, child, value + 4 * PAGE, 6)).toBe(0);
    bench.call(other.thread, memory.destroy, { space: child });
    expect(bench.framesOf(other.domain)).toBe(0);
    for (const { domain, thread } of [p, other]) {
      bench.kernel.threads.destroy(thread);
      bench.kernel.releaseDomain(domain);
    }
    expect(bench.free).toBe(free);
  });
});
