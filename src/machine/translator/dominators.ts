/**
 * Reverse postorder and dominator tree of a region's blocks (Cooper, Harvey, Kennedy, 'A Simple, Fast Dominance
 * Algorithm', 2001). Blocks are numbered in reverse postorder; 0 is an empty one before the entry. An edge back to a block that does
 * not dominate its origin would make the flow irreducible: it is left out, and so leaves the region.
 */

import { type Block, type Region, successorsOf } from './control-flow.ts';
import { type Entry, entriesOf, withBeginning } from './entries.ts';
import { type Flow, predecessorsOf } from './flow.ts';
import { withOwnHeaders } from './loop-nests.ts';

/**
 * Some of the blocks are empty, and have the address of the one behind them: the first (entries.ts) and headers of loops that share
 * one (loop-nests.ts). Successors are without irreducible edges, and without the ways of entries.
 */
export interface FlowGraph extends Flow {
  readonly region: Region;
  readonly entries: readonly Entry[];
  /** Numbers of the blocks that each immediately dominates, ascending. */
  readonly children: readonly (readonly number[])[];
  readonly isLoopHeader: readonly boolean[];
  /** Reached by more than one edge forward, those of the ways of entries among them. */
  readonly isMerge: readonly boolean[];
}

export function flowGraph(region: Region): FlowGraph {
  const flow = withBeginning(withOwnHeaders(reducibleFlow(region)));
  const { order, successors } = flow;
  const entries = entriesOf(flow);
  const dominators = immediateDominators(withWays(successors, entries));
  const children: number[][] = order.map(() => []);
  for (let block = 1; block < order.length; block++) children[dominators[block] as number]?.push(block);
  const forward = order.map(() => 0);
  const isLoopHeader = order.map(() => false);
  successors.forEach((targets, from) => {
    for (const to of targets) {
      if (to <= from) isLoopHeader[to] = true;
      else forward[to] = (forward[to] as number) + 1;
    }
  });
  addSwitchEdges(order, region, forward);
  for (const { way } of entries) for (const number of way.slice(1)) forward[number] = 2;
  return { region, order, successors, entries, children, isLoopHeader, isMerge: forward.map((n) => n > 1) };
}

/** The edges, and those that the ways of entries consist of. */
function withWays(successors: Flow['successors'], entries: readonly Entry[]): number[][] {
  const all = successors.map((targets) => [...targets]);
  for (const { way } of entries)
    way.slice(1).forEach((to, index) => {
      const targets = all[way[index] as number];
      if (targets?.includes(to) === false) targets.push(to);
    });
  return all;
}

/** The number of the block inside that an edge from a block to an address leads to. */
export function targetOf(
  { order, successors }: FlowGraph,
  from: number,
  address: number,
): number | undefined {
  return successors[from]?.find((to) => order[to]?.address === address);
}

/** Blocks in reverse postorder, without the edges that make the flow irreducible. */
function reducibleFlow(region: Region): Flow {
  const order = reversePostorder(region);
  const numbers = new Map(order.map((block, index) => [block.address, index]));
  const all = order.map(({ end }) => [
    ...new Set(
      successorsOf(end, region.switchTargets).flatMap((address) => {
        const number = numbers.get(address);
        return number === undefined ? [] : [number];
      }),
    ),
  ]);
  const dominators = immediateDominators(all);
  const successors = all.map((targets, from) =>
    targets.filter((to) => to > from || dominates(dominators, to, from)),
  );
  return { order, successors };
}

/** What an indirect jump may lead to needs a label. */
function addSwitchEdges(order: readonly Block[], region: Region, forward: number[]): void {
  if (!order.some(({ end }) => end.kind === 'indirect')) return;
  const targets = new Set(region.switchTargets);
  order.forEach(({ address }, number) => {
    if (targets.has(address)) forward[number] = Math.max(2, forward[number] as number);
  });
}

function reversePostorder({ entry, blocks, switchTargets }: Region): Block[] {
  const order: Block[] = [];
  const seen = new Set<number>([entry]);
  const path: { block: Block; rest: number[] }[] = [];
  const enter = (address: number): void => {
    const block = blocks.get(address);
    if (block !== undefined) path.push({ block, rest: [...successorsOf(block.end, switchTargets)] });
  };
  enter(entry);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const next = top.rest.pop();
    if (next === undefined) {
      order.push(top.block);
      path.pop();
    } else if (!seen.has(next)) {
      seen.add(next);
      enter(next);
    }
  }
  return order.reverse();
}

function immediateDominators(successors: readonly (readonly number[])[]): number[] {
  const predecessors = predecessorsOf(successors);
  const dominators = successors.map(() => -1);
  dominators[0] = 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (let block = 1; block < dominators.length; block++) {
      const known = (predecessors[block] ?? []).filter((from) => dominators[from] !== -1);
      const found = known.reduce((a, b) => intersect(dominators, a, b));
      if (dominators[block] !== found) {
        dominators[block] = found;
        changed = true;
      }
    }
  }
  return dominators;
}

function intersect(dominators: readonly number[], first: number, second: number): number {
  let [a, b] = [first, second];
  while (a !== b) {
    if (a > b) a = dominators[a] as number;
    else b = dominators[b] as number;
  }
  return a;
}

function dominates(dominators: readonly number[], a: number, b: number): boolean {
  let at = b;
  while (at > a) at = dominators[at] as number;
  return at === a;
}
