/** M: multiplication and division (RISC-V Unprivileged ISA manual 20191213, chapter 7). No case of them traps. */

import { type Definition, instruction } from './definition.ts';
import { opcodeFunct7 } from './encoding.ts';
import {
  add,
  and,
  type Expression,
  i64,
  op,
  shiftRight,
  signExtend32,
  temporary,
  x,
  zeroExtend32,
} from './expressions.ts';
import { define, type Statement, when, writeX } from './statements.ts';

const OP = 0x33;
const OP_32 = 0x3b;
const MULDIV = 1;

const multiply = (a: Expression, b: Expression): Expression => op('i64.mul', a, b);
const subtract = (a: Expression, b: Expression): Expression => op('i64.sub', a, b);

/**
 * The high 64 bits of the unsigned product, from four 32-bit products (Knuth, The Art of Computer Programming 2,
 * 4.3.1, algorithm M with base 2^32). `correct` turns it into the signed one.
 */
function multiplyHigh(
  name: string,
  funct3: number,
  correct: (high: Expression, a: Expression, b: Expression) => Expression,
): Definition {
  const [a, b, middle, cross] = [
    temporary('i64'),
    temporary('i64'),
    temporary('i64'),
    temporary('i64'),
  ] as const;
  const [lowA, highA] = [zeroExtend32(a), shiftRight(a, 32)];
  const [lowB, highB] = [zeroExtend32(b), shiftRight(b, 32)];
  const high = add(add(multiply(highA, highB), shiftRight(middle, 32)), shiftRight(cross, 32));
  return instruction(name, 'R', opcodeFunct7(OP, funct3, MULDIV), [
    define(a, x('rs1')),
    define(b, x('rs2')),
    define(middle, add(multiply(highA, lowB), shiftRight(multiply(lowA, lowB), 32))),
    define(cross, add(multiply(lowA, highB), zeroExtend32(middle))),
    writeX('rd', correct(high, a, b)),
  ]);
}

/** b if a is negative, else 0: what a signed reading of `a` takes off the unsigned high product. */
const whereNegative = (a: Expression, b: Expression): Expression => and(op('i64.shr_s', a, i64(63)), b);

interface Division {
  readonly prepare: (value: Expression) => Expression;
  readonly finish: (value: Expression) => Expression;
  readonly operation: 'i64.div_s' | 'i64.div_u' | 'i64.rem_s' | 'i64.rem_u';
}

/**
 * By zero the quotient is all ones and the remainder the dividend. -2^63 / -1, which WebAssembly traps on, is -2^63:
 * the negated dividend.
 */
function division(name: string, opcode: number, funct3: number, how: Division): Definition {
  const [a, b] = [temporary('i64'), temporary('i64')] as const;
  const isQuotient = how.operation.startsWith('i64.div');
  const byZero = writeX('rd', isQuotient ? i64(-1) : how.finish(a));
  const ordinary = writeX('rd', how.finish(op(how.operation, a, b)));
  const nonZero: Statement =
    how.operation === 'i64.div_s'
      ? when(op('i64.eq', b, i64(-1)), [writeX('rd', how.finish(subtract(i64(0), a)))], [ordinary])
      : ordinary;
  return instruction(name, 'R', opcodeFunct7(opcode, funct3, MULDIV), [
    define(a, how.prepare(x('rs1'))),
    define(b, how.prepare(x('rs2'))),
    when(op('i64.eqz', b), [byZero], [nonZero]),
  ]);
}

const whole = (value: Expression): Expression => value;
const divide = (name: string, funct3: number, operation: Division['operation']): Definition =>
  division(name, OP, funct3, { prepare: whole, finish: whole, operation });
const divideWord = (name: string, funct3: number, operation: Division['operation']): Definition =>
  division(name, OP_32, funct3, {
    prepare: operation.endsWith('s') ? signExtend32 : zeroExtend32,
    finish: signExtend32,
    operation,
  });

export const multiplyInstructions: readonly Definition[] = [
  instruction('mul', 'R', opcodeFunct7(OP, 0, MULDIV), [writeX('rd', multiply(x('rs1'), x('rs2')))]),
  multiplyHigh('mulh', 1, (high, a, b) => subtract(subtract(high, whereNegative(a, b)), whereNegative(b, a))),
  multiplyHigh('mulhsu', 2, (high, a, b) => subtract(high, whereNegative(a, b))),
  multiplyHigh('mulhu', 3, (high) => high),
  divide('div', 4, 'i64.div_s'),
  divide('divu', 5, 'i64.div_u'),
  divide('rem', 6, 'i64.rem_s'),
  divide('remu', 7, 'i64.rem_u'),
  instruction('mulw', 'R', opcodeFunct7(OP_32, 0, MULDIV), [
    writeX('rd', signExtend32(multiply(x('rs1'), x('rs2')))),
  ]),
  divideWord('divw', 4, 'i64.div_s'),
  divideWord('divuw', 5, 'i64.div_u'),
  divideWord('remw', 6, 'i64.rem_s'),
  divideWord('remuw', 7, 'i64.rem_u'),
];
