/**
 * The language in which the meaning of an instruction is written: statements, which have effects.
 *
 * Rules for whoever writes a meaning:
 * - Whatever can fault or ask for help (memory accesses, traps, exact float operations) comes before any write to a
 *   register or to the float status, so that an instruction either happens whole or not at all. One instruction
 *   makes at most one memory access.
 * - `rarely` comes before any effect too.
 * - A value needed after a register write is put in a temporary before it, since rd may be rs1.
 * - `jump`, `branch`, `trap` and `system` come last. Without them control goes to the next instruction.
 */

import type { LoadName, StoreName } from '../wasm/instructions.ts';
import type { Expression, RegisterField, RegisterFile, Temporary } from './expressions.ts';
import type { FloatOperationNumber } from './float-operations.ts';

export type Statement =
  | { readonly kind: 'let'; readonly into: Temporary; readonly value: Expression }
  | {
      readonly kind: 'write';
      readonly file: RegisterFile;
      readonly field: RegisterField;
      readonly value: Expression;
    }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly whenTrue: readonly Statement[];
      readonly whenFalse: readonly Statement[];
    }
  /** Statements that are seldom executed: an engine may do them, and with them the whole instruction, elsewhere. */
  | { readonly kind: 'rarely'; readonly body: readonly Statement[] }
  | {
      readonly kind: 'load';
      readonly access: LoadName;
      readonly address: Expression;
      readonly into: Temporary;
    }
  | {
      readonly kind: 'store';
      readonly access: StoreName;
      readonly address: Expression;
      readonly value: Expression;
    }
  | {
      readonly kind: 'loadReserved';
      readonly access: LoadName;
      readonly address: Expression;
      readonly into: Temporary;
    }
  /** `failed` becomes 0 when the store was made, 1 when the reservation was gone. */
  | {
      readonly kind: 'storeConditional';
      readonly access: StoreName;
      readonly address: Expression;
      readonly value: Expression;
      readonly failed: Temporary;
    }
  /** An atomic read-modify-write: `old` is read, then `value` (which may use `old`) is stored. */
  | {
      readonly kind: 'modify';
      readonly load: LoadName;
      readonly store: StoreName;
      readonly address: Expression;
      readonly old: Temporary;
      readonly value: Expression;
    }
  /** To pc + immediate. */
  | { readonly kind: 'jump' }
  /** To an address computed at run time; bit 0 is already clear. */
  | { readonly kind: 'jumpTo'; readonly target: Expression }
  /** To pc + immediate if the condition is not 0, else to the next instruction. */
  | { readonly kind: 'branch'; readonly condition: Expression }
  | { readonly kind: 'trap'; readonly cause: number; readonly value: Expression }
  /** Left to the machine: CSR accesses and privileged instructions. */
  | { readonly kind: 'system' }
  /** One exact operation; `flags` receives the exception flags it raises, which the meaning then accrues. */
  | {
      readonly kind: 'exactFloat';
      readonly operation: FloatOperationNumber;
      readonly operands: readonly Expression[];
      readonly into: Temporary;
      readonly flags: Temporary;
    }
  | { readonly kind: 'writeFloatStatus'; readonly field: 'fflags' | 'frm'; readonly value: Expression };

export const define = (into: Temporary, value: Expression): Statement => ({ kind: 'let', into, value });
export const writeX = (field: RegisterField, value: Expression): Statement => ({
  kind: 'write',
  file: 'x',
  field,
  value,
});
export const writeF = (field: RegisterField, value: Expression): Statement => ({
  kind: 'write',
  file: 'f',
  field,
  value,
});
export const when = (
  condition: Expression,
  whenTrue: readonly Statement[],
  whenFalse: readonly Statement[] = [],
): Statement => ({ kind: 'if', condition, whenTrue, whenFalse });
export const rarely = (...body: readonly Statement[]): Statement => ({ kind: 'rarely', body });
export const load = (into: Temporary, access: LoadName, address: Expression): Statement => ({
  kind: 'load',
  access,
  address,
  into,
});
export const store = (access: StoreName, address: Expression, value: Expression): Statement => ({
  kind: 'store',
  access,
  address,
  value,
});
export const jump: Statement = { kind: 'jump' };
export const jumpTo = (target: Expression): Statement => ({ kind: 'jumpTo', target });
export const branch = (condition: Expression): Statement => ({ kind: 'branch', condition });
export const trap = (cause: number, value: Expression): Statement => ({ kind: 'trap', cause, value });
export const system: Statement = { kind: 'system' };

/** Calls `visit` on every statement, outer before inner. */
export function visitStatements(
  statements: readonly Statement[],
  visit: (statement: Statement) => void,
): void {
  for (const statement of statements) {
    visit(statement);
    if (statement.kind === 'rarely') visitStatements(statement.body, visit);
    if (statement.kind !== 'if') continue;
    visitStatements(statement.whenTrue, visit);
    visitStatements(statement.whenFalse, visit);
  }
}
