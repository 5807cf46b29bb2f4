/**
 * A: atomic instructions (RISC-V Unprivileged ISA manual 20191213, chapter 8). The aq and rl bits order accesses
 * among harts and change nothing here, since harts run one at a time. Addresses must be aligned.
 */

import { type Definition, instruction } from './definition.ts';
import { type Pattern, pattern } from './encoding.ts';
import {
  add,
  and,
  type Expression,
  op,
  or,
  select,
  signExtend32,
  temporary,
  truth,
  x,
  xor,
} from './expressions.ts';
import { writeX } from './statements.ts';

const AMO = 0x2f;

interface Width {
  readonly suffix: 'w' | 'd';
  readonly funct3: number;
  readonly load: 'i64.load32_s' | 'i64.load';
  readonly store: 'i64.store32' | 'i64.store';
  /** The operand in rs2 as the operation reads it: a word is sign-extended like the loaded one. */
  readonly operand: Expression;
}

const WIDTHS: readonly Width[] = [
  { suffix: 'w', funct3: 2, load: 'i64.load32_s', store: 'i64.store32', operand: signExtend32(x('rs2')) },
  { suffix: 'd', funct3: 3, load: 'i64.load', store: 'i64.store', operand: x('rs2') },
];

const encoded = (width: Width, funct5: number): Pattern =>
  pattern([6, 0, AMO], [14, 12, width.funct3], [31, 27, funct5]);

type Combine = (old: Expression, operand: Expression) => Expression;

function modify(name: string, funct5: number, combine: Combine): Definition[] {
  return WIDTHS.map((width) => {
    const old = temporary('i64');
    const value = combine(old, width.operand);
    const { load, store } = width;
    return instruction(
      `${name}.${width.suffix}`,
      'R',
      encoded(width, funct5),
      [{ kind: 'modify', load, store, address: x('rs1'), old, value }, writeX('rd', old)],
      'aqrl rd,rs2,(rs1)',
    );
  });
}

function loadReserved(width: Width): Definition {
  const value = temporary('i64');
  return instruction(
    `lr.${width.suffix}`,
    'R',
    pattern([6, 0, AMO], [14, 12, width.funct3], [31, 27, 0x02], [24, 20, 0]),
    [{ kind: 'loadReserved', access: width.load, address: x('rs1'), into: value }, writeX('rd', value)],
    'aqrl rd,(rs1)',
  );
}

function storeConditional(width: Width): Definition {
  const failed = temporary('i32');
  return instruction(
    `sc.${width.suffix}`,
    'R',
    encoded(width, 0x03),
    [
      { kind: 'storeConditional', access: width.store, address: x('rs1'), value: x('rs2'), failed },
      writeX('rd', truth(failed)),
    ],
    'aqrl rd,rs2,(rs1)',
  );
}

/** The lesser or greater of two, by a comparison that says whether the first is to be kept. */
const keepIf =
  (comparison: 'i64.lt_s' | 'i64.gt_s' | 'i64.lt_u' | 'i64.gt_u'): Combine =>
  (old, operand) =>
    select(op(comparison, old, operand), old, operand);

// Words compared unsigned are sign-extended on both sides, which keeps their unsigned order.
export const atomicInstructions: readonly Definition[] = [
  ...WIDTHS.map(loadReserved),
  ...WIDTHS.map(storeConditional),
  ...modify('amoswap', 0x01, (_old, operand) => operand),
  ...modify('amoadd', 0x00, add),
  ...modify('amoxor', 0x04, xor),
  ...modify('amoand', 0x0c, and),
  ...modify('amoor', 0x08, or),
  ...modify('amomin', 0x10, keepIf('i64.lt_s')),
  ...modify('amomax', 0x14, keepIf('i64.gt_s')),
  ...modify('amominu', 0x18, keepIf('i64.lt_u')),
  ...modify('amomaxu', 0x1c, keepIf('i64.gt_u')),
];
