/**
 * The fast paths' arithmetic as expressions of the language in which instructions are defined.
 *
 * Each operation is defined into a temporary of its own, appended to a list of statements, so that it is computed once
 * however often it is used. Doubles are f64 expressions, truth values i32.
 */

import { type Expression, i64, op, select, temporary, type ValueType } from '../../isa/expressions.ts';
import { define, type Statement } from '../../isa/statements.ts';
import type { PlainName } from '../../wasm/instructions.ts';
import type { Arithmetic } from './arithmetic.ts';

function bitsOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/**
 * @param statements receives the definitions, in order; put them before any use of the values
 */
export function expressionArithmetic(statements: Statement[]): Arithmetic<Expression, Expression> {
  const keep = (type: ValueType, value: Expression): Expression => {
    const name = temporary(type);
    statements.push(define(name, value));
    return name;
  };
  const one = (name: PlainName) => (a: Expression) => keep('f64', op(name, a));
  const two = (name: PlainName) => (a: Expression, b: Expression) => keep('f64', op(name, a, b));
  const truth = (name: PlainName) => (a: Expression, b: Expression) => keep('i32', op(name, a, b));
  return {
    constant: (value) => op('f64.reinterpret_i64', i64(bitsOf(value))),
    add: two('f64.add'),
    subtract: two('f64.sub'),
    multiply: two('f64.mul'),
    divide: two('f64.div'),
    squareRoot: one('f64.sqrt'),
    negate: one('f64.neg'),
    absolute: one('f64.abs'),
    minimum: two('f64.min'),
    maximum: two('f64.max'),
    truncate: one('f64.trunc'),
    toSingle: (a) => keep('f64', op('f64.promote_f32', op('f32.demote_f64', a))),
    equal: truth('f64.eq'),
    differ: truth('f64.ne'),
    less: truth('f64.lt'),
    lessOrEqual: truth('f64.le'),
    and: truth('i32.and'),
    or: truth('i32.or'),
    choose: (condition, whenTrue, whenFalse) => keep('f64', select(condition, whenTrue, whenFalse)),
  };
}
