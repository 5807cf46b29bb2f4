/**
 * The instructions the system test runs, and what the project says each must leave in its destination register.
 *
 * Besides the operations of src/machine/isa/float-operations.ts these are the comparisons, fclass, and the fused
 * multiply-adds with flipped signs, numbered after them.
 */

import { classify, equal, lessOrEqual, lessThan } from '../../../src/machine/float/comparison.ts';
import type { RaiseFlags } from '../../../src/machine/float/flags.ts';
import { floatOperation } from '../../../src/machine/float/float-operation.ts';
import { DOUBLE, type FloatFormat, SINGLE } from '../../../src/machine/float/format.ts';
import { boxSingle, unboxSingle } from '../../../src/machine/float/nan-boxing.ts';
import { FloatOperation, type FloatOperationName } from '../../../src/machine/isa/float-operations.ts';

type Register = (a: bigint, b: bigint, c: bigint, rounding: number, raise: RaiseFlags) => bigint;

export interface Instruction {
  readonly name: string;
  readonly number: number;
  /** How many source registers it reads. */
  readonly sources: 1 | 2 | 3;
  /** What the source registers hold: a format, or an integer. */
  readonly reads: FloatFormat | 'integer';
  /** From the contents of the source registers to those of the destination register, all 64 bits of each. */
  readonly expected: Register;
}

const SUFFIXES = [
  ['Single', SINGLE],
  ['Double', DOUBLE],
] as const;

/** What an instruction of this format sees in a floating-point register. */
function operand(format: FloatFormat, register: bigint): bigint {
  return format === SINGLE ? unboxSingle(register) : register;
}

function sourcesOf(name: FloatOperationName): 1 | 2 | 3 {
  if (name.startsWith('fused')) return 3;
  return /To|squareRoot/.test(name) ? 1 : 2;
}

function readsOf(name: FloatOperationName): FloatFormat | 'integer' {
  if (/^u?int/.test(name)) return 'integer';
  return /^single|Single$/.test(name) && !name.startsWith('double') ? SINGLE : DOUBLE;
}

function numbered(name: FloatOperationName): Instruction {
  const number = FloatOperation[name];
  const reads = readsOf(name);
  const read = (register: bigint): bigint => (reads === 'integer' ? register : operand(reads, register));
  const expected: Register = (a, b, c, rounding, raise) => {
    const bits = floatOperation(number, read(a), read(b), read(c), rounding, raise);
    return name.endsWith('Single') ? boxSingle(bits) : bits;
  };
  return { name, number, sources: sourcesOf(name), reads, expected };
}

type Unnumbered = Omit<Instruction, 'number'>;

function comparisons(suffix: string, format: FloatFormat): Unnumbered[] {
  const compare = (name: string, operation: typeof equal): Unnumbered => ({
    name: name + suffix,
    sources: 2,
    reads: format,
    expected: (a, b, _c, _rounding, raise) =>
      operation(format, operand(format, a), operand(format, b), raise),
  });
  return [compare('equal', equal), compare('lessThan', lessThan), compare('lessOrEqual', lessOrEqual)];
}

function classification(suffix: string, format: FloatFormat): Unnumbered {
  return {
    name: `classify${suffix}`,
    sources: 1,
    reads: format,
    expected: (a) => classify(format, operand(format, a)),
  };
}

/** fmsub is a*b - c, fnmsub -(a*b) + c, fnmadd -(a*b) - c: signs are flipped before the one rounding. */
function flippedSigns(suffix: 'Single' | 'Double', format: FloatFormat): Unnumbered[] {
  const number = FloatOperation[`fusedMultiplyAdd${suffix}`];
  const flip = (name: string, ofProduct: bigint, ofAddend: bigint): Unnumbered => ({
    name: name + suffix,
    sources: 3,
    reads: format,
    expected: (a, b, c, rounding, raise) => {
      const [x, y, z] = [operand(format, a), operand(format, b), operand(format, c)];
      const bits = floatOperation(number, x ^ ofProduct, y, z ^ ofAddend, rounding, raise);
      return format === SINGLE ? boxSingle(bits) : bits;
    },
  });
  const { signBit } = format;
  return [flip('fmsub', 0n, signBit), flip('fnmsub', signBit, 0n), flip('fnmadd', signBit, signBit)];
}

function allInstructions(): Instruction[] {
  const listed = (Object.keys(FloatOperation) as FloatOperationName[]).map(numbered);
  const further = SUFFIXES.flatMap(([suffix, format]) => [
    ...comparisons(suffix, format),
    classification(suffix, format),
    ...flippedSigns(suffix, format),
  ]);
  return [...listed, ...further.map((instruction, k) => ({ ...instruction, number: listed.length + k }))];
}

export const INSTRUCTIONS: readonly Instruction[] = allInstructions();
