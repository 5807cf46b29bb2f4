/**
 * The cases of the system test: every instruction in every rounding mode, with all combinations of special operands
 * and with random ones drawn to be near each other, near ties and near the ends of the range. The seed fixes them all.
 */

import { type FloatFormat, SINGLE } from '../../../src/machine/float/format.ts';
import { boxSingle } from '../../../src/machine/float/nan-boxing.ts';
import { RoundingMode } from '../../../src/machine/isa/float-operations.ts';
import { specialPatterns } from '../../machine/float/operands.ts';
import type { Instruction } from './instructions.ts';

export interface Case {
  readonly instruction: Instruction;
  readonly rounding: number;
  /** Contents of the three source registers. */
  readonly registers: readonly [bigint, bigint, bigint];
}

/** A stream of 32-bit numbers: the xorshift generator of Marsaglia (2003) with period 2^32 - 1. */
function randomWords(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

type Words = () => number;

function random64(words: Words): bigint {
  return (BigInt(words()) << 32n) | BigInt(words());
}

/** A fraction with few bits set, few clear, or any. */
function randomFraction(format: FloatFormat, words: Words): bigint {
  const any = BigInt.asUintN(format.fractionBits, random64(words));
  const few = BigInt(words() & 7);
  switch (words() & 7) {
    case 0:
      return few;
    case 1:
      return format.hiddenBit - 1n - few;
    case 2:
      return few << (format.fractionShift - 3n);
    case 3:
      return (any >> (format.fractionShift >> 1n)) << (format.fractionShift >> 1n);
    default:
      return any;
  }
}

function randomField(format: FloatFormat, words: Words): number {
  const spread = (words() % 140) - 70;
  switch (words() & 7) {
    case 0:
      return words() & 3;
    case 1:
      return format.exponentFieldMask - (words() & 3);
    case 2:
      return words() & format.exponentFieldMask;
    case 3:
      return format.bias + (spread >> 3);
    // Half the bias: products and quotients of these reach the ends of the range.
    case 4:
      return (format.bias >> 1) + (spread >> 2);
    case 5:
      return format.bias + (format.bias >> 1) + (spread >> 2);
    default:
      return format.bias + spread;
  }
}

function randomPattern(format: FloatFormat, words: Words): bigint {
  const sign = words() & 1 ? format.signBit : 0n;
  const field = randomField(format, words) & format.exponentFieldMask;
  return sign | (BigInt(field) << format.fractionShift) | randomFraction(format, words);
}

/** Register contents for one operand; one single in sixteen is badly boxed. */
function randomRegister(instruction: Instruction, words: Words): bigint {
  if (instruction.reads === 'integer') {
    return BigInt.asUintN(64, BigInt.asIntN(64, random64(words)) >> BigInt(words() & 63));
  }
  const bits = randomPattern(instruction.reads, words);
  if (instruction.reads !== SINGLE) return bits;
  return (words() & 15) === 0 ? (random64(words) & ~0xffffffffn) | bits : boxSingle(bits);
}

/** The next operand: often a neighbour of the one before, so that sums cancel and comparisons are close. */
function nextRegister(instruction: Instruction, before: bigint, words: Words): bigint {
  if ((words() & 7) !== 0 || instruction.reads === 'integer') return randomRegister(instruction, words);
  const near = before + BigInt((words() & 7) - 3);
  const flipped = words() & 1 ? near ^ instruction.reads.signBit : near;
  return instruction.reads === SINGLE ? boxSingle(flipped) : BigInt.asUintN(64, flipped);
}

function randomCase(instruction: Instruction, rounding: number, words: Words): Case {
  const a = randomRegister(instruction, words);
  const b = instruction.sources > 1 ? nextRegister(instruction, a, words) : 0n;
  const c = instruction.sources > 2 ? nextRegister(instruction, b, words) : 0n;
  return { instruction, rounding, registers: [a, b, c] };
}

const INTEGERS = [31n, 32n, 53n, 63n, 64n].flatMap((shift) =>
  [-2n, -1n, 0n, 1n, 2n].map((delta) => BigInt.asUintN(64, (1n << shift) + delta)),
);

function specialRegisters({ reads }: Instruction): readonly bigint[] {
  if (reads === 'integer') return INTEGERS;
  return reads === SINGLE ? specialPatterns(reads).map(boxSingle) : specialPatterns(reads);
}

/** All combinations of special operands; of three, the third runs through every fourth only, each time another. */
function* specialCases(instruction: Instruction, rounding: number): Generator<Case> {
  const specials = specialRegisters(instruction);
  const unused: readonly bigint[] = [0n];
  let turn = rounding;
  for (const a of specials) {
    for (const b of instruction.sources > 1 ? specials : unused) {
      turn += 1;
      for (const c of instruction.sources > 2 ? specials.filter((_, k) => (k + turn) % 4 === 0) : unused) {
        yield { instruction, rounding, registers: [a, b, c] };
      }
    }
  }
}

/**
 * @param each how many random cases to draw for each instruction and rounding mode, besides the special ones
 */
export function* makeCases(
  instructions: readonly Instruction[],
  each: number,
  seed: number,
): Generator<Case> {
  const words = randomWords(seed);
  for (const instruction of instructions) {
    for (const rounding of Object.values(RoundingMode)) {
      yield* specialCases(instruction, rounding);
      for (let k = 0; k < each; k++) yield randomCase(instruction, rounding, words);
    }
  }
}
