/**
 * The places where a region can be entered beside its first instruction: the headers of its loops, where a thread that was stopped
 * in a loop goes on, and where its calls come back to, for when the caller has been left while the function that it called had
 * something for the interpreter to do.
 *
 * Control comes to such a block by way of the headers of the loops around it, without a step of theirs: otherwise they
 * would not dominate what is in their loops, and the flow would not be reducible. The way begins in block 0, which is empty.
 */

import type { Flow } from './flow.ts';
import { isCall, loopsOf } from './loops.ts';

export interface Entry {
  readonly address: number;
  /** The numbers of the blocks passed: 0, the headers around it, the block itself. */
  readonly way: readonly number[];
}

/** The flow with an empty block before the first one. */
export function withBeginning({ order, successors }: Flow): Flow {
  const address = order[0]?.address as number;
  return {
    order: [{ address, instructions: [], end: { kind: 'next', next: address } }, ...order],
    successors: [[1], ...successors.map((targets) => targets.map((to) => to + 1))],
  };
}

/** The entries of a flow that has a beginning. Where several blocks have one address, the outermost header is entered. */
export function entriesOf(flow: Flow): readonly Entry[] {
  const { order } = flow;
  const loops = loopsOf(flow);
  const known = new Set([order[0]?.address]);
  return [...loops.map(({ header }) => header), ...returnSitesOf(flow)].flatMap((number) => {
    const address = order[number]?.address as number;
    if (known.has(address)) return [];
    known.add(address);
    const around = loops.filter(({ header, blocks }) => header !== number && blocks.has(number));
    return [{ address, way: [0, ...around.map(({ header }) => header), number] }];
  });
}

/** The blocks to which calls come back. */
function returnSitesOf({ order, successors }: Flow): readonly number[] {
  return order.flatMap((block, number) => (isCall(block) ? (successors[number] ?? []) : []));
}
