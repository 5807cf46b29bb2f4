/**
 * RV64I: the base integer instruction set (RISC-V Unprivileged ISA manual 20191213, chapters 2 and 5), and Zifencei.
 *
 * FENCE orders accesses among harts; here harts run one at a time, so every access is already ordered. FENCE.I does
 * nothing because a store to code takes effect on the next instruction fetched.
 */

import type { LoadName, StoreName } from '../wasm/instructions.ts';
import { type Definition, instruction } from './definition.ts';
import { opcodeFunct3, opcodeFunct7, opcodeOnly, type Pattern, pattern } from './encoding.ts';
import {
  add,
  and,
  type Expression,
  fromInt32,
  i64,
  immediate,
  low32,
  nextPc,
  op,
  or,
  pc,
  signExtend32,
  temporary,
  truth,
  x,
  xor,
} from './expressions.ts';
import { branch, define, jump, jumpTo, load, store, trap, writeX } from './statements.ts';
import { TrapCause } from './trap-causes.ts';

const OP = 0x33;
const OP_IMM = 0x13;
const OP_32 = 0x3b;
const OP_IMM_32 = 0x1b;

type Binary = (a: Expression, b: Expression) => Expression;

const subtract: Binary = (a, b) => op('i64.sub', a, b);
const lessThan: Binary = (a, b) => truth(op('i64.lt_s', a, b));
const lessThanUnsigned: Binary = (a, b) => truth(op('i64.lt_u', a, b));
// WebAssembly takes shift counts modulo the width, as RISC-V does.
const shiftLeft: Binary = (a, b) => op('i64.shl', a, b);
const shiftRight: Binary = (a, b) => op('i64.shr_u', a, b);
const shiftRightSigned: Binary = (a, b) => op('i64.shr_s', a, b);
const word =
  (binary: Binary): Binary =>
  (a, b) =>
    signExtend32(binary(a, b));
const wordShift =
  (name: 'i32.shl' | 'i32.shr_u' | 'i32.shr_s'): Binary =>
  (a, b) =>
    fromInt32(op(name, low32(a), low32(b)));

const registers = (name: string, at: Pattern, value: Binary): Definition =>
  instruction(name, 'R', at, [writeX('rd', value(x('rs1'), x('rs2')))]);
const registerImmediate = (name: string, at: Pattern, value: Binary): Definition =>
  instruction(name, 'I', at, [writeX('rd', value(x('rs1'), immediate))]);
const shiftImmediate = (name: string, funct3: number, funct6: number, value: Binary): Definition =>
  instruction(name, 'shift6', pattern([6, 0, OP_IMM], [14, 12, funct3], [31, 26, funct6]), [
    writeX('rd', value(x('rs1'), immediate)),
  ]);
const shiftImmediateWord = (name: string, funct3: number, funct7: number, value: Binary): Definition =>
  instruction(name, 'shift5', opcodeFunct7(OP_IMM_32, funct3, funct7), [
    writeX('rd', value(x('rs1'), immediate)),
  ]);

const computation: readonly Definition[] = [
  registers('add', opcodeFunct7(OP, 0, 0x00), add),
  registers('sub', opcodeFunct7(OP, 0, 0x20), subtract),
  registers('sll', opcodeFunct7(OP, 1, 0x00), shiftLeft),
  registers('slt', opcodeFunct7(OP, 2, 0x00), lessThan),
  registers('sltu', opcodeFunct7(OP, 3, 0x00), lessThanUnsigned),
  registers('xor', opcodeFunct7(OP, 4, 0x00), xor),
  registers('srl', opcodeFunct7(OP, 5, 0x00), shiftRight),
  registers('sra', opcodeFunct7(OP, 5, 0x20), shiftRightSigned),
  registers('or', opcodeFunct7(OP, 6, 0x00), or),
  registers('and', opcodeFunct7(OP, 7, 0x00), and),
  registers('addw', opcodeFunct7(OP_32, 0, 0x00), word(add)),
  registers('subw', opcodeFunct7(OP_32, 0, 0x20), word(subtract)),
  registers('sllw', opcodeFunct7(OP_32, 1, 0x00), wordShift('i32.shl')),
  registers('srlw', opcodeFunct7(OP_32, 5, 0x00), wordShift('i32.shr_u')),
  registers('sraw', opcodeFunct7(OP_32, 5, 0x20), wordShift('i32.shr_s')),
  registerImmediate('addi', opcodeFunct3(OP_IMM, 0), add),
  registerImmediate('slti', opcodeFunct3(OP_IMM, 2), lessThan),
  registerImmediate('sltiu', opcodeFunct3(OP_IMM, 3), lessThanUnsigned),
  registerImmediate('xori', opcodeFunct3(OP_IMM, 4), xor),
  registerImmediate('ori', opcodeFunct3(OP_IMM, 6), or),
  registerImmediate('andi', opcodeFunct3(OP_IMM, 7), and),
  registerImmediate('addiw', opcodeFunct3(OP_IMM_32, 0), word(add)),
  shiftImmediate('slli', 1, 0x00, shiftLeft),
  shiftImmediate('srli', 5, 0x00, shiftRight),
  shiftImmediate('srai', 5, 0x10, shiftRightSigned),
  shiftImmediateWord('slliw', 1, 0x00, wordShift('i32.shl')),
  shiftImmediateWord('srliw', 5, 0x00, wordShift('i32.shr_u')),
  shiftImmediateWord('sraiw', 5, 0x20, wordShift('i32.shr_s')),
  instruction('lui', 'U', opcodeOnly(0x37), [writeX('rd', immediate)]),
  instruction('auipc', 'U', opcodeOnly(0x17), [writeX('rd', add(pc, immediate))]),
];

const effectiveAddress = add(x('rs1'), immediate);

function loadInstruction(name: string, funct3: number, access: LoadName): Definition {
  const value = temporary('i64');
  return instruction(
    name,
    'I',
    opcodeFunct3(0x03, funct3),
    [load(value, access, effectiveAddress), writeX('rd', value)],
    'rd,imm(rs1)',
  );
}

const storeInstruction = (name: string, funct3: number, access: StoreName): Definition =>
  instruction(name, 'S', opcodeFunct3(0x23, funct3), [store(access, effectiveAddress, x('rs2'))]);

const memory: readonly Definition[] = [
  loadInstruction('lb', 0, 'i64.load8_s'),
  loadInstruction('lh', 1, 'i64.load16_s'),
  loadInstruction('lw', 2, 'i64.load32_s'),
  loadInstruction('ld', 3, 'i64.load'),
  loadInstruction('lbu', 4, 'i64.load8_u'),
  loadInstruction('lhu', 5, 'i64.load16_u'),
  loadInstruction('lwu', 6, 'i64.load32_u'),
  storeInstruction('sb', 0, 'i64.store8'),
  storeInstruction('sh', 1, 'i64.store16'),
  storeInstruction('sw', 2, 'i64.store32'),
  storeInstruction('sd', 3, 'i64.store'),
];

const branchInstruction = (
  name: string,
  funct3: number,
  comparison: 'i64.eq' | 'i64.ne' | 'i64.lt_s' | 'i64.ge_s' | 'i64.lt_u' | 'i64.ge_u',
): Definition =>
  instruction(name, 'B', opcodeFunct3(0x63, funct3), [branch(op(comparison, x('rs1'), x('rs2')))]);

function jumpAndLinkRegister(): Definition {
  const target = temporary('i64');
  return instruction(
    'jalr',
    'I',
    opcodeFunct3(0x67, 0),
    [define(target, and(effectiveAddress, i64(-2))), writeX('rd', nextPc), jumpTo(target)],
    'rd,imm(rs1)',
  );
}

const control: readonly Definition[] = [
  branchInstruction('beq', 0, 'i64.eq'),
  branchInstruction('bne', 1, 'i64.ne'),
  branchInstruction('blt', 4, 'i64.lt_s'),
  branchInstruction('bge', 5, 'i64.ge_s'),
  branchInstruction('bltu', 6, 'i64.lt_u'),
  branchInstruction('bgeu', 7, 'i64.ge_u'),
  instruction('jal', 'J', opcodeOnly(0x6f), [writeX('rd', nextPc), jump]),
  jumpAndLinkRegister(),
];

const environment: readonly Definition[] = [
  instruction('fence', 'fence', opcodeFunct3(0x0f, 0), []),
  instruction('fence.i', 'none', opcodeFunct3(0x0f, 1), []),
  instruction('ecall', 'none', { match: 0x00000073, mask: 0xffffffff }, [
    trap(TrapCause.environmentCallFromUser, i64(0)),
  ]),
  instruction('ebreak', 'none', { match: 0x00100073, mask: 0xffffffff }, [trap(TrapCause.breakpoint, pc)]),
];

export const integerInstructions: readonly Definition[] = [
  ...computation,
  ...memory,
  ...control,
  ...environment,
];
