/**
 * Decoder and disassembler against GNU objdump (binutils 2.40, `-d -M no-aliases`): fixtures/objdump.txt has, per line,
 * address, word and text of random operands of every instruction.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compressedInstructions } from '../../../src/machine/isa/compressed.ts';
import { decode } from '../../../src/machine/isa/decoder.ts';
import { disassemble } from '../../../src/machine/isa/disassembler.ts';
import { instructionSet } from '../../../src/machine/isa/instruction-set.ts';
import { assemble, assembleCompressed } from './support/assemble.ts';

const fixture = readFileSync(new URL('fixtures/objdump.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => {
    const [address, word, printed] = line.split('\t') as [string, string, string];
    // objdump has no name for c.nop when aliases are off.
    const text = printed === 'c.addi zero,0' ? 'c.nop' : printed;
    return {
      address: BigInt(`0x${address}`),
      word: Number.parseInt(word, 16),
      length: word.length / 2,
      text,
    };
  });

/** objdump prints targets without 0x. */
const plainTarget = (text: string): string =>
  /^(b(eq|ne|ge|lt)|jal |c\.(j|b))/.test(text) ? text.replace(/0x([0-9a-f]+)$/, '$1') : text;

describe('decoder', () => {
  it('agrees with objdump on every instruction', () => {
    const mine = fixture.map(({ address, word }) => {
      const decoded = decode(word);
      return decoded === undefined ? 'illegal' : plainTarget(disassemble(decoded, word, address));
    });
    expect(mine).toEqual(fixture.map(({ text }) => text));
  });

  it('knows the length of every instruction', () => {
    expect(fixture.map(({ word }) => decode(word)?.length)).toEqual(fixture.map(({ length }) => length));
  });

  it('is covered by the fixture', () => {
    const seen = new Set(
      fixture.map(({ word }) => {
        const decoded = decode(word);
        return decoded?.compressed?.name ?? decoded?.definition.name;
      }),
    );
    const names = [...instructionSet, ...compressedInstructions].map(({ name }) => name);
    expect(names.filter((name) => !seen.has(name))).toEqual([]);
  });

  it('reads back what is assembled', () => {
    for (const { word } of fixture) {
      const decoded = decode(word);
      if (decoded === undefined) throw new Error(`${word.toString(16)} is not decoded`);
      const { definition, compressed } = decoded;
      const again =
        compressed === undefined
          ? assemble(definition.name, decoded)
          : assembleCompressed(compressed.name, decoded);
      const ordering = definition.syntax.startsWith('aqrl') ? 0x06000000 : 0;
      expect((again & ~ordering) >>> 0).toBe((word & ~ordering) >>> 0);
    }
  });

  it.each([
    [0x00000000, 'all zeros'],
    [0xffffffff, 'all ones'],
    [0x0000, 'c.addi4spn with 0'],
    [0x2001, 'c.addiw to x0'],
    [0x6101, 'c.addi16sp with 0'],
    [0x6081, 'c.lui with 0'],
    [0x8002, 'c.jr to x0'],
    [0x4002, 'c.lwsp to x0'],
    [0x6002, 'c.ldsp to x0'],
    [0x9c41, 'reserved c.subw neighbour'],
    [0x8000, 'reserved quadrant 0'],
    [0x02051513 | (1 << 26), 'slli with a reserved bit'],
    [0x0205151b, 'slliw by 32 or more'],
    [0x1010252f, 'lr.w with rs2'],
    [0x00005053, 'fadd.s with rounding mode 5'],
    [0x00006053, 'fadd.s with rounding mode 6'],
    [0x04000053, 'fadd in half precision'],
    [0x00001067, 'jalr with funct3 1'],
    [0x00002063, 'branch with funct3 2'],
    [0x00007003, 'load with funct3 7'],
    [0x00004023, 'store with funct3 4'],
  ])('does not decode %i: %s', (word) => {
    expect(decode(word)).toBeUndefined();
  });
});
