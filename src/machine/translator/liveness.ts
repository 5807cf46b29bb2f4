/**
 * Which registers are read before they are written after the beginning of a block, without a call or the end of the region in
 * between (Aho, Lam, Sethi, Ullman, 'Compilers', 9.2.5). The others need no local there: what leaves a region finds them at home.
 */

import type { FlowGraph } from './dominators.ts';
import { isCall } from './loops.ts';
import { NO_REGISTERS, type RegisterSet, type RegisterUse, union, without } from './register-use.ts';

/** By block number. */
export function liveAtStart(graph: FlowGraph, use: RegisterUse): readonly RegisterSet[] {
  const { order, successors } = graph;
  const live: RegisterSet[] = order.map(() => NO_REGISTERS);
  for (let isChanging = true; isChanging; ) {
    isChanging = false;
    for (let number = order.length - 1; number >= 0; number--) {
      const block = order[number] as FlowGraph['order'][number];
      let state = NO_REGISTERS;
      if (!isCall(block))
        for (const next of successors[number] ?? []) state = union(state, live[next] ?? state);
      for (const { decoded } of block.instructions.toReversed())
        state = union(without(state, use.writes(decoded)), use.reads(decoded));
      const before = live[number] as RegisterSet;
      if (state.x !== before.x || state.f !== before.f) isChanging = true;
      live[number] = state;
    }
  }
  return live;
}
