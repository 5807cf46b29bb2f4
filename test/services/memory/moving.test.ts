/** mremap, madvise, msync, mincore, figures, limits: what they leave behind. */
import { describe, expect, it } from 'vitest';
import { Primitive } from '../../../src/contracts/accounting.ts';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { NEVER, PAGE_SIZE } from '../../../src/contracts/units.ts';
import { FrameUse } from '../../../src/kernel/objects.ts';
import { MemoryFigures, RegionFigures, RegionKind } from '../../../src/services/memory/figures.ts';
import {
  Advice,
  MapFlag,
  memory,
  Protection,
  RemapFlag,
  SynchroniseFlag,
} from '../../../src/services/memory/interface.ts';
import { Bench } from './bench.ts';
import { ANONYMOUS, program, RW } from './program.ts';

const PAGE = PAGE_SIZE;
const { fixed, mayMove, doNotUnmap } = RemapFlag;

describe('mremap', () => {
  it('moves hundreds of pages without copying one', () => {
    const p = program();
    const { value } = p.map(0, 600 * PAGE);
    p.map(value + 600 * PAGE, PAGE, RW, ANONYMOUS | MapFlag.fixed);
    for (let page = 0; page < 600; page++) p.store(value + page * PAGE, page % 256);
    p.protect(value + 600 * PAGE, PAGE, Protection.read);
    const own = p.bench.framesOf(p.domain);
    expect(p.remap(value, 600 * PAGE, 900 * PAGE, 0).error).toBe(ErrorNumber.ENOMEM);
    const copied = p.bench.count(Primitive.wordCopied);
    const moved = p.remap(value, 600 * PAGE, 900 * PAGE, mayMove);
    expect(moved.error).toBe(0);
    for (let page = 0; page < 600; page++) expect(p.load(moved.value + page * PAGE)).toBe(page % 256);
    expect(p.load(moved.value + 899 * PAGE)).toBe(0);
    expect(p.load(value)).toBe(-ErrorNumber.EFAULT);
    expect(p.bench.count(Primitive.wordCopied)).toBe(copied);
    expect(p.bench.framesOf(p.domain) - own).toBeLessThanOrEqual(3);
  });

  it('shrinks, and grows where there is room', () => {
    const p = program();
    const { value } = p.map(0, 8 * PAGE);
    p.store(value + 7 * PAGE, 1);
    expect(p.remap(value, 8 * PAGE, 4 * PAGE, 0).value).toBe(value);
    expect(p.load(value + 7 * PAGE)).toBe(-ErrorNumber.EFAULT);
    expect(p.remap(value, 4 * PAGE, 8 * PAGE, 0).value).toBe(value);
    expect(p.load(value + 7 * PAGE)).toBe(0);
  });

  it('leaves an empty mapping behind when asked', () => {
    const p = program();
    const { value } = p.map(0, 2 * PAGE);
    p.store(value, 9);
    const moved = p.remap(value, 2 * PAGE, 2 * PAGE, mayMove | doNotUnmap).value;
    expect(moved).not.toBe(value);
    expect(p.load(moved)).toBe(9);
    expect(p.load(value)).toBe(0);
  });

  it('shows the pages of a shared mapping a second time', () => {
    const p = program();
    const { value } = p.map(0, 2 * PAGE, RW, MapFlag.shared | MapFlag.anonymous);
    p.store(value + PAGE, 5);
    const again = p.remap(value, 0, 2 * PAGE, mayMove).value;
    expect(p.load(again + PAGE)).toBe(5);
    p.store(again, 6);
    expect(p.load(value)).toBe(6);
    expect(p.bench.files.files.size).toBe(1);
    p.unmap(value, 2 * PAGE);
    p.unmap(again, 2 * PAGE);
    expect(p.bench.files.files.size).toBe(0);
  });

  it('puts everything back when there is no frame for a table', () => {
    const p = program(new Bench({ size: 4 * 2 ** 20 }));
    const { value } = p.map(0, 16 * PAGE);
    for (let page = 0; page < 16; page++) p.store(value + page * PAGE, page + 1);
    const hog = p.map(0, 1024 * PAGE).value;
    for (let page = 0; p.store(hog + page * PAGE, 1) === 0; page++);
    const { kernel, free } = p.bench;
    const taken = Array.from({ length: free }, () =>
      kernel.frames.allocate(kernel.domainOfPlan(1), FrameUse.slab),
    );
    const { error } = p.remap(value, 16 * PAGE, 16 * PAGE, mayMove | fixed, 0x10_0000_0000);
    expect(error).toBe(ErrorNumber.ENOMEM);
    for (const frame of taken) kernel.frames.release(frame);
    for (let page = 0; page < 16; page++) expect(p.load(value + page * PAGE)).toBe(page + 1);
    expect(p.load(0x10_0000_0000)).toBe(-ErrorNumber.EFAULT);
  });
});

describe('madvise', () => {
  it('forgets pages: clear again, or the file again', () => {
    const p = program();
    const file = p.bench.files.add(PAGE, () => 42);
    const own = p.map(0, PAGE).value;
    const shown = p.map(0, PAGE, RW, MapFlag.private, file).value;
    p.store(own, 1);
    p.store(shown, 1);
    for (const address of [own, shown]) expect(p.advise(address, PAGE, Advice.doNotNeed).error).toBe(0);
    expect(p.load(own)).toBe(0);
    expect(p.load(shown)).toBe(42);
    expect(p.advise(own, PAGE, Advice.free).error).toBe(0);
    expect(p.advise(shown, PAGE, Advice.free).error).toBe(ErrorNumber.EINVAL);
  });

  it('keeps regions out of a fork, or hands them over clear', () => {
    const p = program();
    const { value } = p.map(0, 3 * PAGE);
    for (let page = 0; page < 3; page++) p.store(value + page * PAGE, page + 1);
    expect(p.advise(value, PAGE, Advice.doNotFork).error).toBe(0);
    expect(p.advise(value + PAGE, PAGE, Advice.wipeOnFork).error).toBe(0);
    const { domain, thread } = p.bench.makeProgram();
    const child = p.bench.call(p.thread, memory.fork, { space: p.space, domain }).value;
    p.bench.use(child);
    expect(p.bench.load(thread, child, value)).toBe(-ErrorNumber.EFAULT);
    expect(p.bench.load(thread, child, value + PAGE)).toBe(0);
    expect(p.bench.load(thread, child, value + 2 * PAGE)).toBe(3);
  });

  it('makes pages present', () => {
    const p = program();
    const { value } = p.map(0, 40 * PAGE);
    const own = p.bench.framesOf(p.domain);
    expect(p.advise(value, 40 * PAGE, Advice.populateWrite).error).toBe(0);
    expect(p.bench.framesOf(p.domain) - own).toBe(43);
    const eager = p.map(0, 40 * PAGE, RW, ANONYMOUS | MapFlag.populate);
    expect(eager.error).toBe(0);
    expect(p.bench.framesOf(p.domain) - own).toBe(83);
  });
});

describe('msync, mincore', () => {
  it('asks the files of shared mappings to be written, once each', () => {
    const p = program();
    const file = p.bench.files.add(PAGE);
    const { value } = p.map(0, PAGE, RW, MapFlag.shared, file);
    const sync = (flags: number) =>
      p.bench.call(p.thread, memory.synchronise, { space: p.space, address: value, length: PAGE, flags });
    expect(sync(SynchroniseFlag.asynchronous).error).toBe(0);
    expect(p.bench.files.at(file).synchronised).toBe(0);
    expect(sync(SynchroniseFlag.synchronous).error).toBe(0);
    expect(p.bench.files.at(file).synchronised).toBe(1);
  });

  it('tells which of thousands of pages are present, into a page that is not', () => {
    const p = program();
    const { value } = p.map(0, 5000 * PAGE);
    for (const page of [0, 7, 2047, 2048, 4999]) p.store(value + page * PAGE, 1);
    const vector = p.map(0, 2 * PAGE).value;
    const into = { space: p.space, start: vector, length: 5000, rights: 3 };
    const request = { space: p.space, address: value, length: 5000 * PAGE, into };
    expect(p.bench.call(p.thread, memory.residency, request).error).toBe(0);
    const present = Array.from({ length: 5000 }, (_, page) => page).filter(
      (page) => p.load(vector + page) === 1,
    );
    expect(present).toEqual([0, 7, 2047, 2048, 4999]);
  });
});

describe('figures', () => {
  it('tells totals and regions', () => {
    const p = program();
    const { bench, thread, space } = p;
    const file = bench.files.add(4 * PAGE);
    bench.call(thread, memory.startBreak, { space, address: 0x2_0000 });
    bench.call(thread, memory.setBreak, { space, address: 0x2_2000 });
    bench.call(thread, memory.mapStack, {
      space,
      top: 0xffff_0000,
      size: 4 * PAGE,
      limit: 2 ** 20,
      protection: RW,
    });
    const text = p.map(0x1_0000, 2 * PAGE, 5, MapFlag.private | MapFlag.fixed, file, PAGE).value;
    p.store(0x2_0000, 1);
    p.load(text);
    const at = bench.kernel.frames.allocate(bench.kernel.domainOfPlan(1), 4) * PAGE;
    const into = { space: 0, start: at, length: PAGE, rights: 3 };
    expect(bench.call(thread, memory.figures, { space, into }).value).toBe(MemoryFigures.size);
    const { observer } = bench.kernel.meter;
    expect(MemoryFigures.at(observer, at)).toMatchObject({
      mappedBytes: 8 * PAGE,
      dataBytes: 2 * PAGE,
      stackBytes: 4 * PAGE,
      textBytes: 2 * PAGE,
      anonymousPages: 1,
      filePages: 1,
      peakPages: 2,
      tableBytes: 4 * PAGE,
      breakStart: 0x2_0000,
      breakEnd: 0x2_2000,
      regionCount: 3,
    });
    const all = [];
    for (let cursor = 0; ; ) {
      const small = { ...into, length: 2 * RegionFigures.size };
      const { value, second } = bench.call(thread, memory.regions, { space, cursor, into: small });
      for (let index = 0; index < value; index++) {
        const {
          start,
          end,
          protection,
          offset,
          kind,
          file: node,
        } = RegionFigures.at(observer, at + index * RegionFigures.size);
        all.push({ start, end, protection, offset, kind, node });
      }
      if (second === 0) break;
      cursor = second;
    }
    expect(all).toEqual([
      { start: 0x1_0000, end: 0x1_2000, protection: 5, offset: PAGE, kind: 0, node: file },
      { start: 0x2_0000, end: 0x2_2000, protection: 3, offset: 0, kind: RegionKind.heap, node: 0 },
      {
        start: 0xffff_0000 - 4 * PAGE,
        end: 0xffff_0000,
        protection: 3,
        offset: 0,
        kind: RegionKind.growsDown | RegionKind.stack,
        node: 0,
      },
    ]);
  });
});

describe('limits', () => {
  it('are kept: of the address space, of data, of the stack', () => {
    const p = program();
    const { bench, thread, space } = p;
    const limit = (addressSpace: number, data: number, stack: number) =>
      bench.call(thread, memory.setLimits, { space, addressSpace, data, stack });
    limit(10 * PAGE, NEVER, NEVER);
    const { value } = p.map(0, 8 * PAGE, Protection.read);
    expect(p.map(0, 3 * PAGE).error).toBe(ErrorNumber.ENOMEM);
    expect(p.map(value, 3 * PAGE, RW, ANONYMOUS | MapFlag.fixed).error).toBe(0);
    limit(NEVER, 4 * PAGE, NEVER);
    expect(p.map(0, 2 * PAGE).error).toBe(ErrorNumber.ENOMEM);
    expect(p.map(0, 2 * PAGE, Protection.read).error).toBe(0);
    expect(p.protect(value + 3 * PAGE, 2 * PAGE, RW).error).toBe(ErrorNumber.ENOMEM);
    expect(p.protect(value + 3 * PAGE, PAGE, RW).error).toBe(0);
    bench.call(thread, memory.startBreak, { space, address: 0x2_0000 });
    expect(bench.call(thread, memory.setBreak, { space, address: 0x2_1000 }).value).toBe(0x2_0000);
  });
});
