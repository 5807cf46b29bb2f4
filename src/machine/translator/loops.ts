/**
 * The loops of a region's flow graph: for each header the blocks from which it is reached again without leaving what it
 * dominates (natural loops; Aho, Lam, Sethi, Ullman, 'Compilers', 9.6.6), and which of them make a way round without a call.
 */

import type { Block } from './control-flow.ts';
import { type FlowGraph, predecessorsOf } from './dominators.ts';

export interface Loop {
  /** Number of the block that it begins with. */
  readonly header: number;
  /** Numbers of its blocks, inner loops' among them. */
  readonly blocks: ReadonlySet<number>;
  /** Those that lie on a way round the loop without a call. */
  readonly callFree: ReadonlySet<number>;
}

export const isCall = ({ end }: Block): boolean => end.kind === 'call' || end.kind === 'indirectCall';

/** Loops in the order of their headers: an outer one comes before those inside of it. */
export function loopsOf(graph: FlowGraph): readonly Loop[] {
  const predecessors = predecessorsOf(graph.successors);
  const calls = (number: number): boolean => isCall(graph.order[number] as Block);
  return graph.order.flatMap((_, header) => {
    if (!graph.isLoopHeader[header]) return [];
    const latches = (predecessors[header] ?? []).filter((from) => from >= header);
    const before = (number: number): readonly number[] =>
      number === header ? [] : (predecessors[number] ?? []);
    const blocks = reached(latches, before).add(header);
    const withoutCall = (number: number): readonly number[] => before(number).filter((from) => !calls(from));
    const ending = reached(
      latches.filter((latch) => !calls(latch)),
      withoutCall,
    );
    const beginning = reached([header], (number) =>
      calls(number) ? [] : (graph.successors[number] ?? []).filter((to) => to !== header && blocks.has(to)),
    );
    const callFree = new Set([...ending].filter((number) => beginning.has(number) && !calls(number)));
    return [{ header, blocks, callFree }];
  });
}

/** All that is reached from some numbers, which are reached too. */
function reached(from: readonly number[], next: (number: number) => readonly number[]): Set<number> {
  const found = new Set<number>();
  const waiting = [...from];
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    if (found.has(number)) continue;
    found.add(number);
    waiting.push(...next(number));
  }
  return found;
}
