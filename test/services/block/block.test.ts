// The block service over a disk in memory: what is read is what was written, whatever is cached, replaced or under way.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { type OutsideDisk, OutsideError } from '../../../src/contracts/outside.ts';
import { memoryDisk } from '../../../src/host/shared/memory-disk.ts';
import { blockService, bootBlocks, REPLACEMENT_POLICIES } from '../../../src/services/block/index.ts';
import { blocks } from '../../../src/services/block/interface.ts';
import { rootOf } from '../../../src/services/block/records.ts';
import { ServiceBench, supply } from '../../support/service-bench.ts';

const lru = REPLACEMENT_POLICIES[0] as (typeof REPLACEMENT_POLICIES)[number];
const BUFFER = 0x10000;

function start(disk: OutsideDisk, options: { policy?: typeof lru; cacheUnits?: number; disk?: string } = {}) {
  const wiring = { policy: options.policy ?? lru, cacheUnits: options.cacheUnits ?? 0, supply };
  const bench = new ServiceBench([blockService(wiring)], {
    disks: [disk],
    disk: options.disk ?? 'ssd',
    memory: 4 * 1024 * 1024,
  });
  bench.harts.activate(0);
  bootBlocks(bench.kernel, wiring);
  bench.kernel.meter.settle();
  const program = bench.program();
  const read = (sector: number, sectors: number) => {
    const result = program.call(blocks.read, { disk: 0, sector, into: program.span(BUFFER, sectors * 512) });
    return { ...result, bytes: program.peek(BUFFER, sectors * 512) };
  };
  const write = (sector: number, bytes: Uint8Array) =>
    program.call(blocks.write, { disk: 0, sector, from: program.poke(BUFFER, bytes) });
  const flush = () => program.call(blocks.flush, { disk: 0 });
  return { bench, program, read, write, flush };
}

function pattern(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 7 + (index >>> 9)) & 0xff);
}

/** Whether byte strings are the same; comparing long ones element by element takes the test runner seconds. */
function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

describe('the block service', () => {
  it('reads what the disk holds, and takes the time of its mechanics', () => {
    const { bench, read } = start(memoryDisk(pattern(1 << 16), 'disk'), { disk: 'hp97560' });
    const { error, value, bytes } = read(3, 20);
    expect({ error, value }).toEqual({ error: 0, value: 20 * 512 });
    expect(bytes).toEqual(pattern(1 << 16).subarray(3 * 512, 23 * 512));
    const seconds = bench.executive.elapsed() / bench.kernel.hertz;
    expect(seconds).toBeGreaterThan(0.002);
    expect(seconds).toBeLessThan(0.2);
    const before = bench.executive.elapsed();
    expect(read(3, 20).bytes).toEqual(bytes);
    expect((bench.executive.elapsed() - before) / bench.kernel.hertz).toBeLessThan(0.0005);
  });

  it('writes back by itself after a while, and at once when flushed', () => {
    const contents = new Uint8Array(1 << 16);
    const { bench, program, write, flush } = start(memoryDisk(contents, 'disk'));
    program.start(blocks.write, { disk: 0, sector: 8, from: program.poke(BUFFER, pattern(4096)) });
    bench.run();
    expect(contents.subarray(4096, 8192)).toEqual(pattern(4096));
    expect(bench.executive.elapsed() / bench.kernel.hertz).toBeGreaterThan(5);
    const before = bench.executive.elapsed();
    write(1, pattern(512));
    expect(flush().error).toBe(0);
    expect(contents.subarray(512, 1024)).toEqual(pattern(512));
    expect(bench.executive.elapsed()).toBeGreaterThan(before);
  });

  it('refuses what is beyond the end, and other disks', () => {
    const { read, program } = start(memoryDisk(new Uint8Array(1 << 14), 'disk'));
    expect(read(31, 2).error).toBe(ErrorNumber.EINVAL);
    expect(read(31, 1).error).toBe(0);
    const into = program.span(BUFFER, 512);
    expect(program.call(blocks.read, { disk: 1, sector: 0, into }).error).toBe(ErrorNumber.ENXIO);
    expect(program.call(blocks.describe, { disk: 0 })).toMatchObject({ value: 32, second: 0 });
  });

  it('tells a disk that cannot read, and goes on when it can', () => {
    let broken = true;
    const disk = memoryDisk(pattern(1 << 14), 'disk');
    const { read, write, flush } = start({
      ...disk,
      read(offset, into) {
        if (broken) throw new OutsideError(ErrorNumber.EIO, 'a scratch');
        disk.read(offset, into);
      },
      write(offset, from) {
        if (broken) throw new OutsideError(ErrorNumber.EIO, 'a scratch');
        disk.write(offset, from);
      },
    });
    expect(read(0, 8).error).toBe(ErrorNumber.EIO);
    expect(write(8, pattern(4096)).error).toBe(0);
    expect(flush().error).toBe(ErrorNumber.EIO);
    broken = false;
    expect(flush().error).toBe(0);
    expect(read(0, 8)).toMatchObject({ error: 0, bytes: pattern(4096) });
  });

  it('keeps what is written to a write-protected disk, and leaves the disk alone', () => {
    const contents = pattern(1 << 18);
    const { read, write, flush, bench } = start(memoryDisk(contents, 'disk', false), { cacheUnits: 32 });
    const wanted = pattern(4096).map((byte) => byte ^ 0xff);
    for (let unit = 0; unit < 60; unit++) expect(write(unit * 8, wanted).error).toBe(0);
    expect(flush().error).toBe(0);
    for (let unit = 0; unit < 60; unit++) expect(same(read(unit * 8, 8).bytes, wanted)).toBe(true);
    expect(same(contents, pattern(1 << 18))).toBe(true);
    bench.run();
  });

  it('lets two programs wait for the disk at the same time', () => {
    const { bench, program } = start(memoryDisk(pattern(1 << 16), 'disk'), { disk: 'hp97560' });
    const other = bench.program();
    const first = program.start(blocks.read, { disk: 0, sector: 0, into: program.span(BUFFER, 4096) });
    const second = other.start(blocks.read, { disk: 0, sector: 0, into: other.span(BUFFER, 4096) });
    bench.run();
    expect([first.result?.error, second.result?.error]).toEqual([0, 0]);
    expect(other.peek(BUFFER, 4096)).toEqual(program.peek(BUFFER, 4096));
    expect(rootOf(bench.kernel)).toMatchObject({ misses: 1, hits: 1 });
  });

  it.each(REPLACEMENT_POLICIES)('holds its contents under $name with a cache that is too small', (policy) => {
    const size = 1 << 17;
    const access = fc.record({
      writes: fc.boolean(),
      sector: fc.nat(size / 512 - 12),
      sectors: fc.integer({ min: 1, max: 12 }),
      byte: fc.nat(255),
      flush: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(access, { maxLength: 40 }), (accesses) => {
        const contents = pattern(size);
        const model = pattern(size);
        const { read, write, flush } = start(memoryDisk(contents, 'disk'), { policy, cacheUnits: 4 });
        for (const { writes, sector, sectors, byte, flush: flushes } of accesses) {
          const range = [sector * 512, (sector + sectors) * 512] as const;
          if (writes) {
            model.fill(byte, ...range);
            expect(write(sector, new Uint8Array(sectors * 512).fill(byte)).error).toBe(0);
          } else expect(same(read(sector, sectors).bytes, model.subarray(...range))).toBe(true);
          if (!flushes) continue;
          expect(flush().error).toBe(0);
          expect(same(contents, model)).toBe(true);
        }
        flush();
        expect(same(contents, model)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe('replacement', () => {
  /** Misses of a run of reads of units with a cache of four. */
  function misses(name: string, units: readonly number[]): number {
    const policy = REPLACEMENT_POLICIES.find((candidate) => candidate.name === name) ?? lru;
    const { bench, read } = start(memoryDisk(new Uint8Array(1 << 18), 'disk'), { policy, cacheUnits: 4 });
    for (const unit of units) read(unit * 8, 8);
    return rootOf(bench.kernel).misses;
  }

  it('differs as the textbooks say', () => {
    // Units far apart, so that nothing is read ahead. Unit 0 is used again and again.
    const hot = Array.from({ length: 20 }, (_, index) => [0, 10 + 2 * index]).flat();
    expect(misses('lru', hot)).toBe(21);
    expect(misses('fifo', hot)).toBeGreaterThan(24);
    expect(misses('clock', hot)).toBeLessThan(misses('fifo', hot));
    // Round and round over five units: least recently used is the worst there can be.
    const round = Array.from({ length: 25 }, (_, index) => (index % 5) * 10);
    expect(misses('lru', round)).toBe(25);
    expect(misses('mru', round)).toBeLessThan(15);
  });
});
