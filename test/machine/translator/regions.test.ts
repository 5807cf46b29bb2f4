// Which instructions a region has: it begins where the function or loop does, ends where a full one begins, and has all cases of a
// switch or none.
import { describe, expect, it } from 'vitest';
import { type CodeSource, exploreRegion } from '../../../src/machine/translator/control-flow.ts';
import { flowGraph } from '../../../src/machine/translator/dominators.ts';
import { regionAround } from '../../../src/machine/translator/region-root.ts';
import { assemble } from '../isa/support/assemble.ts';

const CODE = 0x10000;
const LIMITS = { instructions: 120, unexecuted: 16 };

/** Code at CODE, all of which was executed but what `never` names; full regions begin at `begun`. Indices of instructions. */
function sourceOf(
  words: readonly number[],
  { begun = [], never = [] }: { readonly begun?: readonly number[]; readonly never?: readonly number[] } = {},
): CodeSource {
  const index = (address: number): number => (address - CODE) / 4;
  return {
    frameOf: (address) => (address >= CODE && index(address) < words.length ? 0 : -1),
    halfword: (place) => ((words[place >> 2] ?? 0) >>> ((place & 2) * 8)) & 0xffff,
    wasExecuted: (address) =>
      Number.isInteger(index(address)) &&
      index(address) >= 0 &&
      index(address) < words.length &&
      !never.includes(index(address)),
    beginsFullRegion: (address) => begun.includes(index(address)),
  };
}

const NOTHING = assemble('addi', { rd: 5, rs1: 5, immediate: 1 });
const RETURN = assemble('jalr', { rd: 0, rs1: 1 });
const back = (instructions: number): number =>
  assemble('bne', { rs1: 9, rs2: 0, immediate: -4 * instructions });

/** What another function ends with, a function with a loop of three in 4 to 6, and its end. */
const FUNCTION: readonly number[] = [
  RETURN,
  NOTHING,
  assemble('addi', { rd: 2, rs1: 2, immediate: -16 }),
  NOTHING,
  NOTHING,
  NOTHING,
  back(2),
  assemble('addi', { rd: 2, rs1: 2, immediate: 16 }),
  RETURN,
];

/** The first and the number of instructions of a region. */
function extent(region: ReturnType<typeof exploreRegion>): object {
  return { entry: region && (region.entry - CODE) / 4, instructions: region?.instructionCount };
}

function around(at: number, words = FUNCTION): object {
  const source = sourceOf(words);
  const own = exploreRegion(source, CODE + at * 4, LIMITS);
  if (own === undefined) throw new Error('there is no region');
  return extent(regionAround(own, source, LIMITS));
}

describe('a region', () => {
  it('ends where a full one begins', () => {
    const whole = exploreRegion(sourceOf(FUNCTION), CODE + 4, LIMITS);
    expect(extent(whole)).toEqual({ entry: 1, instructions: 8 });
    const cut = exploreRegion(sourceOf(FUNCTION, { begun: [1, 4] }), CODE + 4, LIMITS);
    expect(extent(cut)).toEqual({ entry: 1, instructions: 3 });
  });

  it('begins where its function does', () => {
    for (const at of [1, 2, 5, 7]) expect(around(at)).toEqual({ entry: 1, instructions: 8 });
  });

  it('begins where its outermost loop does when the function is not found', () => {
    const LOOPS = [NOTHING, NOTHING, NOTHING, back(1), NOTHING, back(4), RETURN];
    for (const at of [2, 4]) expect(around(at, LOOPS)).toEqual({ entry: 1, instructions: 6 });
    expect(around(6, LOOPS)).toEqual({ entry: 6, instructions: 1 });
  });

  /** An indirect jump behind a scaled index, and cases of three instructions that are reached by it alone. */
  const switchOf = (cases: number, shift: number): number[] => [
    assemble('slli', { rd: 6, rs1: 10, immediate: shift }),
    assemble('jalr', { rd: 0, rs1: 6 }),
    ...Array.from({ length: cases }, () => [NOTHING, NOTHING, RETURN]).flat(),
  ];

  it('has all cases of a switch', () => {
    const region = exploreRegion(sourceOf(switchOf(5, 3)), CODE, LIMITS);
    expect(extent(region)).toEqual({ entry: 0, instructions: 17 });
    expect(region?.switchTargets).toHaveLength(5);
  });

  it('has those that stand behind what never ran', () => {
    const region = exploreRegion(sourceOf(switchOf(5, 3), { never: [4] }), CODE, LIMITS);
    expect(region?.switchTargets).toContain(CODE + 5 * 4);
  });

  it('has no case when there are too many, or the jump is no switch', () => {
    expect(extent(exploreRegion(sourceOf(switchOf(60, 3)), CODE, LIMITS))).toEqual({
      entry: 0,
      instructions: 2,
    });
    expect(extent(exploreRegion(sourceOf(switchOf(5, 4)), CODE, LIMITS))).toEqual({
      entry: 0,
      instructions: 2,
    });
  });

  it('can be entered at its loops, and where its calls come back to, by way of the loops around', () => {
    const call = assemble('jal', { rd: 1, immediate: 400 });
    const region = exploreRegion(
      sourceOf([NOTHING, NOTHING, call, NOTHING, back(3), call, RETURN]),
      CODE,
      LIMITS,
    );
    if (region === undefined) throw new Error('there is no region');
    const { entries, order } = flowGraph(region);
    const ways = entries.map(({ way }) => way.map((number) => ((order[number]?.address ?? 0) - CODE) / 4));
    expect(ways).toEqual([
      [0, 1],
      [0, 1, 3],
      [0, 6],
    ]);
  });
});
