/**
 * The fast paths against the exact one: wherever a fast path calls itself safe, its result and its flags must be the
 * exact ones under round-to-nearest-even; and it must call itself safe wherever its file promises to be.
 *
 * Each is run twice: on numbers, and as the WebAssembly made from it.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDoubles,
  divideDoubles,
  fusedMultiplyAddDoubles,
  isOrdinaryDouble,
  multiplyDoubles,
  squareRootOfDouble,
  subtractDoubles,
  truncateDouble,
} from '../../../src/machine/float/fast/double.ts';
import { hostArithmetic } from '../../../src/machine/float/fast/host-arithmetic.ts';
import {
  addSingles,
  divideSingles,
  doubleToSingle,
  fusedMultiplyAddSingles,
  isOrdinarySingle,
  multiplySingles,
  squareRootOfSingle,
  subtractSingles,
} from '../../../src/machine/float/fast/single.ts';
import { floatOperation } from '../../../src/machine/float/float-operation.ts';
import { DOUBLE, type FloatFormat, SINGLE } from '../../../src/machine/float/format.ts';
import {
  FloatFlag,
  FloatOperation,
  type FloatOperationName,
  RoundingMode,
} from '../../../src/machine/isa/float-operations.ts';
import { compile, type FastPath, type Layout } from './fast-in-wasm.ts';
import {
  bitsOfDouble,
  bitsOfSingle,
  doubleOf,
  type Outcome,
  observe,
  patterns,
  singleOf,
} from './operands.ts';

const RUNS = { numRuns: 10_000, seed: 20260102 };

const DOUBLES: Layout = { operands: 'double', result: 'double' };
const SINGLES: Layout = { operands: 'single', result: 'single' };
const NARROWING: Layout = { operands: 'double', result: 'single' };

/** In the order of the table, each path with the exact operation it stands for. */
const PATHS: Partial<Record<FloatOperationName, { path: FastPath; layout: Layout }>> = {
  addDouble: { path: addDoubles, layout: DOUBLES },
  subtractDouble: { path: subtractDoubles, layout: DOUBLES },
  multiplyDouble: { path: multiplyDoubles, layout: DOUBLES },
  divideDouble: { path: divideDoubles, layout: DOUBLES },
  squareRootDouble: { path: squareRootOfDouble, layout: DOUBLES },
  fusedMultiplyAddDouble: { path: fusedMultiplyAddDoubles, layout: DOUBLES },
  addSingle: { path: addSingles, layout: SINGLES },
  subtractSingle: { path: subtractSingles, layout: SINGLES },
  multiplySingle: { path: multiplySingles, layout: SINGLES },
  divideSingle: { path: divideSingles, layout: SINGLES },
  squareRootSingle: { path: squareRootOfSingle, layout: SINGLES },
  fusedMultiplyAddSingle: { path: fusedMultiplyAddSingles, layout: SINGLES },
  doubleToSingle: { path: doubleToSingle, layout: NARROWING },
};
const NAMES = Object.keys(PATHS) as FloatOperationName[];

const FORMATS: Record<Layout['operands'], FloatFormat> = { single: SINGLE, double: DOUBLE };
const VALUE_OF = { single: singleOf, double: doubleOf };
const BITS_OF = { single: bitsOfSingle, double: bitsOfDouble };

const IN_WASM = compile(PATHS as Record<string, { path: FastPath; layout: Layout }>);

function entryOf(name: FloatOperationName): { path: FastPath; layout: Layout } {
  const entry = PATHS[name];
  if (entry === undefined) throw new Error(`no fast path for ${name}`);
  return entry;
}

function exact(name: FloatOperationName, a: bigint, b: bigint, c: bigint): Outcome {
  return observe((raise) => floatOperation(FloatOperation[name], a, b, c, RoundingMode.rne, raise));
}

interface FastOutcome extends Outcome {
  readonly safe: boolean;
}

function onHost(name: FloatOperationName, a: bigint, b: bigint, c: bigint): FastOutcome {
  const { path, layout } = entryOf(name);
  const value = VALUE_OF[layout.operands];
  const { result, inexact, safe } = path(hostArithmetic, value(a), value(b), value(c));
  return { bits: BITS_OF[layout.result](result), flags: inexact ? FloatFlag.nx : 0, safe };
}

function inWasm(name: FloatOperationName, a: bigint, b: bigint, c: bigint): FastOutcome {
  const run = IN_WASM[name];
  if (run === undefined) throw new Error(`${name} was not compiled`);
  const [bits, inexact, safe] = run(a, b, c);
  return { bits, flags: inexact === 1 ? FloatFlag.nx : 0, safe: safe === 1 };
}

/** Whether both ways of running agree with the exact path where safe; throws if not. */
function agree(name: FloatOperationName, a: bigint, b: bigint, c: bigint): boolean {
  const want = exact(name, a, b, c);
  const host = onHost(name, a, b, c);
  const wasm = inWasm(name, a, b, c);
  if (wasm.safe !== host.safe) throw new Error('safe on the host but not in WebAssembly, or the reverse');
  if (host.safe)
    expect({ host, wasm }).toEqual({ host: { ...want, safe: true }, wasm: { ...want, safe: true } });
  return host.safe;
}

/** Operands within 2^low to 2^high in magnitude, few significant bits or many, or zero. */
function moderate(format: FloatFormat, low: number, high: number): fc.Arbitrary<bigint> {
  const field = fc.integer({ min: format.bias + low, max: format.bias + high - 1 });
  const fraction = fc.oneof(
    fc.bigInt({ min: 0n, max: format.hiddenBit - 1n }),
    fc.bigInt({ min: 0n, max: 7n }),
    fc.bigInt({ min: 0n, max: 63n }).map((top) => top << (format.fractionShift - 6n)),
  );
  const number = fc
    .tuple(fc.boolean(), field, fraction)
    .map(
      ([negative, exponent, bits]) =>
        (negative ? format.signBit : 0n) | (BigInt(exponent) << format.fractionShift) | bits,
    );
  return fc.oneof(
    { weight: 12, arbitrary: number },
    { weight: 1, arbitrary: fc.constantFrom(0n, format.signBit) },
  );
}

function moderateFor({ operands }: Layout): fc.Arbitrary<bigint> {
  return operands === 'single' ? moderate(SINGLE, -40, 40) : moderate(DOUBLE, -400, 400);
}

/** Division by zero and roots of negative numbers are never safe: they are not promised. */
function isPromised(name: FloatOperationName, layout: Layout, a: bigint, b: bigint): boolean {
  const value = VALUE_OF[layout.operands];
  if (name.startsWith('divide')) return value(b) !== 0;
  return !name.startsWith('squareRoot') || value(a) >= 0;
}

describe.each(NAMES)('%s', (name) => {
  const { layout } = entryOf(name);
  const any = patterns(FORMATS[layout.operands]);

  test('is exact wherever it calls itself safe', () => {
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        agree(name, a, b, c);
      }),
      RUNS,
    );
  });

  test('is safe where it promises to be', () => {
    // Doubles far outside the singles' range overflow or underflow when narrowed.
    const operand = name === 'doubleToSingle' ? moderate(DOUBLE, -40, 40) : moderateFor(layout);
    fc.assert(
      fc.property(operand, operand, operand, (a, b, c) => {
        const promised = isPromised(name, layout, a, b);
        expect(agree(name, a, b, c) || !promised).toBe(true);
      }),
      RUNS,
    );
  });

  test('is never safe with an infinity or a NaN', () => {
    const { infinity, canonicalNaN, signBit } = FORMATS[layout.operands];
    const special = fc.constantFrom(infinity, infinity | signBit, canonicalNaN, infinity + 1n);
    fc.assert(
      fc.property(any, any, special, (a, b, x) => {
        const unary = /squareRoot|To/.test(name);
        const places: [bigint, bigint, bigint][] = unary
          ? [[x, a, b]]
          : [
              [x, a, b],
              [a, x, b],
            ];
        if (name.startsWith('fused')) places.push([a, b, x]);
        for (const operands of places) expect(agree(name, ...operands)).toBe(false);
      }),
      { ...RUNS, numRuns: 2000 },
    );
  });
});

/** Where fused multiply-add is hard: sums that nearly cancel, and products a hair beside half a last place of c. */
describe.each([
  ['fusedMultiplyAddDouble', DOUBLE],
  ['fusedMultiplyAddSingle', SINGLE],
] as const)('%s in the hard places', (name, format) => {
  const layout = entryOf(name).layout;
  const value = VALUE_OF[layout.operands];
  const bits = BITS_OF[layout.operands];
  const factor = moderateFor(layout);
  const nudge = fc.bigInt({ min: -4n, max: 4n });

  test('cancellation', () => {
    fc.assert(
      fc.property(factor, factor, nudge, (a, b, delta) => {
        const opposite = BigInt.asUintN(format.width, bits(-value(a) * value(b)) + delta);
        agree(name, a, b, opposite);
      }),
      RUNS,
    );
  });

  test('near ties', () => {
    const addend = fc.bigInt({ min: 0n, max: format.hiddenBit - 1n });
    const shape = fc.integer({ min: 1, max: format.fractionBits });
    const place = fc.integer({ min: -2, max: 2 });
    const signs = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());
    let ties = 0;
    fc.assert(
      fc.property(addend, shape, shape, place, signs, (low, i, j, k, [p, q, r]) => {
        // (1 +- 2^-i) * (1 +- 2^-j) * 2^(k - precision) against a c between one and two.
        const a = bits((p ? 1 : -1) * (1 + 2 ** -i));
        const b = bits((1 + (q ? 1 : -1) * 2 ** -j) * 2 ** (k - format.precision));
        const c = (BigInt(format.bias) << format.fractionShift) | low | (r ? format.signBit : 0n);
        expect(agree(name, a, b, c)).toBe(true);
        ties += k === 0 ? 1 : 0;
      }),
      RUNS,
    );
    expect(ties).toBeGreaterThan(1000);
  });

  test('exact ties and what breaks them', () => {
    const addend = fc.bigInt({ min: 0n, max: format.hiddenBit - 1n });
    fc.assert(
      fc.property(addend, fc.integer({ min: 1, max: format.fractionBits }), fc.boolean(), (low, i, up) => {
        // (1 + 2^-i) * (1 - 2^-i) = 1 - 2^-2i: beside the tie by less than the sum can show.
        const c = (BigInt(format.bias) << format.fractionShift) | low;
        const half = 2 ** -format.precision;
        const tie = agree(name, bits(1), bits(up ? half : -half), c);
        const a = bits(1 + 2 ** -i);
        const below = agree(name, a, bits((up ? 1 : -1) * (1 - 2 ** -i) * half), c);
        expect(tie && below).toBe(true);
      }),
      RUNS,
    );
  });
});

test('an ordinary result raises nothing but NX', () => {
  const operations = NAMES.filter((name) => !name.startsWith('doubleTo'));
  fc.assert(
    fc.property(
      fc.constantFrom(...operations),
      patterns(DOUBLE),
      patterns(DOUBLE),
      patterns(DOUBLE),
      (name, a, b, c) => {
        const single = name.endsWith('Single');
        const { bits, flags } = exact(name, a, b, c);
        const ordinary = single
          ? isOrdinarySingle(hostArithmetic, singleOf(bits))
          : isOrdinaryDouble(hostArithmetic, doubleOf(bits));
        if (ordinary) expect(flags & ~FloatFlag.nx).toBe(0);
      },
    ),
    RUNS,
  );
});

test.each([
  ['doubleToInt32', -(2 ** 31) - 1, 2 ** 31, 32],
  ['doubleToUint32', -1, 2 ** 32, 32],
  ['doubleToInt64', -(2 ** 63) - 2 ** 11, 2 ** 63, 64],
  ['doubleToUint64', -1, 2 ** 64, 64],
] as const)('truncation for %s', (name, low, high, width) => {
  const edge = fc
    .tuple(
      fc.constantFrom(low, high, 0),
      fc.integer({ min: -4, max: 4 }),
      fc.constantFrom(0.25, 0.5, 1, 1024, 2048),
    )
    .map(([bound, steps, step]) => bound + steps * step);
  let safeCases = 0;
  fc.assert(
    fc.property(fc.oneof(patterns(DOUBLE).map(doubleOf), edge), (value) => {
      const { result, inexact, safe } = truncateDouble(hostArithmetic, value, low, high);
      const want = observe((raise) =>
        floatOperation(FloatOperation[name], bitsOfDouble(value), 0n, 0n, RoundingMode.rtz, raise),
      );
      expect(safe).toBe((want.flags & FloatFlag.nv) === 0);
      if (!safe) return;
      safeCases += 1;
      expect(BigInt.asUintN(64, BigInt.asIntN(width, BigInt(result)))).toBe(want.bits);
      expect(inexact).toBe(want.flags === FloatFlag.nx);
    }),
    RUNS,
  );
  expect(safeCases).toBeGreaterThan(1000);
});
