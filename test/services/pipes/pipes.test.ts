/** The pipes service against pipe(7), fifo(7), poll(2) and fcntl(2). */
import { describe, expect, test } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { FrameUse } from '../../../src/kernel/objects.ts';
import { pipeService } from '../../../src/services/pipes/index.ts';
import { PipeEnd, PollEvent, pipes } from '../../../src/services/pipes/interface.ts';
import { type Pending, type Program, ServiceBench, supply } from '../../support/service-bench.ts';

const READABLE = PollEvent.in | PollEvent.readNormal;
const WRITABLE = PollEvent.out | PollEvent.writeNormal;

/** Two programs on the two ends of a pipe. */
class PipeBench extends ServiceBench {
  readonly reader: Program;
  readonly writer: Program;
  readonly pipe: number;

  constructor(capacity = 0) {
    super([pipeService(supply)]);
    this.reader = this.program({ user: 1000 });
    this.writer = this.program({ user: 1000 });
    this.pipe = this.value(this.reader.start(pipes.create, { capacity }));
    this.value(this.reader.start(pipes.open, { pipe: this.pipe, end: PipeEnd.read, wait: 0 }));
    this.value(this.writer.start(pipes.open, { pipe: this.pipe, end: PipeEnd.write, wait: 0 }));
  }

  /** Runs, and gives the value of a call that must have succeeded. */
  value(pending: Pending): number {
    this.run();
    expect(pending.result).toMatchObject({ error: 0 });
    return (pending.result as { value: number }).value;
  }

  error(pending: Pending): number | undefined {
    this.run();
    return pending.result?.error;
  }

  write(bytes: number, wait = 1, start = 0x10000): Pending {
    return this.writer.start(pipes.write, { pipe: this.pipe, from: this.writer.span(start, bytes), wait });
  }

  read(bytes: number, wait = 1, start = 0x10000): Pending {
    return this.reader.start(pipes.read, { pipe: this.pipe, into: this.reader.span(start, bytes), wait });
  }

  close(program: Program, end: number): Pending {
    return program.start(pipes.close, { pipe: this.pipe, end });
  }

  events(end: number): number {
    return this.value(this.reader.start(pipes.poll, { pipe: this.pipe, end }));
  }
}

/** Bytes that differ from their neighbours at every distance that matters here. */
function pattern(length: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  });
}

/** Frames that the bench's domain owns, apart from slabs, tables and stacks. */
function bufferFrames(bench: ServiceBench): number {
  const { frames } = bench.kernel;
  let count = 0;
  const root = bench.kernel.root;
  for (let frame = root.firstFrame; frame < root.firstFrame + root.frameCount; frame++)
    if (frames.at(frame).use === FrameUse.buffer) count += 1;
  return count;
}

describe('moving bytes', () => {
  test('what is written is read, in order, across pages and odd sizes', () => {
    const bench = new PipeBench();
    const sent = pattern(50_000);
    bench.writer.poke(0x10003, sent);
    const writes = [1, 4095, 4096, 4097, 10_000, 27_711].map((length, index, all) => {
      const start = 0x10003 + all.slice(0, index).reduce((sum, each) => sum + each, 0);
      return bench.write(length, 1, start);
    });
    let got = 0;
    for (const size of [3, 5000, 1, 20_000, 24_996]) {
      const count = bench.value(bench.read(size, 1, 0x40001 + got));
      expect(count).toBe(size);
      got += count;
    }
    expect(writes.map(({ result }) => result?.value)).toEqual([1, 4095, 4096, 4097, 10_000, 27_711]);
    expect(bench.reader.peek(0x40001, 50_000)).toEqual(sent);
  });

  test('a read takes what there is and does not wait for more', () => {
    const bench = new PipeBench();
    bench.value(bench.write(10));
    expect(bench.value(bench.read(100))).toBe(10);
  });

  test('a read of nothing and a write of nothing succeed at once', () => {
    const bench = new PipeBench();
    expect(bench.value(bench.read(0))).toBe(0);
    expect(bench.value(bench.write(0))).toBe(0);
  });

  test('a reader waits for a writer', () => {
    const bench = new PipeBench();
    const read = bench.read(100);
    bench.run();
    expect(read.result).toBeUndefined();
    bench.value(bench.write(7));
    expect(bench.value(read)).toBe(7);
  });

  test('a reader that must not wait gets EAGAIN', () => {
    const bench = new PipeBench();
    expect(bench.error(bench.read(1, 0))).toBe(ErrorNumber.EAGAIN);
  });
});

describe('capacity', () => {
  test('65,536 bytes fit, not one more', () => {
    const bench = new PipeBench();
    expect(bench.value(bench.write(65_536, 0))).toBe(65_536);
    expect(bench.error(bench.write(1, 0))).toBe(ErrorNumber.EAGAIN);
    expect(bufferFrames(bench)).toBe(16);
  });

  test('slots are pages: sixteen writes of 2,049 bytes fill the pipe, as in Linux', () => {
    const bench = new PipeBench();
    for (let count = 0; count < 16; count++) expect(bench.value(bench.write(2049, 0))).toBe(2049);
    expect(bench.error(bench.write(2049, 0))).toBe(ErrorNumber.EAGAIN);
    expect(bench.value(bench.write(2047, 0))).toBe(2047);
  });

  test('small writes share pages', () => {
    const bench = new PipeBench();
    for (let count = 0; count < 40; count++) bench.value(bench.write(100, 0));
    expect(bufferFrames(bench)).toBe(1);
  });

  test('a long write that must not wait is cut short', () => {
    const bench = new PipeBench();
    bench.value(bench.write(60_000, 0));
    expect(bench.value(bench.write(10_000, 0))).toBe(4096);
  });

  test('a writer that waits goes on as room is made, and ends whole', () => {
    const bench = new PipeBench();
    const sent = pattern(200_000, 7);
    bench.writer.poke(0x10_0000, sent);
    const write = bench.write(200_000, 1, 0x10_0000);
    bench.run();
    expect(write.result).toBeUndefined();
    let got = 0;
    while (got < 200_000) got += bench.value(bench.read(30_000, 1, 0x20_0000 + got));
    expect(write.result).toEqual({ value: 200_000, second: 0, error: 0 });
    expect(bench.reader.peek(0x20_0000, 200_000)).toEqual(sent);
  });

  test('F_SETPIPE_SZ rounds to a power of two of pages and refuses to lose bytes', () => {
    const bench = new PipeBench();
    const set = (capacity: number): Pending =>
      bench.writer.start(pipes.setCapacity, { pipe: bench.pipe, capacity });
    expect(bench.value(set(1))).toBe(4096);
    expect(bench.value(set(4097))).toBe(8192);
    expect(bench.value(set(100_000))).toBe(131_072);
    expect(bench.value(bench.write(131_072, 0))).toBe(131_072);
    expect(bench.error(set(65_536))).toBe(ErrorNumber.EBUSY);
    expect(bench.error(set(1_048_577))).toBe(ErrorNumber.EPERM);
    expect(bench.error(set(2 ** 31 + 1))).toBe(ErrorNumber.EINVAL);
    const figures = bench.writer.start(pipes.figures, { pipe: bench.pipe });
    bench.run();
    expect(figures.result).toEqual({ value: 131_072, second: 131_072, error: 0 });
  });

  test('growing keeps the bytes in order and wakes a writer', () => {
    const bench = new PipeBench(4096);
    const sent = pattern(12_000, 3);
    bench.writer.poke(0x10000, sent);
    const write = bench.write(12_000);
    bench.run();
    expect(write.result).toBeUndefined();
    bench.value(bench.reader.start(pipes.setCapacity, { pipe: bench.pipe, capacity: 16_384 }));
    expect(write.result?.value).toBe(12_000);
    expect(bench.value(bench.read(12_000, 1, 0x80000))).toBe(12_000);
    expect(bench.reader.peek(0x80000, 12_000)).toEqual(sent);
  });
});

describe('atomic writes', () => {
  test('writes of at most 4,096 bytes by two writers are never mixed', () => {
    const bench = new PipeBench(8192);
    const other = bench.program();
    bench.writer.poke(0x10000, new Uint8Array(3000).fill(1));
    other.poke(0x10000, new Uint8Array(3000).fill(2));
    bench.value(other.start(pipes.open, { pipe: bench.pipe, end: PipeEnd.write, wait: 0 }));
    const writes = Array.from({ length: 10 }, () => [
      bench.write(3000),
      other.start(pipes.write, { pipe: bench.pipe, from: other.span(0x10000, 3000), wait: 1 }),
    ]).flat();
    let got = 0;
    while (got < 60_000) got += bench.value(bench.read(1000, 1, 0x100000 + got));
    expect(writes.every(({ result }) => result?.value === 3000)).toBe(true);
    const all = bench.reader.peek(0x100000, 60_000);
    for (let start = 0; start < 60_000; start += 3000)
      expect(new Set(all.subarray(start, start + 3000)).size).toBe(1);
  });
});

describe('ends', () => {
  test('a reader sees the end of the stream after the last byte', () => {
    const bench = new PipeBench();
    bench.value(bench.write(5));
    expect(bench.value(bench.close(bench.writer, PipeEnd.write))).toBe(0);
    expect(bench.value(bench.read(100))).toBe(5);
    expect(bench.value(bench.read(100))).toBe(0);
  });

  test('a waiting reader sees the end when the last writer closes', () => {
    const bench = new PipeBench();
    const read = bench.read(100);
    bench.run();
    bench.value(bench.close(bench.writer, PipeEnd.write));
    expect(read.result).toEqual({ value: 0, second: 0, error: 0 });
  });

  test('a writer without readers gets EPIPE', () => {
    const bench = new PipeBench();
    bench.value(bench.close(bench.reader, PipeEnd.read));
    expect(bench.error(bench.write(1))).toBe(ErrorNumber.EPIPE);
  });

  test('a writer that waits when the last reader goes reports its bytes, and EPIPE beside', () => {
    const bench = new PipeBench();
    const write = bench.write(100_000);
    bench.run();
    bench.value(bench.close(bench.reader, PipeEnd.read));
    expect(write.result).toEqual({ value: 65_536, second: ErrorNumber.EPIPE, error: 0 });
  });

  test('the pipe and all its frames go with its last end', () => {
    const bench = new PipeBench();
    const { freeCount } = bench.kernel.root;
    bench.value(bench.write(20_000));
    expect(bench.value(bench.close(bench.writer, PipeEnd.write))).toBe(0);
    expect(bench.value(bench.close(bench.reader, PipeEnd.read))).toBe(1);
    expect(bufferFrames(bench)).toBe(0);
    // The span's own pages are the program's.
    expect(bench.kernel.root.freeCount).toBeGreaterThanOrEqual(freeCount - 5);
  });
});

describe('poll', () => {
  test('events of both ends as in Linux', () => {
    const bench = new PipeBench();
    expect(bench.events(PipeEnd.read)).toBe(0);
    expect(bench.events(PipeEnd.write)).toBe(WRITABLE);
    bench.value(bench.write(1));
    expect(bench.events(PipeEnd.read)).toBe(READABLE);
    expect(bench.events(PipeEnd.both)).toBe(READABLE | WRITABLE);
    expect(bench.value(bench.write(65_536, 0))).toBe(61_440);
    expect(bench.events(PipeEnd.write)).toBe(0);
    bench.value(bench.close(bench.writer, PipeEnd.write));
    expect(bench.events(PipeEnd.read)).toBe(READABLE | PollEvent.hangUp);
    bench.value(bench.read(65_536));
    expect(bench.events(PipeEnd.read)).toBe(PollEvent.hangUp);
  });

  test('a writer without readers polls an error', () => {
    const bench = new PipeBench();
    bench.value(bench.close(bench.reader, PipeEnd.read));
    expect(bench.events(PipeEnd.write)).toBe(WRITABLE | PollEvent.error);
  });
});

describe('interruption', () => {
  test('a reader with nothing is told to start again', () => {
    const bench = new PipeBench();
    const read = bench.read(10);
    bench.run();
    bench.interrupt(bench.reader);
    expect(bench.error(read)).toBe(ErrorNumber.ERESTART);
  });

  test('a writer that has moved bytes reports them', () => {
    const bench = new PipeBench();
    const write = bench.write(100_000);
    bench.run();
    bench.interrupt(bench.writer);
    expect(bench.value(write)).toBe(65_536);
  });

  test('what one waiting reader does not take wakes the next', () => {
    const bench = new PipeBench();
    const other = bench.program();
    const first = bench.read(3);
    bench.run();
    const second = other.start(pipes.read, { pipe: bench.pipe, into: other.span(0x1000, 3), wait: 1 });
    bench.run();
    bench.value(bench.write(5));
    expect(first.result?.value).toBe(3);
    expect(second.result?.value).toBe(2);
  });
});

describe('pages that are absent', () => {
  test('are supplied, and the transfer goes on', () => {
    const bench = new PipeBench();
    const sent = pattern(20_000, 9);
    bench.writer.poke(0x10800, sent);
    for (const page of [0x10000, 0x12000, 0x13000]) bench.writer.absent(page);
    for (const page of [0x50000, 0x51000, 0x54000]) bench.reader.absent(page);
    expect(bench.value(bench.write(20_000, 1, 0x10800))).toBe(20_000);
    expect(bench.value(bench.read(20_000, 1, 0x50010))).toBe(20_000);
    expect(bench.supplied).toBe(6);
    expect(bench.reader.peek(0x50010, 20_000)).toEqual(sent);
  });

  test('EFAULT when nothing was moved; the bytes stay in the pipe', () => {
    const bench = new PipeBench();
    bench.writer.absent(0x10000, true);
    expect(bench.error(bench.write(10))).toBe(ErrorNumber.EFAULT);
    bench.value(bench.write(10, 1, 0x20000));
    bench.reader.absent(0x10000, true);
    expect(bench.error(bench.read(10))).toBe(ErrorNumber.EFAULT);
    expect(bench.value(bench.read(10, 1, 0x20000))).toBe(10);
  });

  test('else the whole chunks before the missing page count', () => {
    const bench = new PipeBench();
    bench.writer.absent(0x12000, true);
    expect(bench.value(bench.write(0x4000))).toBe(0x2000);
  });
});

describe('FIFOs', () => {
  function fifo(): { bench: ServiceBench; one: Program; two: Program; pipe: number } {
    const bench = new ServiceBench([pipeService(supply)]);
    const one = bench.program();
    const two = bench.program();
    const made = one.start(pipes.create, { capacity: 0 });
    bench.run();
    return { bench, one, two, pipe: made.result?.value as number };
  }

  test('a reader waits for a writer, and a writer for a reader', () => {
    for (const [first, second] of [
      [PipeEnd.read, PipeEnd.write],
      [PipeEnd.write, PipeEnd.read],
    ] as const) {
      const { bench, one, two, pipe } = fifo();
      const waiting = one.start(pipes.open, { pipe, end: first, wait: 1 });
      bench.run();
      expect(waiting.result).toBeUndefined();
      const opened = two.start(pipes.open, { pipe, end: second, wait: 1 });
      bench.run();
      expect(waiting.result).toMatchObject({ error: 0 });
      expect(opened.result).toMatchObject({ error: 0 });
    }
  });

  test('without waiting, a reader opens and a writer gets ENXIO; both ends never wait', () => {
    const { bench, one, two, pipe } = fifo();
    const writer = one.start(pipes.open, { pipe, end: PipeEnd.write, wait: 0 });
    const reader = two.start(pipes.open, { pipe, end: PipeEnd.read, wait: 0 });
    bench.run();
    expect(writer.result?.error).toBe(ErrorNumber.ENXIO);
    expect(reader.result?.error).toBe(0);
    const polled = two.start(pipes.poll, { pipe, end: PipeEnd.read });
    const both = one.start(pipes.open, { pipe, end: PipeEnd.both, wait: 1 });
    bench.run();
    // Nobody has ever written: no end of a stream yet.
    expect(polled.result?.value).toBe(0);
    expect(both.result?.error).toBe(0);
  });

  test('a partner that opens and closes at once still lets the waiter in', () => {
    const { bench, one, two, pipe } = fifo();
    const reader = one.start(pipes.open, { pipe, end: PipeEnd.read, wait: 1 });
    bench.run();
    two.start(pipes.open, { pipe, end: PipeEnd.write, wait: 1 });
    two.start(pipes.close, { pipe, end: PipeEnd.write });
    bench.run();
    expect(reader.result?.error).toBe(0);
    const read = one.start(pipes.read, { pipe, into: one.span(0x1000, 4), wait: 1 });
    bench.run();
    expect(read.result).toEqual({ value: 0, second: 0, error: 0 });
  });

  test('an interrupted open leaves no end behind, and end 0 closes what is left', () => {
    const { bench, one, two, pipe } = fifo();
    const waiting = one.start(pipes.open, { pipe, end: PipeEnd.read, wait: 1 });
    bench.run();
    bench.interrupt(one);
    bench.run();
    expect(waiting.result?.error).toBe(ErrorNumber.ERESTART);
    const writer = two.start(pipes.open, { pipe, end: PipeEnd.write, wait: 0 });
    const gone = two.start(pipes.close, { pipe, end: 0 });
    bench.run();
    expect(writer.result?.error).toBe(ErrorNumber.ENXIO);
    expect(gone.result?.value).toBe(1);
  });
});
