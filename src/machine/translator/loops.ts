/**
 * The loops of a region's flow graph: for each header the blocks from which it is reached again without leaving what it
 * dominates (natural loops; Aho, Lam, Sethi, Ullman, 'Compilers', 9.6.6), and which of them make a way round without a call.
 */

import type { Block } from './control-flow.ts';
import { type Flow, predecessorsOf, reached } from './flow.ts';

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
export function loopsOf({ order, successors }: Flow): readonly Loop[] {
  const predecessors = predecessorsOf(successors);
  const calls = (number: number): boolean => isCall(order[number] as Block);
  return order.flatMap((_, header) => {
    const latches = (predecessors[header] ?? []).filter((from) => from >= header);
    if (latches.length === 0) return [];
    const before = (number: number): readonly number[] =>
      number === header ? [] : (predecessors[number] ?? []);
    const blocks = reached(latches, before).add(header);
    const withoutCall = (number: number): readonly number[] => before(number).filter((from) => !calls(from));
    const ending = reached(
      latches.filter((latch) => !calls(latch)),
      withoutCall,
    );
    const beginning = reached([header], (number) =>
      calls(number) ? [] : (successors[number] ?? []).filter((to) => to !== header && blocks.has(to)),
    );
    const callFree = new Set([...ending].filter((number) => beginning.has(number) && !calls(number)));
    return [{ header, blocks, callFree }];
  });
}
