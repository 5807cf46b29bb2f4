/**
 * The exact arithmetic against QEMU's riscv64: the same instructions, operands and rounding modes, compared bit for
 * bit with flags, through real instructions in a real program.
 *
 * Needs `riscv64-linux-gnu-gcc` and `qemu-riscv64-static`, and fails without them. To repeat a run, or to draw other
 * cases, set FLOAT_SEED.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { observe, show } from '../../machine/float/operands.ts';
import { type Case, makeCases } from './cases.ts';
import { INSTRUCTIONS } from './instructions.ts';

const SEED = Number(process.env.FLOAT_SEED ?? 20260101);
const RANDOM_CASES_EACH = 1000;
const CASE_BYTES = 32;
const OUTCOME_BYTES = 16;

let folder = '';
let program = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'polykernel-float-'));
  program = join(folder, 'operations');
  const source = fileURLToPath(new URL('operations.c', import.meta.url));
  const numbers = INSTRUCTIONS.map(({ name, number }) => `-DOPERATION_${name}=${number}`);
  execFileSync('riscv64-linux-gnu-gcc', [
    '-O2',
    '-static',
    '-Wall',
    '-Werror',
    ...numbers,
    source,
    '-o',
    program,
  ]);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function encode(cases: readonly Case[]): Uint8Array {
  const bytes = new Uint8Array(cases.length * CASE_BYTES);
  const view = new DataView(bytes.buffer);
  cases.forEach(({ instruction, rounding, registers }, k) => {
    const at = k * CASE_BYTES;
    view.setUint32(at, instruction.number, true);
    view.setUint32(at + 4, rounding, true);
    registers.forEach((register, place) => {
      view.setBigUint64(at + 8 + 8 * place, register, true);
    });
  });
  return bytes;
}

function describeCase({ instruction, rounding, registers }: Case): string {
  const operands = registers.map((register) => register.toString(16)).join(', ');
  return `${instruction.name}(${operands}), rounding mode ${rounding}, seed ${SEED}`;
}

test('every instruction, rounding mode and format agrees with QEMU, flags included', () => {
  const cases = [...makeCases(INSTRUCTIONS, RANDOM_CASES_EACH, SEED)];
  const output = execFileSync('qemu-riscv64-static', [program], {
    input: encode(cases),
    maxBuffer: cases.length * OUTCOME_BYTES + 1,
    timeout: 120_000,
  });
  expect(cases.length).toBeGreaterThan(400_000);
  expect(output.length).toBe(cases.length * OUTCOME_BYTES);
  const view = new DataView(output.buffer, output.byteOffset, output.length);
  cases.forEach((one, k) => {
    const want = {
      bits: view.getBigUint64(k * OUTCOME_BYTES, true),
      flags: Number(view.getBigUint64(k * OUTCOME_BYTES + 8, true)),
    };
    const { instruction, rounding, registers } = one;
    const got = observe((raise) => instruction.expected(...registers, rounding, raise));
    // expect() is too slow to call for each of so many.
    if (got.bits !== want.bits || got.flags !== want.flags)
      expect(show(got), describeCase(one)).toBe(show(want));
  });
}, 300_000);
