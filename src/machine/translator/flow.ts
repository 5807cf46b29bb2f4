/** Control flow among numbered blocks, and what is found in it by following edges. */

import type { Block } from './control-flow.ts';

/** Blocks in reverse postorder, and the numbers of those that each leads to. Edges back lead to blocks that dominate their origin. */
export interface Flow {
  readonly order: readonly Block[];
  readonly successors: readonly (readonly number[])[];
}

/** By number: the blocks whose successor each is, ascending. */
export function predecessorsOf(successors: Flow['successors']): number[][] {
  const predecessors: number[][] = successors.map(() => []);
  successors.forEach((targets, from) => {
    for (const to of targets) predecessors[to]?.push(from);
  });
  return predecessors;
}

/** All that is reached from some numbers, which are reached too. */
export function reached(from: readonly number[], next: (number: number) => readonly number[]): Set<number> {
  const found = new Set<number>();
  const waiting = [...from];
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    if (found.has(number)) continue;
    found.add(number);
    waiting.push(...next(number));
  }
  return found;
}
