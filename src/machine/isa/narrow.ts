/**
 * Meanings for operands that are narrow: registers that are known to hold 32 bits, sign-extended, as RV64 keeps `int`. What can be
 * computed in 32 bits then is, without the extensions between the steps of a computation.
 *
 * A write whose value has type i32 means that the register gets this value sign-extended. `lowRegister` is the low half of a register.
 */

import type { PlainName } from '../wasm/instructions.ts';
import type { Decoded } from './decoder.ts';
import { type Expression, i32, lowRegister, op, type RegisterField, type Temporary } from './expressions.ts';
import type { Statement } from './statements.ts';

/** What is known of the operands of an instruction. */
export interface OperandFacts {
  /** Does the integer register hold 32 bits, sign-extended? */
  isNarrow(field: RegisterField): boolean;
  /** Is it x0? */
  isZero(field: RegisterField): boolean;
  readonly immediate: 'negative' | 'zero' | 'positive';
}

const FIELDS: readonly RegisterField[] = ['rs1', 'rs2', 'rs3'];
const SIGNS = ['negative', 'zero', 'positive'] as const;
/** Bits for the sign of the immediate; two for each field are above them. */
const SIGN_BITS = 2;

/** The facts as a number, for a set of narrow registers. */
export function packFacts(decoded: Decoded, narrow: number): number {
  let packed = Math.sign(decoded.immediate) + 1;
  FIELDS.forEach((field, index) => {
    const number = decoded[field];
    const isNarrow = number === 0 || ((narrow >>> number) & 1) !== 0;
    packed |= ((number === 0 ? 2 : 0) | (isNarrow ? 1 : 0)) << (2 * index + SIGN_BITS);
  });
  return packed;
}

export function unpackFacts(packed: number): OperandFacts {
  const of = (field: RegisterField): number => packed >>> (2 * FIELDS.indexOf(field) + SIGN_BITS);
  return {
    isNarrow: (field) => (of(field) & 1) !== 0,
    isZero: (field) => (of(field) & 2) !== 0,
    immediate: SIGNS[packed & 3] as OperandFacts['immediate'],
  };
}

/** The same meaning, narrow where that can be. What stands under a condition is left as it is. */
export function narrowed(meaning: readonly Statement[], facts: OperandFacts): readonly Statement[] {
  const writer = new Narrower(facts);
  return meaning.map((statement) => writer.statement(statement));
}

/** Operations on 64 bits whose low half depends on the operands' low halves only, and of a wider result on nothing else. */
const LOW_HALVES: ReadonlyMap<PlainName, PlainName> = new Map([
  ['i64.add', 'i32.add'],
  ['i64.sub', 'i32.sub'],
  ['i64.mul', 'i32.mul'],
  ['i64.and', 'i32.and'],
  ['i64.or', 'i32.or'],
  ['i64.xor', 'i32.xor'],
]);

/** Operations of which narrow operands make a narrow result. */
const BITWISE: ReadonlySet<PlainName> = new Set(['i64.and', 'i64.or', 'i64.xor']);

/** Comparisons that come out the same for sign-extended values: extension keeps their order, of unsigned numbers, too. */
const COMPARISONS: ReadonlyMap<PlainName, PlainName> = new Map([
  ['i64.eqz', 'i32.eqz'],
  ['i64.eq', 'i32.eq'],
  ['i64.ne', 'i32.ne'],
  ['i64.lt_s', 'i32.lt_s'],
  ['i64.lt_u', 'i32.lt_u'],
  ['i64.gt_s', 'i32.gt_s'],
  ['i64.gt_u', 'i32.gt_u'],
  ['i64.ge_s', 'i32.ge_s'],
  ['i64.ge_u', 'i32.ge_u'],
]);

/** Loads whose 64-bit result is narrow. */
const NARROW_LOADS: ReadonlySet<string> = new Set([
  'i64.load32_s',
  'i64.load16_s',
  'i64.load16_u',
  'i64.load8_s',
  'i64.load8_u',
]);

const isInt32 = (value: bigint): boolean => BigInt.asIntN(32, value) === value;

// scratch: one per meaning
class Narrower {
  private readonly facts: OperandFacts;
  private readonly temporaries = new Set<Temporary>();

  constructor(facts: OperandFacts) {
    this.facts = facts;
  }

  statement(statement: Statement): Statement {
    switch (statement.kind) {
      case 'let':
        if (this.narrow(statement.value) !== undefined) this.temporaries.add(statement.into);
        return { ...statement, value: this.rewritten(statement.value) };
      case 'write':
        return { ...statement, value: this.written(statement) };
      case 'load':
      case 'loadReserved':
        if (NARROW_LOADS.has(statement.access)) this.temporaries.add(statement.into);
        return statement;
      case 'store':
        return { ...statement, value: this.rewritten(statement.value) };
      case 'branch':
        return { ...statement, condition: this.rewritten(statement.condition) };
      default:
        return statement;
    }
  }

  private written({ file, value }: Statement & { kind: 'write' }): Expression {
    return (file === 'x' ? this.narrow(value) : undefined) ?? this.rewritten(value);
  }

  /** The expression in 32 bits whose sign-extension the given one is, if it is known to be one. */
  private narrow(expression: Expression): Expression | undefined {
    switch (expression.kind) {
      case 'constant':
        return isInt32(expression.value) ? i32(Number(expression.value)) : undefined;
      case 'immediate':
        return this.low(expression);
      case 'register':
        if (expression.file !== 'x' || !this.facts.isNarrow(expression.field)) return undefined;
        return this.low(expression);
      case 'temporary':
        return this.temporaries.has(expression) ? this.low(expression) : undefined;
      case 'operation':
        return this.narrowOperation(expression);
      default:
        return undefined;
    }
  }

  private narrowOperation(operation: Expression & { kind: 'operation' }): Expression | undefined {
    const { name, operands } = operation;
    const [a, b] = operands as readonly [Expression, Expression];
    switch (name) {
      case 'i64.extend_i32_s':
        return this.rewritten(a);
      case 'i64.extend32_s':
        return this.low(a);
      case 'i64.extend8_s':
      case 'i64.extend16_s':
        return op(name === 'i64.extend8_s' ? 'i32.extend8_s' : 'i32.extend16_s', this.low(a));
      case 'i64.extend_i32_u':
        return isComparison(a) ? this.rewritten(a) : undefined;
      case 'i64.add':
        if (this.isZero(a)) return this.narrow(b);
        return this.isZero(b) ? this.narrow(a) : undefined;
      default: {
        const areNarrow = BITWISE.has(name) && this.narrow(a) !== undefined && this.narrow(b) !== undefined;
        return areNarrow || (name === 'i64.and' && this.isMask(b)) ? this.low(operation) : undefined;
      }
    }
  }

  private isZero(expression: Expression): boolean {
    if (expression.kind === 'immediate') return this.facts.immediate === 'zero';
    return expression.kind === 'register' && expression.file === 'x' && this.facts.isZero(expression.field);
  }

  /** Is it a number that clears bit 31 and all above, of whatever it is joined with by `and`? */
  private isMask(expression: Expression): boolean {
    if (expression.kind === 'constant') return expression.value >= 0n && isInt32(expression.value);
    return expression.kind === 'immediate' && this.facts.immediate !== 'negative';
  }

  /** The low half of a value of 64 bits. */
  private low(expression: Expression): Expression {
    if (expression.kind === 'constant') return i32(Number(BigInt.asIntN(32, expression.value)));
    if (expression.kind === 'register' && expression.file === 'x') return lowRegister(expression.field);
    if (expression.kind === 'operation') {
      const narrow = LOW_HALVES.get(expression.name);
      if (narrow !== undefined) return op(narrow, ...expression.operands.map((operand) => this.low(operand)));
      if (expression.name === 'i64.extend_i32_s') return this.rewritten(expression.operands[0] as Expression);
    }
    return op('i32.wrap_i64', this.rewritten(expression));
  }

  /** The same value of the same type. */
  private rewritten(expression: Expression): Expression {
    if (expression.kind === 'select') {
      const { condition, whenTrue, whenFalse } = expression;
      const [a, b] = [this.rewritten(whenTrue), this.rewritten(whenFalse)];
      return { ...expression, condition: this.rewritten(condition), whenTrue: a, whenFalse: b };
    }
    if (expression.kind !== 'operation') return expression;
    const { name, operands } = expression;
    if (name === 'i32.wrap_i64') return this.low(operands[0] as Expression);
    const comparison = COMPARISONS.get(name);
    const narrow = comparison === undefined ? [] : operands.map((operand) => this.narrow(operand));
    if (comparison !== undefined && narrow.every((one) => one !== undefined))
      return op(comparison, ...narrow);
    return { ...expression, operands: operands.map((operand) => this.rewritten(operand)) };
  }
}

const COMPARISON = /\.(eqz?|ne|[lg][te](_[su])?)$/;
const isComparison = (expression: Expression): boolean =>
  expression.kind === 'operation' && COMPARISON.test(expression.name);
