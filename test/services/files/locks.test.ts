import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { LockFigures } from '../../../src/services/files/attributes.ts';
import { files, MountKind, OpenFlag } from '../../../src/services/files/interface.ts';
import { LockKind } from '../../../src/services/files/locks.ts';
import { filesBench, Shell } from './shell.ts';

function start(programs: number) {
  const bench = filesBench();
  const shells = Array.from({ length: programs }, () => new Shell(bench));
  const shell = shells[0] as Shell;
  shell.mount('/', MountKind.memory);
  const node = shell.open('/f', OpenFlag.readWrite | OpenFlag.create);
  // The bench itself takes a page for answers: before anything is counted.
  shell.fstat(node);
  const request = (owner: number, kind: number, start: number, length: number, wait = 0) => ({
    node,
    owner,
    kind,
    start,
    length,
    wait,
    process: owner,
    whole: 0,
  });
  const lock = (owner: number, kind: number, from: number, length: number) =>
    0 - shell.program.call(files.lock, request(owner, kind, from, length)).error;
  const flock = (owner: number, kind: number, wait = 0) => ({
    ...request(owner, kind, 0, 0, wait),
    whole: 1,
  });
  /** What F_GETLK tells: kind, owner and range, or undefined. */
  const test = (owner: number, kind: number, from: number, length: number) => {
    const into = shell.program.span(0x10_0000, LockFigures.size);
    const { value } = shell.program.call(files.testLock, { node, owner, kind, start: from, length, into });
    if (value === 0) return undefined;
    const view = new DataView(shell.program.peek(0x10_0000, LockFigures.size).buffer);
    const { offsets } = LockFigures;
    return {
      kind: view.getUint32(offsets.kind, true),
      process: view.getUint32(offsets.process, true),
      start: view.getFloat64(offsets.start, true),
      length: view.getFloat64(offsets.length, true),
    };
  };
  return { bench, shells, shell, node, request, lock, flock, test };
}

const { read, write, unlock } = LockKind;

const OWNERS = [1, 2, 3];

/** Which byte is held by whom, and how. */
class LockModel {
  readonly #held = new Map<string, number>();

  #blocks(owner: number, kind: number, at: number): boolean {
    return OWNERS.some((other) => {
      const has = this.#held.get(`${other}:${at}`);
      return other !== owner && has !== undefined && (has === write || kind === write);
    });
  }

  refuses(owner: number, kind: number, from: number, length: number): boolean {
    if (kind === unlock) return false;
    return Array.from({ length }, (_, index) => from + index).some((at) => this.#blocks(owner, kind, at));
  }

  take(owner: number, kind: number, from: number, length: number): void {
    for (let at = from; at < from + length; at++)
      if (kind === unlock) this.#held.delete(`${owner}:${at}`);
      else this.#held.set(`${owner}:${at}`, kind);
  }
}

describe('record locks', () => {
  it('keep others out', () => {
    const { lock, test } = start(1);
    expect(lock(1, write, 10, 10)).toBe(0);
    expect(lock(2, read, 15, 1)).toBe(-ErrorNumber.EAGAIN);
    expect(lock(2, read, 20, 5)).toBe(0);
    expect(lock(1, read, 22, 5)).toBe(0);
    expect(lock(1, write, 22, 1)).toBe(-ErrorNumber.EAGAIN);
    expect(test(2, write, 0, 0)).toEqual({ kind: write, process: 1, start: 10, length: 10 });
    expect(test(1, write, 0, 10)).toBeUndefined();
  });

  it('reach beyond any size when their length is 0', () => {
    const { lock, test } = start(1);
    expect(lock(1, write, 100, 0)).toBe(0);
    expect(lock(2, read, 2 ** 50, 1)).toBe(-ErrorNumber.EAGAIN);
    expect(test(2, read, 0, 0)).toEqual({ kind: write, process: 1, start: 100, length: 0 });
    expect(lock(1, unlock, 200, 0)).toBe(0);
    expect(lock(2, read, 2 ** 50, 1)).toBe(0);
  });

  it('are as a map from bytes to holders says', () => {
    const step = fc.record({
      owner: fc.constantFrom(...OWNERS),
      kind: fc.constantFrom(read, write, unlock),
      from: fc.nat({ max: 20 }),
      length: fc.integer({ min: 1, max: 12 }),
    });
    const property = fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { lock, test, bench, shell, node } = start(1);
      const before = bench.freeFrames;
      const model = new LockModel();
      for (const { owner, kind, from, length } of steps) {
        const refused = model.refuses(owner, kind, from, length);
        expect(lock(owner, kind, from, length)).toBe(refused ? -ErrorNumber.EAGAIN : 0);
        if (!refused) model.take(owner, kind, from, length);
        for (let at = 0; at < 34; at++)
          expect(test(owner, write, at, 1) !== undefined).toBe(model.refuses(owner, write, at, 1));
      }
      for (const owner of OWNERS) shell.program.call(files.unlockAll, { node, owner, whole: 0 });
      expect(bench.freeFrames).toBe(before);
    });
    fc.assert(property, { numRuns: 15 });
  });

  it('wait, and are woken by an unlock', () => {
    const { bench, shells, shell, request, lock } = start(2);
    expect(lock(1, write, 0, 10)).toBe(0);
    const waiting = (shells[1] as Shell).program.start(files.lock, request(2, write, 5, 1, 1));
    bench.run();
    expect(waiting.result).toBeUndefined();
    shell.program.call(files.lock, request(1, unlock, 6, 2));
    expect(waiting.result).toBeUndefined();
    shell.program.call(files.lock, request(1, unlock, 0, 6));
    expect(waiting.result).toMatchObject({ error: 0 });
  });

  it('refuse a circle of waits', () => {
    const { bench, shells, shell, request, lock } = start(2);
    expect(lock(1, write, 0, 1)).toBe(0);
    expect(lock(2, write, 1, 1)).toBe(0);
    const waiting = (shells[1] as Shell).program.start(files.lock, request(2, write, 0, 1, 1));
    bench.run();
    expect(waiting.result).toBeUndefined();
    const circle = shell.program.call(files.lock, request(1, write, 1, 1, 1));
    expect(circle.error).toBe(ErrorNumber.EDEADLK);
    shell.program.call(files.lock, request(1, unlock, 0, 1));
    expect(waiting.result).toMatchObject({ error: 0 });
  });

  it('end their wait with a signal', () => {
    const { bench, shells, request, lock } = start(2);
    expect(lock(1, write, 0, 1)).toBe(0);
    const other = (shells[1] as Shell).program;
    const waiting = other.start(files.lock, request(2, write, 0, 1, 1));
    bench.run();
    bench.interrupt(other);
    bench.run();
    expect(waiting.result).toMatchObject({ error: ErrorNumber.ERESTART });
    // The note of the wait is gone: the other way round there is no circle.
    expect(lock(2, write, 5, 1)).toBe(0);
  });
});

describe('flock', () => {
  it('is shared or exclusive, and does not see record locks', () => {
    const { shell, flock, lock } = start(1);
    const ask = (owner: number, kind: number) => 0 - shell.program.call(files.lock, flock(owner, kind)).error;
    expect(lock(9, write, 0, 0)).toBe(0);
    expect(ask(1, read)).toBe(0);
    expect(ask(2, read)).toBe(0);
    expect(ask(1, write)).toBe(-ErrorNumber.EAGAIN);
    // An upgrade that fails has lost what there was, as on Linux.
    expect(ask(2, write)).toBe(0);
    expect(ask(2, unlock)).toBe(0);
    expect(ask(1, write)).toBe(0);
  });

  it('waits', () => {
    const { bench, shells, shell, flock, node } = start(2);
    expect(shell.program.call(files.lock, flock(1, write)).error).toBe(0);
    const waiting = (shells[1] as Shell).program.start(files.lock, flock(2, write, 1));
    bench.run();
    expect(waiting.result).toBeUndefined();
    shell.program.call(files.unlockAll, { node, owner: 1, whole: 1 });
    expect(waiting.result).toMatchObject({ error: 0 });
  });
});
