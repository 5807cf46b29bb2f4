/**
 * Turns fast paths into WebAssembly, the way the engine will: through the expressions of instruction definitions. Only
 * the few kinds of expression and statement that fast paths are made of are known here.
 */

import type { Arithmetic, Checked } from '../../../src/machine/float/fast/arithmetic.ts';
import { expressionArithmetic } from '../../../src/machine/float/fast/expression-arithmetic.ts';
import { type Expression, op, type Temporary, temporary } from '../../../src/machine/isa/expressions.ts';
import type { Statement } from '../../../src/machine/isa/statements.ts';
import type { FunctionBuilder } from '../../../src/machine/wasm/function-builder.ts';
import { ModuleBuilder } from '../../../src/machine/wasm/module-builder.ts';

/** A fast path of up to three operands. */
export type FastPath = <Float, Truth>(
  on: Arithmetic<Float, Truth>,
  a: Float,
  b: Float,
  c: Float,
) => Checked<Float, Truth>;

/** From operand patterns to result pattern, inexact and safe. */
export type Compiled = (a: bigint, b: bigint, c: bigint) => [bits: bigint, inexact: number, safe: number];

class Emitter {
  private readonly body: FunctionBuilder;
  private readonly locals: Map<Temporary, number>;

  constructor(body: FunctionBuilder, parameters: readonly Temporary[]) {
    this.body = body;
    this.locals = new Map(parameters.map((parameter, index) => [parameter, index]));
  }

  statement(statement: Statement): void {
    if (statement.kind !== 'let') throw new Error(`a fast path has no ${statement.kind}`);
    this.expression(statement.value);
    const local = this.body.local(statement.into.type);
    this.locals.set(statement.into, local);
    this.body.set(local);
  }

  expression(expression: Expression): void {
    switch (expression.kind) {
      case 'temporary': {
        const local = this.locals.get(expression);
        if (local === undefined) throw new Error('used before it is defined');
        this.body.get(local);
        break;
      }
      case 'constant':
        this.body.i64(expression.value);
        break;
      case 'operation':
        for (const operand of expression.operands) this.expression(operand);
        this.body.op(expression.name);
        break;
      case 'select':
        this.expression(expression.whenTrue);
        this.expression(expression.whenFalse);
        this.expression(expression.condition);
        this.body.select();
        break;
      default:
        throw new Error(`a fast path has no ${expression.kind}`);
    }
  }
}

const fromSingle = (bits: Expression): Expression =>
  op('f64.promote_f32', op('f32.reinterpret_i32', op('i32.wrap_i64', bits)));
const toSingleBits = (value: Expression): Expression =>
  op('i64.extend_i32_u', op('i32.reinterpret_f32', op('f32.demote_f64', value)));
const fromDouble = (bits: Expression): Expression => op('f64.reinterpret_i64', bits);
const toDoubleBits = (value: Expression): Expression => op('i64.reinterpret_f64', value);

/** How the operands and the result are stored. */
export interface Layout {
  readonly operands: 'single' | 'double';
  readonly result: 'single' | 'double';
}

/** The bytes of a module that exports each path under its name. */
function moduleOf(paths: Readonly<Record<string, { path: FastPath; layout: Layout }>>): Uint8Array {
  const module = new ModuleBuilder();
  const parameters = [temporary('i64'), temporary('i64'), temporary('i64')] as const;
  for (const [name, { path, layout }] of Object.entries(paths)) {
    const statements: Statement[] = [];
    const read = layout.operands === 'single' ? fromSingle : fromDouble;
    const [a, b, c] = parameters;
    const { result, inexact, safe } = path(expressionArithmetic(statements), read(a), read(b), read(c));
    const { index, body } = module.defineFunction({
      parameters: ['i64', 'i64', 'i64'],
      results: ['i64', 'i32', 'i32'],
    });
    const emitter = new Emitter(body, parameters);
    for (const statement of statements) emitter.statement(statement);
    emitter.expression(layout.result === 'single' ? toSingleBits(result) : toDoubleBits(result));
    emitter.expression(inexact);
    emitter.expression(safe);
    module.export(name, index);
  }
  return module.toBytes();
}

/** The same, compiled. Result patterns are unsigned. */
export function compile(
  paths: Readonly<Record<string, { path: FastPath; layout: Layout }>>,
): Record<string, Compiled> {
  const bytes = new Uint8Array(moduleOf(paths));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  return Object.fromEntries(
    Object.keys(paths).map((name) => {
      const run = exports[name] as Compiled;
      const compiled: Compiled = (a, b, c) => {
        const [bits, inexact, safe] = run(a, b, c);
        return [BigInt.asUintN(64, bits), inexact, safe];
      };
      return [name, compiled];
    }),
  );
}
