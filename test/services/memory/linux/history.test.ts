/**
 * A history of mapping calls recorded under Linux 6.18 (record.c beside this file), replayed call by call: same values, same
 * errors, same bytes, same signals.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../../src/contracts/errors.ts';
import { PAGE_SIZE } from '../../../../src/contracts/units.ts';
import { memory } from '../../../../src/services/memory/interface.ts';
import { type Answer, Bench } from '../bench.ts';

const WINDOW = 2 ** 32;
const PAGES = 48;
const FILE_BYTES = 10 * PAGE_SIZE + 100;
const SIGNALS: { readonly [error: number]: string } = {
  [ErrorNumber.EFAULT]: 'unmapped',
  [ErrorNumber.EACCES]: 'denied',
  [ErrorNumber.EIO]: 'bus',
};

class Replay {
  readonly bench = new Bench();
  readonly thread: number;
  readonly space: number;
  readonly file: number;

  constructor() {
    const { domain, thread } = this.bench.makeProgram();
    this.thread = thread;
    this.space = this.bench.call(thread, memory.create, { domain }).value;
    this.bench.use(this.space);
    this.file = this.bench.files.add(FILE_BYTES, (at) =>
      at % PAGE_SIZE === 5 ? 101 + Math.floor(at / PAGE_SIZE) : 0,
    );
  }

  /** What a line's call gives here, in the words of the record. */
  answer(call: string): string {
    const [name, ...rest] = call.split(' ');
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = rest.map(Number);
    const { space, thread, bench } = this;
    const range = { space, address: WINDOW + a * PAGE_SIZE, length: b };
    switch (name) {
      case 'map': {
        const request = { protection: c, flags: d, file: e < 0 ? 0 : this.file, fileRights: e === 1 ? 3 : 1 };
        const place = { ...range, address: range.address + g, offset: f * PAGE_SIZE };
        return this.#place(bench.call(thread, memory.map, { ...place, ...request }), b);
      }
      case 'remap': {
        const { address } = range;
        const request = { space, address, oldLength: b, newLength: c, flags: d };
        const newAddress = WINDOW + e * PAGE_SIZE;
        return this.#place(bench.call(thread, memory.remap, { ...request, newAddress }), c);
      }
      case 'unmap':
        return told(bench.call(thread, memory.unmap, range));
      case 'protect':
        return told(bench.call(thread, memory.protect, { ...range, protection: c }));
      case 'advise':
        return told(bench.call(thread, memory.advise, { ...range, advice: c }));
      case 'sync':
        return told(bench.call(thread, memory.synchronise, { ...range, flags: c }));
      case 'incore':
        return told(bench.call(thread, memory.residency, { ...range, into: this.#vector() }));
      case 'peek':
        return signalOr(bench.load(thread, space, range.address + 5), (byte) => `byte ${byte}`);
      case 'poke':
        return signalOr(bench.store(thread, space, range.address + 5, b), () => 'ok');
      default:
        throw new Error(`the record has a call '${name}'`);
    }
  }

  /** Somewhere for mincore's answer: physical memory that nobody uses. */
  #vector() {
    return { space: 0, start: this.bench.memory.size - PAGE_SIZE, length: 64, rights: 3 };
  }

  #place({ value, error }: Answer, length: number): string {
    if (error !== 0) return `error ${error}`;
    const page = (value - WINDOW) / PAGE_SIZE;
    if (page >= 0 && page < PAGES + 64) return `page ${page}`;
    const { space, thread } = this;
    this.bench.call(thread, memory.unmap, { space, address: value, length });
    return 'elsewhere';
  }
}

const told = ({ error }: Answer): string => (error === 0 ? 'ok' : `error ${error}`);

function signalOr(result: number, say: (value: number) => string): string {
  return result < 0 ? (SIGNALS[-result] ?? `fault ${-result}`) : say(result);
}

describe('a history recorded under Linux', () => {
  it('gives the same results here', () => {
    const replay = new Replay();
    const text = readFileSync(new URL('history.txt', import.meta.url), 'utf8');
    const lines = text.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(2900);
    for (const [index, line] of lines.entries()) {
      const [call, wanted] = line.split(' = ') as [string, string];
      expect(`${index + 1}: ${call} = ${replay.answer(call)}`).toBe(`${index + 1}: ${call} = ${wanted}`);
    }
  });
});
