/**
 * Zicsr and the privileged instructions (RISC-V Unprivileged ISA manual 20191213, chapter 9; Privileged Architecture
 * manual 20211203, section 3.3). The floating-point status registers are part of the engine's state and done here;
 * every other CSR, and every privileged instruction, is left to the machine.
 */

import { type Definition, instruction } from './definition.ts';
import { opcodeFunct3, type Pattern, pattern } from './encoding.ts';
import {
  and,
  type Expression,
  fflags,
  fieldNumber,
  frm,
  i32,
  low32,
  not,
  op,
  or,
  shiftRight,
  temporary,
  truth,
  x,
} from './expressions.ts';
import { define, type Statement, system, writeX } from './statements.ts';

const SYSTEM = 0x73;
const REGISTER_SYNTAX = 'rd,csr,rs1';
const NUMBER_SYNTAX = 'rd,csr,zimm';

interface Access {
  readonly name: string;
  readonly funct3: number;
  readonly syntax: string;
  readonly source: Expression;
  readonly combine: (old: Expression, source: Expression) => Expression;
}

const replace = (_old: Expression, source: Expression): Expression => source;
const setBits = or;
const clearBits = (old: Expression, source: Expression): Expression => and(old, not(source));

const ACCESSES: readonly Access[] = [
  { name: 'csrrw', funct3: 1, syntax: REGISTER_SYNTAX, source: x('rs1'), combine: replace },
  { name: 'csrrs', funct3: 2, syntax: REGISTER_SYNTAX, source: x('rs1'), combine: setBits },
  { name: 'csrrc', funct3: 3, syntax: REGISTER_SYNTAX, source: x('rs1'), combine: clearBits },
  { name: 'csrrwi', funct3: 5, syntax: NUMBER_SYNTAX, source: fieldNumber('rs1'), combine: replace },
  { name: 'csrrsi', funct3: 6, syntax: NUMBER_SYNTAX, source: fieldNumber('rs1'), combine: setBits },
  { name: 'csrrci', funct3: 7, syntax: NUMBER_SYNTAX, source: fieldNumber('rs1'), combine: clearBits },
];

const FFLAGS_MASK = 0x1f;
const FRM_SHIFT = 5;

interface FloatRegister {
  readonly number: number;
  readonly read: Expression;
  readonly write: (value: Expression) => readonly Statement[];
}

const setFflags = (value: Expression): Statement => ({
  kind: 'writeFloatStatus',
  field: 'fflags',
  value: op('i32.and', low32(value), i32(FFLAGS_MASK)),
});
const setFrm = (value: Expression): Statement => ({
  kind: 'writeFloatStatus',
  field: 'frm',
  value: op('i32.and', low32(value), i32(7)),
});

const FLOAT_REGISTERS: readonly FloatRegister[] = [
  { number: 1, read: truth(fflags), write: (value) => [setFflags(value)] },
  { number: 2, read: truth(frm), write: (value) => [setFrm(value)] },
  {
    number: 3,
    read: or(truth(fflags), truth(op('i32.shl', frm, i32(FRM_SHIFT)))),
    write: (value) => [setFflags(value), setFrm(shiftRight(value, FRM_SHIFT))],
  },
];

const onRegister = (access: Access, number: number): Pattern =>
  pattern([6, 0, SYSTEM], [14, 12, access.funct3], [31, 20, number]);

/** CSRRS and CSRRC with rs1 = 0 write back what they read, which for these registers is no effect. */
function floatAccess(access: Access, register: FloatRegister): Definition {
  const [old, source] = [temporary('i64'), temporary('i64')] as const;
  return instruction(
    access.name,
    'csr',
    onRegister(access, register.number),
    [
      define(old, register.read),
      define(source, access.source),
      writeX('rd', old),
      ...register.write(access.combine(old, source)),
    ],
    access.syntax,
  );
}

const privileged = (name: string, match: number, mask = 0xffffffff, syntax = ''): Definition => ({
  ...instruction(name, syntax === '' ? 'none' : 'R', { match, mask }, [system]),
  syntax,
});

export const controlStatusInstructions: readonly Definition[] = [
  ...ACCESSES.flatMap((access) => FLOAT_REGISTERS.map((register) => floatAccess(access, register))),
  ...ACCESSES.map((access) =>
    instruction(access.name, 'csr', opcodeFunct3(SYSTEM, access.funct3), [system], access.syntax),
  ),
  privileged('sret', 0x10200073),
  privileged('mret', 0x30200073),
  privileged('wfi', 0x10500073),
  privileged('sfence.vma', 0x12000073, 0xfe007fff, 'rs1,rs2'),
];
