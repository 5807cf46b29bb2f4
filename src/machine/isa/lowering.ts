/**
 * Turns the meaning of an instruction into WebAssembly. What depends on the engine (where registers are, how memory is
 * reached, what a jump is) is the target's; everything else is done here, once for all engines.
 */

import type { FunctionBuilder } from '../wasm/function-builder.ts';
import type { LoadName, StoreName } from '../wasm/instructions.ts';
import type { Expression, RegisterField, RegisterFile, Temporary, ValueType } from './expressions.ts';
import type { FloatOperationNumber } from './float-operations.ts';
import { type Statement, visitStatements } from './statements.ts';

/** Writes code that leaves a value on the WebAssembly stack. */
export type Push = () => void;

export interface Target {
  readonly builder: FunctionBuilder;
  /** May it use the host's fused multiplication and addition? */
  readonly fusesMultiplyAdd: boolean;
  pushRegister(file: RegisterFile, field: RegisterField): void;
  /** The low half of an integer register. */
  pushLowRegister(field: RegisterField): void;
  /** @param isNarrow is the value an i32, which the register gets sign-extended? */
  writeRegister(file: RegisterFile, field: RegisterField, value: Push, isNarrow: boolean): void;
  pushField(field: RegisterField): void;
  pushInteger(type: 'i32' | 'i64', value: bigint): void;
  pushFloat(type: 'f32' | 'f64', value: number): void;
  pushImmediate(): void;
  pushPc(): void;
  pushNextPc(): void;
  pushRounding(): void;
  pushFloatStatus(field: 'fflags' | 'frm'): void;
  writeFloatStatus(field: 'fflags' | 'frm', value: Push): void;
  load(access: LoadName, address: Push, into: number): void;
  store(access: StoreName, address: Push, value: Push): void;
  loadReserved(access: LoadName, address: Push, into: number): void;
  storeConditional(access: StoreName, address: Push, value: Push, failed: number): void;
  modify(load: LoadName, store: StoreName, address: Push, old: number, value: Push): void;
  rarely(body: () => void): void;
  jump(): void;
  jumpTo(target: Push): void;
  branch(condition: Push): void;
  trap(cause: number, value: Push): void;
  system(): void;
  exactFloat(operation: FloatOperationNumber, operands: readonly Push[], into: number, flags: number): void;
}

/** Locals of a function that instructions share: one instruction's temporaries do not outlive it. */
// scratch: one per function that is generated
export class LocalPool {
  private readonly builder: FunctionBuilder;
  private readonly free = new Map<ValueType, number[]>();
  private readonly taken: { type: ValueType; local: number }[] = [];

  constructor(builder: FunctionBuilder) {
    this.builder = builder;
  }

  take(type: ValueType): number {
    const local = this.free.get(type)?.pop() ?? this.builder.local(type);
    this.taken.push({ type, local });
    return local;
  }

  releaseAll(): void {
    for (const { type, local } of this.taken.splice(0)) {
      const list = this.free.get(type) ?? [];
      list.push(local);
      this.free.set(type, list);
    }
  }
}

// scratch: one per function that is generated
export class Lowering {
  private readonly target: Target;
  private readonly locals: LocalPool;
  private readonly temporaries = new Map<Temporary, number>();

  constructor(target: Target, locals: LocalPool) {
    this.target = target;
    this.locals = locals;
  }

  /** A whole meaning. */
  meaning(list: readonly Statement[]): void {
    this.clearConditional(list);
    this.statements(list);
  }

  /**
   * Gives every temporary that is defined under a condition a value at once. Otherwise what its local held before would
   * count as used: in a loop of many instructions it would stay alive around the loop, at the expense of registers.
   */
  private clearConditional(list: readonly Statement[]): void {
    for (const statement of list) {
      if (statement.kind !== 'if') continue;
      visitStatements([...statement.whenTrue, ...statement.whenFalse], (inner) => {
        if (inner.kind === 'let' && !this.temporaries.has(inner.into)) this.clear(inner.into);
      });
    }
  }

  private clear(temporary: Temporary): void {
    const { builder } = this.target;
    if (temporary.type === 'i32' || temporary.type === 'i64') this.target.pushInteger(temporary.type, 0n);
    else this.target.pushFloat(temporary.type, 0);
    builder.set(this.local(temporary));
  }

  private statements(list: readonly Statement[]): void {
    for (const statement of list) this.statement(statement);
  }

  private local(temporary: Temporary): number {
    const known = this.temporaries.get(temporary);
    if (known !== undefined) return known;
    const local = this.locals.take(temporary.type);
    this.temporaries.set(temporary, local);
    return local;
  }

  private push(expression: Expression): Push {
    return () => this.expression(expression);
  }

  private statement(statement: Statement): void {
    switch (statement.kind) {
      case 'let':
        this.expression(statement.value);
        this.target.builder.set(this.local(statement.into));
        return;
      case 'write':
        this.target.writeRegister(
          statement.file,
          statement.field,
          this.push(statement.value),
          statement.value.type === 'i32',
        );
        return;
      case 'writeFloatStatus':
        this.target.writeFloatStatus(statement.field, this.push(statement.value));
        return;
      case 'if':
        this.conditional(statement.condition, statement.whenTrue, statement.whenFalse);
        return;
      case 'rarely':
        this.target.rarely(() => this.statements(statement.body));
        return;
      case 'exactFloat':
        this.target.exactFloat(
          statement.operation,
          statement.operands.map((operand) => this.push(operand)),
          this.local(statement.into),
          this.local(statement.flags),
        );
        return;
      case 'jump':
      case 'jumpTo':
      case 'branch':
      case 'trap':
      case 'system':
        this.controlTransfer(statement);
        return;
      default:
        this.memoryAccess(statement);
    }
  }

  private conditional(
    condition: Expression,
    whenTrue: readonly Statement[],
    whenFalse: readonly Statement[],
  ): void {
    const { builder, fusesMultiplyAdd } = this.target;
    if (condition.kind === 'hostFuses') {
      this.statements(fusesMultiplyAdd ? whenTrue : whenFalse);
      return;
    }
    this.expression(condition);
    builder.if();
    this.statements(whenTrue);
    if (whenFalse.length > 0) {
      builder.else();
      this.statements(whenFalse);
    }
    builder.end();
  }

  private controlTransfer(
    statement: Extract<Statement, { kind: 'jump' | 'jumpTo' | 'branch' | 'trap' | 'system' }>,
  ): void {
    switch (statement.kind) {
      case 'jump':
        this.target.jump();
        return;
      case 'jumpTo':
        this.target.jumpTo(this.push(statement.target));
        return;
      case 'branch':
        this.target.branch(this.push(statement.condition));
        return;
      case 'trap':
        this.target.trap(statement.cause, this.push(statement.value));
        return;
      case 'system':
        this.target.system();
    }
  }

  private memoryAccess(
    statement: Extract<
      Statement,
      { kind: 'load' | 'store' | 'loadReserved' | 'storeConditional' | 'modify' }
    >,
  ): void {
    const address = this.push(statement.address);
    switch (statement.kind) {
      case 'load':
        this.target.load(statement.access, address, this.local(statement.into));
        return;
      case 'store':
        this.target.store(statement.access, address, this.push(statement.value));
        return;
      case 'loadReserved':
        this.target.loadReserved(statement.access, address, this.local(statement.into));
        return;
      case 'storeConditional':
        this.target.storeConditional(
          statement.access,
          address,
          this.push(statement.value),
          this.local(statement.failed),
        );
        return;
      case 'modify': {
        const { load, store, old, value } = statement;
        this.target.modify(load, store, address, this.local(old), this.push(value));
      }
    }
  }

  private expression(expression: Expression): void {
    const { builder } = this.target;
    switch (expression.kind) {
      case 'temporary':
        builder.get(this.local(expression));
        return;
      case 'constant':
        this.target.pushInteger(expression.type, expression.value);
        return;
      case 'floatConstant':
        this.target.pushFloat(expression.type, expression.value);
        return;
      case 'operation':
        for (const operand of expression.operands) this.expression(operand);
        builder.op(expression.name);
        return;
      case 'select':
        this.expression(expression.whenTrue);
        this.expression(expression.whenFalse);
        this.expression(expression.condition);
        builder.select();
        return;
      case 'hostFuses':
        this.target.pushInteger('i32', this.target.fusesMultiplyAdd ? 1n : 0n);
        return;
      case 'fusedMultiplyAdd':
        for (const operand of expression.operands) {
          this.expression(operand);
          builder.splat(expression.type);
        }
        builder.fusedMultiplyAdd(expression.type);
        return;
      default:
        this.operand(expression);
    }
  }

  private operand(
    expression: Extract<
      Expression,
      {
        kind:
          | 'register'
          | 'lowRegister'
          | 'field'
          | 'immediate'
          | 'pc'
          | 'nextPc'
          | 'rounding'
          | 'floatStatus';
      }
    >,
  ): void {
    switch (expression.kind) {
      case 'register':
        this.target.pushRegister(expression.file, expression.field);
        return;
      case 'lowRegister':
        this.target.pushLowRegister(expression.field);
        return;
      case 'field':
        this.target.pushField(expression.field);
        return;
      case 'immediate':
        this.target.pushImmediate();
        return;
      case 'pc':
        this.target.pushPc();
        return;
      case 'nextPc':
        this.target.pushNextPc();
        return;
      case 'rounding':
        this.target.pushRounding();
        return;
      case 'floatStatus':
        this.target.pushFloatStatus(expression.field);
    }
  }
}
