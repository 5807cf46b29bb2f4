/**
 * Random sequences of instructions, every opcode among them. x8, x9 and x2 point into the data and are not written (addresses made of them could be those of QEMU's own memory);
 * branches go forward inside their sequence; the last instruction is ebreak.
 */

import { contains } from '../../../src/machine/interpreter/handlers.ts';
import { compressedInstructions } from '../../../src/machine/isa/compressed.ts';
import { decode } from '../../../src/machine/isa/decoder.ts';
import type { Definition } from '../../../src/machine/isa/definition.ts';
import { instructionSet } from '../../../src/machine/isa/instruction-set.ts';
import { assemble, assembleCompressed, type Operands } from '../../machine/isa/support/assemble.ts';
import type { Random } from './random.ts';

export interface Emitted {
  readonly name: string;
  readonly length: 2 | 4;
  /** The word, given the distance in bytes to the start of the `skip`-th next group. */
  readonly word: (distance: number) => number;
  readonly skip?: number;
}

const BASES = [8, 9];
const STACK = 2;
const POINTERS = [...BASES, STACK];
const SCRATCH = 5;
/** Where the data are, a multiple of 2^12. */
export const WRITABLE = 0x3000_0000;
const LEFT_TO_MACHINE = new Set(['ecall', 'sret', 'mret', 'wfi', 'sfence.vma']);
/** Addresses where neither the sequences nor the program that runs them under QEMU have anything. */
const NOWHERE = [0x1000_0000, 0x4000_0000, 0x7fff_f000, -0x8000_0000];
const FLOAT_CSRS = [1, 2, 3];

const full = (name: string, operands: Operands): Emitted => {
  const word = assemble(name, operands);
  return { name, length: 4, word: () => word };
};
const half = (name: string, operands: Operands): Emitted => {
  const word = assembleCompressed(name, operands);
  return { name, length: 2, word: () => word };
};

function destination(random: Random): number {
  const register = random.between(0, 31);
  return POINTERS.includes(register) ? 10 : register;
}

/** A signed immediate of so many bits, often at an end of its range. */
function signedImmediate(random: Random, width: number): number {
  const top = 2 ** (width - 1);
  return random.chance(20) ? random.pick([-top, top - 1, 0, 1, -1]) : random.between(-top, top - 1);
}

/** A displacement from a base, often to a page's edge; the bases point near edges. */
const displacement = (random: Random): number =>
  random.chance(50) ? random.between(-16, 16) : random.between(-2048, 2047);

const floatOperands = (random: Random): Operands => ({
  rd: random.between(0, 31),
  rs1: random.between(0, 31),
  rs2: random.between(0, 31),
  rs3: random.between(0, 31),
  rounding: random.pick([0, 1, 2, 3, 4, 7, 7]),
});

function atomic(random: Random, name: string): Emitted[] {
  const width = name.endsWith('.d') ? 8 : 4;
  const misaligned = name.startsWith('amo') && random.chance(2) ? 1 : 0;
  const point = full('addi', {
    rd: SCRATCH,
    rs1: random.pick(BASES),
    immediate: random.between(-64, 63) * width + misaligned,
  });
  const use = (of: string): Emitted =>
    full(of, { rd: destination(random), rs1: SCRATCH, rs2: of.startsWith('lr') ? 0 : random.between(0, 31) });
  if (name.startsWith('amo')) return [point, use(name)];
  // QEMU's user mode lets LR and SC be misaligned.
  const align = full('andi', { rd: SCRATCH, rs1: SCRATCH, immediate: -8 });
  if (name.startsWith('lr')) return [point, align, use(name)];
  const reserve = full(name.replace('sc', 'lr'), { rd: 10, rs1: SCRATCH });
  if (random.chance(70)) return [point, align, reserve, use(name)];
  // An SC that fails faults here where it may not write; under QEMU it does not. So it is given a place to write.
  return [full('lui', { rd: SCRATCH, immediate: WRITABLE }), use(name)];
}

function jump(random: Random, name: string): Emitted[] {
  const skip = random.between(1, 4);
  const operands = { rd: destination(random), rs1: random.between(0, 31), rs2: random.between(0, 31) };
  return [
    { name, length: 4, skip, word: (distance) => assemble(name, { ...operands, immediate: distance }) },
  ];
}

/** auipc, then jalr to a place ahead; the distance counts from the auipc. */
function indirectJump(random: Random): Emitted[] {
  const rd = destination(random);
  const offset = random.between(-100, 100) * 2;
  return [
    full('auipc', { rd: SCRATCH, immediate: 0 }),
    {
      name: 'addi',
      length: 4,
      skip: 1,
      word: (distance) => assemble('addi', { rd: SCRATCH, rs1: SCRATCH, immediate: distance + 4 - offset }),
    },
    full('jalr', { rd, rs1: SCRATCH, immediate: offset + random.between(0, 1) }),
  ];
}

/** An access near a base, or now and then where nothing is. */
function access(random: Random, definition: Definition): Emitted[] {
  const { name } = definition;
  const writesInteger = contains(definition, ['load']) && !name.startsWith('f');
  const rd = writesInteger ? destination(random) : random.between(0, 31);
  const rs2 = random.between(0, 31);
  const immediate = displacement(random);
  if (!random.chance(1)) return [full(name, { rd, rs1: random.pick(BASES), rs2, immediate })];
  const point = random.chance(50)
    ? full('lui', { rd: SCRATCH, immediate: random.pick(NOWHERE) })
    : full('bseti', { rd: SCRATCH, rs1: 8, immediate: random.between(47, 63) });
  return [point, full(name, { rd, rs1: SCRATCH, rs2, immediate })];
}

function general(random: Random, definition: Definition): Emitted[] {
  const { name, format } = definition;
  if (contains(definition, ['modify', 'loadReserved', 'storeConditional'])) return atomic(random, name);
  if (name === 'jalr') return indirectJump(random);
  if (contains(definition, ['jump', 'branch'])) return jump(random, name);
  if (contains(definition, ['load', 'store'])) return access(random, definition);
  if (name === 'ctzw') return countTrailingZeros(random);
  if (name.startsWith('csr')) {
    const rs1 = random.chance(70) ? random.between(0, 4) : random.between(0, 31);
    return [full(name, { rd: destination(random), rs1, immediate: random.pick(FLOAT_CSRS) })];
  }
  const floatOperandsOnly = 'rounding' in format || /^f(sgnj|min|max|eq|le|lt|class|mv)/.test(name);
  if (floatOperandsOnly) {
    const operands = floatOperands(random);
    return [full(name, writesInteger(name) ? { ...operands, rd: destination(random) } : operands)];
  }
  const immediate = name === 'lui' || name === 'auipc' ? random.next() & ~0xfff : signedImmediate(random, 12);
  return [
    full(name, {
      rd: destination(random),
      rs1: random.between(0, 31),
      rs2: random.between(0, 31),
      immediate,
    }),
  ];
}

/** QEMU 7.2 counts beyond 32 when the low half is 0 (mended in 8.0), so it is given one that is not. */
const countTrailingZeros = (random: Random): Emitted[] => [
  full('bseti', { rd: SCRATCH, rs1: random.between(0, 31), immediate: random.between(16, 31) }),
  full('ctzw', { rd: destination(random), rs1: SCRATCH }),
];

const writesInteger = (name: string): boolean => /^f(eq|le|lt|class|mv\.x|cvt\.(w|l))/.test(name);

function compressed(random: Random, name: string): Emitted[] {
  const short = random.between(10, 15);
  const any = random.between(1, 31);
  const rd = POINTERS.includes(any) ? 11 : any;
  const immediate = signedImmediate(random, 6);
  const shift = random.between(0, 63);
  const other = random.between(1, 31);
  switch (name) {
    case 'c.j':
    case 'c.beqz':
    case 'c.bnez': {
      const rs1 = random.between(8, 15);
      const skip = random.between(1, 4);
      return [
        { name, length: 2, skip, word: (distance) => assembleCompressed(name, { rs1, immediate: distance }) },
      ];
    }
    case 'c.jr':
    case 'c.jalr':
      return [
        full('auipc', { rd: SCRATCH, immediate: 0 }),
        {
          name: 'addi',
          length: 4,
          skip: 1,
          word: (distance) => assemble('addi', { rd: SCRATCH, rs1: SCRATCH, immediate: distance + 4 }),
        },
        half(name, { rs1: SCRATCH }),
      ];
    case 'c.addi4spn':
      return [half(name, { rd: short, immediate: random.between(1, 255) * 4 })];
    case 'c.addi16sp':
      return [half(name, { immediate: random.pick([-32, -16, 16, 32]) })];
    case 'c.lui':
      return [half(name, { rd, immediate: random.pick([-32, -1, 1, 31]) << 12 })];
    case 'c.slli':
    case 'c.srli':
    case 'c.srai':
      return [half(name, { rd: name === 'c.slli' ? rd : short, immediate: shift })];
    case 'c.andi':
      return [half(name, { rd: short, immediate })];
    case 'c.sub':
    case 'c.xor':
    case 'c.or':
    case 'c.and':
    case 'c.subw':
    case 'c.addw':
      return [half(name, { rd: short, rs2: random.between(8, 15) })];
    case 'c.mv':
    case 'c.add':
      return [half(name, { rd, rs2: other })];
    case 'c.nop':
      return [half(name, { immediate: 0 })];
    case 'c.addi':
    case 'c.addiw':
    case 'c.li':
      return [half(name, { rd, immediate })];
    default:
      return [compressedAccess(random, name)];
  }
}

function compressedAccess(random: Random, name: string): Emitted {
  const width = name.includes('w') ? 4 : 8;
  const onStack = name.endsWith('sp');
  const immediate = random.between(0, onStack ? 63 : 31) * width;
  const integerLoad = name === 'c.lw' || name === 'c.ld';
  return half(name, {
    rd: onStack ? random.between(10, 31) : integerLoad ? random.between(10, 15) : random.between(8, 15),
    rs1: random.pick(BASES),
    rs2: onStack ? random.between(0, 31) : random.between(8, 15),
    immediate,
  });
}

/** A word that is no instruction of this machine, nor of one that QEMU has and this machine has not. */
function illegalWord(random: Random): Emitted[] {
  for (;;) {
    const opcode = random.pick([0x03, 0x07, 0x13, 0x1b, 0x23, 0x27, 0x33, 0x3b, 0x43, 0x53, 0x63, 0x67]);
    const word = ((random.next() & ~0x7f) | opcode) >>> 0;
    const isCarrylessMultiply = opcode === 0x33 && word >>> 25 === 5;
    if (decode(word) === undefined && !isCarrylessMultiply)
      return [{ name: 'illegal', length: 4, word: () => word }];
  }
}

type Choice = (random: Random) => Emitted[];

const full32 = instructionSet
  .filter(
    ({ name }, i) =>
      !LEFT_TO_MACHINE.has(name) &&
      name !== 'ebreak' &&
      instructionSet.findIndex((other) => other.name === name) === i,
  )
  .map(
    (definition): Choice =>
      (random) =>
        general(random, definition),
  );
const full16 = compressedInstructions
  .filter(({ name }) => name !== 'c.ebreak')
  .map(
    ({ name }): Choice =>
      (random) =>
        compressed(random, name),
  );

const CHOICES: readonly Choice[] = [...full32, ...full16];

/** Names that must be covered. */
export const ALL_NAMES: readonly string[] = [
  ...new Set([
    ...instructionSet.map(({ name }) => name).filter((name) => !LEFT_TO_MACHINE.has(name)),
    ...compressedInstructions.map(({ name }) => name),
    'illegal',
  ]),
];

/** The end of a sequence: a trap, or a jump back to where the groups begin. */
function lastOf(random: Random, groups: readonly Emitted[][], asLoop: boolean): Emitted {
  if (!asLoop) return random.chance(50) ? full('ebreak', {}) : half('c.ebreak', {});
  const size = groups.flat().reduce((sum, { length }) => sum + length, 0);
  return full('jal', { rd: 0, immediate: -size });
}

/**
 * One sequence of about so many instructions, its branches resolved. They lead to the starts of groups: inside one, a
 * register that a jump uses would not be set. A loop goes back to its start instead of ending.
 */
export function generateSequence(
  random: Random,
  length: number,
  asLoop = false,
): { name: string; length: 2 | 4; word: number }[] {
  const groups: Emitted[][] = [];
  while (groups.length < length) {
    groups.push(random.chance(1) ? illegalWord(random) : random.pick(CHOICES)(random));
  }
  groups.push([lastOf(random, groups, asLoop)]);
  const starts: number[] = [];
  let offset = 0;
  for (const group of groups) {
    starts.push(offset);
    for (const { length: bytes } of group) offset += bytes;
  }
  let at = 0;
  return groups.flatMap((group, i) =>
    group.map(({ name, length: bytes, word, skip }) => {
      const target = starts[Math.min(i + (skip ?? 0), groups.length - 1)] as number;
      const resolved = { name, length: bytes, word: word(target - at) };
      at += bytes;
      return resolved;
    }),
  );
}
