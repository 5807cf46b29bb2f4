/**
 * Prints decoded instructions as GNU objdump does with `-M no-aliases`. A definition's syntax is a pattern of words:
 *
 *     rd rs1 rs2        integer registers        frd frs1 frs2 frs3   floating-point registers
 *     imm shamt upper   immediates               target               pc plus the immediate
 *     csr zimm          CSR and its number       rm                   rounding mode, unless dynamic
 *     rmexact           rounding mode, unless dynamic or RNE, of what is never rounded
 *     fence             the two sets             aqrl                 (first word) ordering bits, put on the name
 */

import type { Decoded } from './decoder.ts';
import { floatRegisterName, integerRegisterName } from './register-names.ts';

const ROUNDING_NAMES: readonly string[] = ['rne', 'rtz', 'rdn', 'rup', 'rmm'];
const ORDERING_SUFFIX: readonly string[] = ['', '.rl', '.aq', '.aqrl'];
const CSR_NAMES: ReadonlyMap<number, string> = new Map([
  [0x001, 'fflags'],
  [0x002, 'frm'],
  [0x003, 'fcsr'],
  [0xc00, 'cycle'],
  [0xc01, 'time'],
  [0xc02, 'instret'],
  [0x100, 'sstatus'],
  [0x104, 'sie'],
  [0x105, 'stvec'],
  [0x106, 'scounteren'],
  [0x140, 'sscratch'],
  [0x141, 'sepc'],
  [0x142, 'scause'],
  [0x143, 'stval'],
  [0x144, 'sip'],
  [0x180, 'satp'],
  [0x300, 'mstatus'],
  [0x301, 'misa'],
  [0x302, 'medeleg'],
  [0x303, 'mideleg'],
  [0x304, 'mie'],
  [0x305, 'mtvec'],
  [0x340, 'mscratch'],
  [0x341, 'mepc'],
  [0x342, 'mcause'],
  [0x343, 'mtval'],
  [0x344, 'mip'],
  [0xf11, 'mvendorid'],
  [0xf12, 'marchid'],
  [0xf13, 'mimpid'],
  [0xf14, 'mhartid'],
]);

const hexadecimal = (value: number | bigint): string => `0x${value.toString(16)}`;

/** One set of a fence: which of device input, output, memory reads and writes. */
function accessSet(bits: number): string {
  const letters = [...'iorw'].filter((_, i) => (bits & (8 >> i)) !== 0).join('');
  return letters === '' ? 'unknown' : letters;
}

const fenceSets = (immediate: number): string =>
  `${accessSet((immediate >> 4) & 15)},${accessSet(immediate & 15)}`;

/** The last operand; the names of the modes are no words of the pattern. */
function roundingText(mode: number, isExact: boolean): string {
  const name = ROUNDING_NAMES[mode];
  return name === undefined || (isExact && mode === 0) ? '' : `,${name}`;
}

/** What a word of a syntax pattern stands for. */
function operandText(word: string, decoded: Decoded, pc: bigint): string {
  const { rd, rs1, rs2, rs3, immediate } = decoded;
  const texts: Record<string, () => string> = {
    rd: () => integerRegisterName(rd),
    rs1: () => integerRegisterName(rs1),
    rs2: () => integerRegisterName(rs2),
    frd: () => floatRegisterName(rd),
    frs1: () => floatRegisterName(rs1),
    frs2: () => floatRegisterName(rs2),
    frs3: () => floatRegisterName(rs3),
    imm: () => String(immediate),
    shamt: () => hexadecimal(immediate),
    upper: () => hexadecimal((immediate >>> 12) & 0xfffff),
    target: () => hexadecimal(BigInt.asUintN(64, pc + BigInt(immediate))),
    csr: () => CSR_NAMES.get(immediate) ?? hexadecimal(immediate),
    zimm: () => String(rs1),
    fence: () => fenceSets(immediate),
  };
  return texts[word]?.() ?? word;
}

/**
 * @param word the instruction's encoding, for the bits that only the text shows
 * @param pc address of the instruction, for targets
 */
export function disassemble(decoded: Decoded, word: number, pc = 0n): string {
  const { definition, compressed, rounding } = decoded;
  const name = compressed?.name ?? definition.name;
  let syntax = compressed?.syntax ?? definition.syntax;
  let suffix = '';
  if (syntax.startsWith('aqrl ')) {
    suffix = ORDERING_SUFFIX[(word >>> 25) & 3] as string;
    syntax = syntax.slice('aqrl '.length);
  }
  const operands = syntax
    .replace(/,rm(exact)?$/, (_word, exact) => roundingText(rounding, exact !== undefined))
    .replaceAll(/[a-z]+[0-9]?/g, (part) => operandText(part, decoded, pc));
  return operands === '' ? name + suffix : `${name}${suffix} ${operands}`;
}
