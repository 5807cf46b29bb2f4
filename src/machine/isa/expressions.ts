/**
 * The language in which the meaning of an instruction is written: typed expressions without effects.
 *
 * Operands are abstract: `x('rs1')` is "the integer register the rs1 field names". An interpreter reads the field at run
 * time from its decoded slot; a translator knows it as a constant. Operation names are those of WebAssembly, which
 * both are generated to, so that an expression has exactly one meaning.
 *
 * Use: build expressions with the functions below; they check operand types at once.
 */

import { type PlainName, plainInstruction, type ValueType } from '../wasm/instructions.ts';

export type { ValueType } from '../wasm/instructions.ts';

/** Register fields of an encoding. */
export type RegisterField = 'rd' | 'rs1' | 'rs2' | 'rs3';

/** Integer registers x0..x31, or floating-point registers f0..f31 as 64-bit patterns. */
export type RegisterFile = 'x' | 'f';

/** A value computed once inside one instruction; its identity is the object. */
export interface Temporary {
  readonly kind: 'temporary';
  readonly type: ValueType;
}

export type Expression =
  | Temporary
  | { readonly kind: 'constant'; readonly type: 'i32' | 'i64'; readonly value: bigint }
  | {
      readonly kind: 'register';
      readonly type: 'i64';
      readonly file: RegisterFile;
      readonly field: RegisterField;
    }
  /** The low half of an integer register; only in what is made from meanings (narrow.ts). */
  | { readonly kind: 'lowRegister'; readonly type: 'i32'; readonly field: RegisterField }
  | { readonly kind: 'floatConstant'; readonly type: 'f32' | 'f64'; readonly value: number }
  /** The number in a register field, for the few instructions that use the field itself (csrrwi). */
  | { readonly kind: 'field'; readonly type: 'i64'; readonly field: RegisterField }
  /** The immediate operand, sign-extended. */
  | { readonly kind: 'immediate'; readonly type: 'i64' }
  /** The address of this instruction. */
  | { readonly kind: 'pc'; readonly type: 'i64' }
  /** The address of the instruction after this one. */
  | { readonly kind: 'nextPc'; readonly type: 'i64' }
  /** The rounding mode in force: the `rm` field, or `frm` where the field says so; valid modes only. */
  | { readonly kind: 'rounding'; readonly type: 'i32' }
  /** A field of the floating-point control and status register. */
  | { readonly kind: 'floatStatus'; readonly type: 'i32'; readonly field: 'fflags' | 'frm' }
  /** 1 where the host multiplies and adds with one rounding, so that `fusedMultiplyAdd` may be used; else 0. */
  | { readonly kind: 'hostFuses'; readonly type: 'i32' }
  /** a * b + c with one rounding, in round-to-nearest-even. */
  | {
      readonly kind: 'fusedMultiplyAdd';
      readonly type: 'f32' | 'f64';
      readonly operands: readonly [Expression, Expression, Expression];
    }
  | {
      readonly kind: 'operation';
      readonly type: ValueType;
      readonly name: PlainName;
      readonly operands: readonly Expression[];
    }
  | {
      readonly kind: 'select';
      readonly type: ValueType;
      readonly condition: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
    };

export const x = (field: RegisterField): Expression => ({ kind: 'register', type: 'i64', file: 'x', field });
export const f = (field: RegisterField): Expression => ({ kind: 'register', type: 'i64', file: 'f', field });
export const lowRegister = (field: RegisterField): Expression => ({
  kind: 'lowRegister',
  type: 'i32',
  field,
});
export const fieldNumber = (field: RegisterField): Expression => ({ kind: 'field', type: 'i64', field });
export const immediate: Expression = { kind: 'immediate', type: 'i64' };
export const pc: Expression = { kind: 'pc', type: 'i64' };
export const nextPc: Expression = { kind: 'nextPc', type: 'i64' };
export const rounding: Expression = { kind: 'rounding', type: 'i32' };
export const fflags: Expression = { kind: 'floatStatus', type: 'i32', field: 'fflags' };
export const frm: Expression = { kind: 'floatStatus', type: 'i32', field: 'frm' };

export const i64 = (value: number | bigint): Expression => ({
  kind: 'constant',
  type: 'i64',
  value: BigInt.asIntN(64, BigInt(value)),
});
export const i32 = (value: number): Expression => ({
  kind: 'constant',
  type: 'i32',
  value: BigInt.asIntN(32, BigInt(value)),
});

export const floatConstant = (type: 'f32' | 'f64', value: number): Expression => ({
  kind: 'floatConstant',
  type,
  value,
});

export const temporary = (type: ValueType): Temporary => ({ kind: 'temporary', type });

/** A WebAssembly operation on expressions. */
export function op(name: PlainName, ...operands: readonly Expression[]): Expression {
  const { operands: expected, result } = plainInstruction(name);
  if (operands.length !== expected.length || operands.some((operand, i) => operand.type !== expected[i])) {
    throw new Error(`${name} applied to (${operands.map((operand) => operand.type).join(', ')})`);
  }
  return { kind: 'operation', type: result, name, operands };
}

export const hostFuses: Expression = { kind: 'hostFuses', type: 'i32' };

/** a * b + c, all of the type; only under the condition `hostFuses`. */
export function fusedMultiplyAdd(
  type: 'f32' | 'f64',
  ...operands: readonly [Expression, Expression, Expression]
): Expression {
  if (operands.some((operand) => operand.type !== type))
    throw new Error('ill-typed multiplication and addition');
  return { kind: 'fusedMultiplyAdd', type, operands };
}

/** `condition ? whenTrue : whenFalse`, both computed. */
export function select(condition: Expression, whenTrue: Expression, whenFalse: Expression): Expression {
  if (condition.type !== 'i32' || whenTrue.type !== whenFalse.type) throw new Error('ill-typed select');
  return { kind: 'select', type: whenTrue.type, condition, whenTrue, whenFalse };
}

// Frequent shapes.
export const add = (a: Expression, b: Expression): Expression => op('i64.add', a, b);
export const and = (a: Expression, b: Expression): Expression => op('i64.and', a, b);
export const or = (a: Expression, b: Expression): Expression => op('i64.or', a, b);
export const xor = (a: Expression, b: Expression): Expression => op('i64.xor', a, b);
export const not = (a: Expression): Expression => op('i64.xor', a, i64(-1));
export const shiftRight = (a: Expression, count: number): Expression => op('i64.shr_u', a, i64(count));
export const shiftLeft = (a: Expression, count: number): Expression => op('i64.shl', a, i64(count));

/** A comparison's 0 or 1 as a register value. */
export const truth = (condition: Expression): Expression => op('i64.extend_i32_u', condition);

/** The low 32 bits, sign-extended: how RV64 keeps 32-bit results. */
export const signExtend32 = (value: Expression): Expression => op('i64.extend32_s', value);
export const zeroExtend32 = (value: Expression): Expression => and(value, i64(0xffffffffn));
export const low32 = (value: Expression): Expression => op('i32.wrap_i64', value);
export const fromInt32 = (value: Expression): Expression => op('i64.extend_i32_s', value);
