// The table of variants: every combination of parts that must behave as Linux does. One line each; the name says which.
import type { PolicyFactory } from '../../src/kernel/scheduling.ts';
import { roundRobin, STRUCTURES, structureNamed } from '../../src/workbench/index.ts';
import { FORKS, type Group } from './programs.ts';

/** A reason why a variant does not run a program. */
export interface Skips {
  /** Whole groups: 'no fork in one address space'. */
  readonly groups?: { readonly [group in Group]?: string };
  readonly programs?: { readonly [program: string]: string };
}

export interface Variant extends Skips {
  readonly structure: string;
  readonly policy: PolicyFactory;
  readonly harts: number;
  readonly tlb: boolean;
  /** Why there are no processes beside the program, if there are none. */
  readonly alone: string | undefined;
}

/** Policies by name. Adding one is a line here. */
const POLICIES: { readonly [name: string]: PolicyFactory } = {
  rr: (ground, store) => roundRobin(ground, store),
};

/** What a structure cannot do, and why. Structures that are not named here run everything. */
const SKIPS: { readonly [structure: string]: Skips } = {
  dos: {
    programs: Object.fromEntries([
      ...['calls-descriptors', 'calls-paths', 'calls-time', 'clocks', 'directories', 'file-status'].map(
        (program) => [program, 'no address of real memory is a bad one'],
      ),
      ['timer-files', 'no address of real memory is a bad one'],
      ['names', 'what it stores at address 0 destroys the vector table'],
      ['calls-memory', 'mappings are blocks: none is shared with a file, or protected'],
    ]),
  },
};

/** What no variant does as Linux does, as yet. These must fail: a line goes when its program agrees. */
export const NOT_YET: { readonly [program: string]: string } = {};

/** Harts and whether the translation caches are modelled, for each structure and policy. */
const MACHINES = [
  { harts: 1, tlb: false },
  { harts: 1, tlb: true },
  { harts: 2, tlb: false },
  { harts: 4, tlb: true },
];

/** Structures with an option that must make no difference to programs: the file server as a program in C. */
const WITH_OPTIONS = ['microkernel:files=c', 'l4:files=c'];

export const VARIANTS: ReadonlyMap<string, Variant> = new Map(
  [...STRUCTURES, ...WITH_OPTIONS.map(structureNamed)].flatMap(({ name: structure, refusals }) =>
    Object.entries(POLICIES).flatMap(([policyName, policy]) =>
      MACHINES.map(({ harts, tlb }): [string, Variant] => [
        `${structure}, ${policyName}, ${harts} harts, tlb ${tlb ? 'on' : 'off'}`,
        { structure, policy, harts, tlb, alone: refusals?.fork, ...SKIPS[structure] },
      ]),
    ),
  ),
);

/** Why a variant leaves a program out, or undefined when it runs it. */
export function skipReason(variant: Variant, group: Group, program: string): string | undefined {
  if (variant.alone !== undefined && FORKS.has(program)) return variant.alone;
  return variant.groups?.[group] ?? variant.programs?.[program];
}
