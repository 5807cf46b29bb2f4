/**
 * The places where a region can be entered beside its first instruction: the headers of its loops. A thread that was stopped in a loop
 * goes on there.
 *
 * Control comes to such a header by way of the headers of the loops around it, without a step of theirs: otherwise they
 * would not dominate what is in their loops, and the flow would not be reducible. The way begins in block 0, which is empty.
 */

import type { Flow } from './flow.ts';
import { loopsOf } from './loops.ts';

export interface Entry {
  readonly address: number;
  /** The numbers of the blocks passed: 0, the headers around it, the header itself. */
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

/** The entries of a flow that has a beginning. Where several headers have one address, the outermost is entered. */
export function entriesOf(flow: Flow): readonly Entry[] {
  const { order } = flow;
  const loops = loopsOf(flow);
  const known = new Set([order[0]?.address]);
  return loops.flatMap(({ header }) => {
    const address = order[header]?.address as number;
    if (known.has(address)) return [];
    known.add(address);
    const around = loops.filter((loop) => loop.header !== header && loop.blocks.has(header));
    return [{ address, way: [0, ...around.map((loop) => loop.header), header] }];
  });
}
