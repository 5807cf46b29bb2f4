/**
 * Accesses of a block whose addresses are the same register and small constants, like the fields of a structure or a stack
 * frame: they lie on one page nearly always, so that one test serves them all. Found here; done by block-code.ts.
 */

import { accessSize } from '../interpreter/slot-operands.ts';
import type { Decoded } from '../isa/decoder.ts';
import type { Definition } from '../isa/definition.ts';
import type { Expression } from '../isa/expressions.ts';
import type { RegionInstruction } from './control-flow.ts';
import type { RegisterUse } from './register-use.ts';

/** A test for all of them, made before the first. Offsets and sizes are in bytes. */
export interface SharedCheck {
  /** Number of the integer register that their addresses begin with. */
  readonly base: number;
  /** What is added to it for the lowest byte: a multiple of the alignment. */
  readonly lowest: number;
  /** From the lowest byte to the end of the last. */
  readonly size: number;
  readonly alignment: number;
  readonly loads: boolean;
  readonly stores: boolean;
}

export interface Sharing {
  /** By the index of the instruction before which each is made, ascending. */
  readonly checks: ReadonlyMap<number, SharedCheck>;
  /** By the index of an instruction with such an access: the index of its check. */
  readonly checkOf: ReadonlyMap<number, number>;
}

/** Bytes from the first to the last access of a check: what is further apart lies on two pages too often. */
const MOST_APART = 1024;

interface Access {
  readonly base: number;
  readonly offset: number;
  readonly size: number;
  readonly isStore: boolean;
}

export function shareChecks(instructions: readonly RegionInstruction[], use: RegisterUse): Sharing {
  const checks = new Map<number, SharedCheck>();
  const checkOf = new Map<number, number>();
  const open = new Map<number, { readonly first: number; readonly check: SharedCheck }>();
  instructions.forEach(({ decoded }, index) => {
    const access = plainAccess(decoded);
    if (access !== undefined) {
      const known = open.get(access.base);
      const wider = known && widened(known.check, access);
      const first = wider === undefined ? index : (known?.first as number);
      const check = wider ?? alone(access);
      open.set(access.base, { first, check });
      checks.set(first, check);
      checkOf.set(index, first);
    }
    const { x } = use.writes(decoded);
    for (const base of open.keys()) if (((x >>> base) & 1) !== 0) open.delete(base);
  });
  return withoutSingles(checks, checkOf);
}

/** One access needs no test in common. */
function withoutSingles(checks: Map<number, SharedCheck>, checkOf: Map<number, number>): Sharing {
  const counts = new Map<number, number>();
  for (const first of checkOf.values()) counts.set(first, (counts.get(first) ?? 0) + 1);
  const isShared = (first: number): boolean => (counts.get(first) as number) > 1;
  return {
    checks: new Map([...checks].filter(([first]) => isShared(first)).sort(([a], [b]) => a - b)),
    checkOf: new Map([...checkOf].filter(([, first]) => isShared(first))),
  };
}

function alone({ base, offset, size, isStore }: Access): SharedCheck {
  return { base, lowest: offset, size, alignment: size, loads: !isStore, stores: isStore };
}

/** The check for one more access; undefined when that would be too far, or aligned in another way. */
function widened(check: SharedCheck, { offset, size, isStore }: Access): SharedCheck | undefined {
  const alignment = Math.max(check.alignment, size);
  const lowest = Math.min(check.lowest, offset);
  const start = lowest - (((lowest % alignment) + alignment) % alignment);
  const end = Math.max(check.lowest + check.size, offset + size);
  const isAligned = offset % size === 0 && check.lowest % check.alignment === 0;
  if (!isAligned || end - start > MOST_APART) return undefined;
  const [loads, stores] = [check.loads || !isStore, check.stores || isStore];
  return { base: check.base, lowest: start, size: end - start, alignment, loads, stores };
}

/** The access of a load or store of a register plus a constant, of natural size; undefined for all else. */
export function plainAccess({ definition, rs1, immediate }: Decoded): Access | undefined {
  const statement = accessOf(definition);
  if (statement === undefined || rs1 === 0) return undefined;
  const size = accessSize(statement.access);
  return { base: rs1, offset: Number(immediate), size, isStore: statement.kind === 'store' };
}

function accessOf(
  definition: Definition,
): (Definition['meaning'][number] & { kind: 'load' | 'store' }) | undefined {
  let found: ReturnType<typeof accessOf>;
  for (const statement of definition.meaning)
    if ((statement.kind === 'load' || statement.kind === 'store') && isBasePlusConstant(statement.address))
      found = statement;
  return found;
}

function isBasePlusConstant(address: Expression): boolean {
  if (address.kind !== 'operation' || address.name !== 'i64.add') return false;
  const [base, offset] = address.operands;
  return (
    base?.kind === 'register' && base.file === 'x' && base.field === 'rs1' && offset?.kind === 'immediate'
  );
}
