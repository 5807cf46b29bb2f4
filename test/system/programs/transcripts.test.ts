// The conformance programs print under QEMU what they print under Linux, but for what QEMU is known to do otherwise.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runUnderQemu } from '../support/qemu.ts';
import { QEMU_DIFFERS } from './qemu-differs.ts';
import { makeRoot, PREBUILT, PROGRAMS } from './root.ts';

const names = readdirSync(`${PREBUILT}/tests`).sort();
let root = '';
beforeAll(() => {
  root = makeRoot(PREBUILT);
});
afterAll(() => rmSync(root, { recursive: true }));

function without(labels: readonly string[], text: string): string {
  return text
    .split('\n')
    .filter((line) => !labels.some((label) => line.startsWith(`${label}:`)))
    .join('\n');
}

describe('transcripts', () => {
  for (const name of names) {
    const differs = QEMU_DIFFERS[name] ?? [];
    if ('all' in differs) {
      it.skip(`${name}: QEMU's user emulation is wrong: ${differs.all}`, () => {});
      continue;
    }
    it(name, async () => {
      const expected = readFileSync(`${PROGRAMS}tests/expected/${name}.txt`, 'latin1');
      const result = await runUnderQemu(root, [`/tests/${name}`]);
      const printed = Buffer.from(result.stdout, 'utf8').toString('latin1');
      expect(without(differs, printed)).toBe(without(differs, expected));
      expect(result.status).toBe(0);
    });
  }

  it('there is one for each program, and none without', () => {
    const expected = readdirSync(`${PROGRAMS}tests/expected`).map((file) => file.replace(/\.txt$/, ''));
    expect(expected.sort()).toEqual(names);
  });
});
