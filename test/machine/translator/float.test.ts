// Floating-point arithmetic in translated code is bit-exact, results and flags, where the host fuses multiplication and
// addition and where it does not, with and without the inexact flag set before.
import { setFlagsFromString } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { floatOperation } from '../../../src/machine/float/float-operation.ts';
import { HartBlock } from '../../../src/machine/layout.ts';
import { hostFusesMultiplyAdd } from '../../../src/machine/wasm/host-features.ts';
import { Random } from '../../system/isa/random.ts';
import { assemble } from '../isa/support/assemble.ts';
import { FlatMachine } from '../isa/support/flat-machine.ts';
import { inLockstep } from './support/lockstep.ts';

const CODE = 0x10000;
const DATA = 0x40000;
const COUNT = 100;
const DYNAMIC = 7;
const REPETITIONS = 16;

const OPERATIONS: readonly (readonly [name: string, isSingle: boolean])[] = ['d', 's'].flatMap((suffix) =>
  ['fadd', 'fsub', 'fmul', 'fdiv', 'fsqrt', 'fmadd', 'fmsub', 'fnmadd', 'fnmsub'].map(
    (name) => [`${name}.${suffix}`, suffix === 's'] as const,
  ),
);

/** Each operation on three operands that move through the data; results are added up as integers. */
function program(): number[] {
  const body = OPERATIONS.flatMap(([name, isSingle]) => [
    ...[1, 2, 3].map((rd) => assemble(isSingle ? 'flw' : 'fld', { rd, rs1: 11, immediate: (rd - 1) * 8 })),
    assemble(name, { rd: 4, rs1: 1, rs2: 2, rs3: 3, rounding: DYNAMIC }),
    assemble('fmv.x.d', { rd: 13, rs1: 4 }),
    assemble('mul', { rd: 12, rs1: 12, rs2: 14 }),
    assemble('add', { rd: 12, rs1: 12, rs2: 13 }),
  ]);
  const inner = [...body, assemble('addi', { rd: 11, rs1: 11, immediate: 8 })];
  const back = -4 * inner.length;
  return [
    assemble('addi', { rd: 9, rs1: 0, immediate: REPETITIONS }),
    assemble('add', { rd: 11, rs1: 8 }),
    ...inner,
    assemble('bne', { rs1: 11, rs2: 10, immediate: back }),
    assemble('addi', { rd: 9, rs1: 9, immediate: -1 }),
    assemble('bne', { rs1: 9, rs2: 0, immediate: back - 12 }),
    assemble('ecall', {}),
  ];
}

/** Patterns that crowd where arithmetic goes wrong. */
function operand(random: Random): bigint {
  const single = BigInt(random.between(0, 0xffff_ffff));
  const wide = (single << 32n) | BigInt(random.between(0, 0xffff_ffff));
  const exponent = [0n, 1n, 0x3fen, 0x3ffn, 0x400n, 0x432n, 0x7fen, 0x7ffn][random.between(0, 7)] as bigint;
  switch (random.between(0, 11)) {
    case 0:
      return wide;
    case 1:
      return (wide & ~(0x7ffn << 52n)) | (exponent << 52n);
    case 2:
      return (wide & (1n << 63n)) | (exponent << 52n) | (wide & 3n);
    case 3:
      return 0xffff_ffff_0000_0000n | single;
    case 4:
      return 0xffff_ffff_0000_0000n | (single & 0x807f_ffffn) | (0x3f80_0000n + (single & 0x80_0000n));
    default:
      return (0x3fen << 52n) + ((wide >> 9n) & ~0xffffffn);
  }
}

function machineOf(translate: boolean, rounding: number): FlatMachine {
  const machine = new FlatMachine({
    translate,
    floatOperation: (self, operation, a, b, c, mode) => {
      self.view.setInt32(HartBlock.floatFlags, 0, true);
      return floatOperation(operation, a, b, c, mode, (flags) => {
        self.view.setInt32(HartBlock.floatFlags, flags, true);
      });
    },
  });
  machine.map(CODE, 16, 3, 'rwx');
  machine.map(DATA, 64, 8, 'rw');
  machine.words(16 * 4096, program());
  const random = new Random(11);
  for (let i = 0; i < COUNT + 2; i++)
    machine.view.setBigUint64(machine.place(64 * 4096 + i * 8), operand(random), true);
  machine.setX(8, DATA);
  machine.setX(10, DATA + COUNT * 8);
  machine.setX(14, 6364136223846793005n);
  machine.view.setInt32(HartBlock.frm, rounding, true);
  machine.pc = CODE;
  return machine;
}

function compare(rounding: number): void {
  const [one, other] = [false, true].map((translate) => machineOf(translate, rounding)) as [
    FlatMachine,
    FlatMachine,
  ];
  inLockstep(one, other, new Random(3), 100_000);
  expect(other.engine.translatorFigures?.regions).toBeGreaterThan(0);
}

describe('floating-point arithmetic in lockstep', () => {
  it('without the host\u2019s fused operation', () => {
    setFlagsFromString('--no-experimental-wasm-relaxed-simd');
    compare(0);
  });
  it('with it', () => {
    setFlagsFromString('--experimental-wasm-relaxed-simd');
    expect(hostFusesMultiplyAdd()).toBe(process.arch === 'x64' || process.arch === 'arm64');
    compare(0);
  });
  it('in another rounding mode', () => compare(2));
});
