// A region as text: every instruction that the translator writes has a name, and a function ends where it says.
import { describe, expect, it } from 'vitest';
import { FRAME_SIZE } from '../../../src/machine/layout.ts';
import { functionTexts } from '../../../src/machine/wasm/text.ts';
import { ALL_NAMES, generateSequence } from '../../system/isa/generator.ts';
import { Random } from '../../system/isa/random.ts';
import { FlatMachine } from '../isa/support/flat-machine.ts';

const CODE = 0x10000;

describe('a region as text', () => {
  it('names every instruction, of the guest and of the host', () => {
    const random = new Random(1);
    const machine = new FlatMachine({ translate: true, floatOperation: () => 0n });
    machine.map(CODE, 16, 1, 'rwx');
    const seen = new Set<string>();
    for (let round = 0; round < 300; round++) {
      let at = machine.place(16 * FRAME_SIZE);
      const sequence = generateSequence(random, 12);
      for (const { length, word } of sequence) {
        for (let i = 0; i < length; i++) machine.bytes[at++] = (word >>> (8 * i)) & 0xff;
      }
      machine.engine.invalidateFrame(16);
      machine.pc = CODE;
      machine.run(1);
      const text = machine.engine.describeRegion(CODE);
      if (text === undefined) continue;
      expect(text).toMatch(/^region 10000: \d+ instructions in \d+ blocks, \d+ bytes/);
      expect(text).toContain('  (func 0');
      for (const [, name] of text.matchAll(/^ {2}[0-9a-f]{5} {2}[0-9a-f]+ +([a-z.0-9]+)/gm))
        seen.add(name as string);
    }
    expect(seen.size).toBeGreaterThan(ALL_NAMES.length / 2);
  });

  it('refuses what it does not know', () => {
    const module = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 10, 6, 1, 4, 0, 0xfe, 0x03, 0x0b];
    expect(() => functionTexts(new Uint8Array(module))).toThrow('no name is known');
  });
});
