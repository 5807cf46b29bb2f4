/** What the code of a region needs to know beforehand: registers used, registers that are dirty, cycles to be covered. */

import type { Block, Region } from './control-flow.ts';
import type { FlowGraph } from './dominators.ts';
import { isSameSet, NO_REGISTERS, type RegisterSet, type RegisterUse, union } from './register-use.ts';

export interface RegionAnalysis {
  /** Every register that an instruction of the region names. */
  readonly used: RegisterSet;
  /** Every register written. */
  readonly written: RegisterSet;
  /** By block number: registers that may differ from the hart block at its end. */
  readonly dirtyAtEnd: readonly RegisterSet[];
  /**
   * By block number: the most instructions retired from its beginning until the budget is looked at again, which is at
   * loop headers, after calls, and outside.
   */
  readonly height: readonly number[];
}

const isCall = ({ end }: Block): boolean => end.kind === 'call' || end.kind === 'indirectCall';

export function analyse(graph: FlowGraph, use: RegisterUse): RegionAnalysis {
  let used = NO_REGISTERS;
  const writtenIn = graph.order.map(({ instructions }) => {
    let written = NO_REGISTERS;
    for (const { decoded } of instructions) {
      const writes = use.writes(decoded);
      used = union(used, union(use.reads(decoded), writes));
      written = union(written, writes);
    }
    return written;
  });
  return {
    used,
    written: writtenIn.reduce(union, NO_REGISTERS),
    dirtyAtEnd: dirtyAtEnd(graph, writtenIn),
    height: heights(graph),
  };
}

/** Forward over the graph until nothing changes; a call leaves nothing dirty. */
function dirtyAtEnd(graph: FlowGraph, writtenIn: readonly RegisterSet[]): RegisterSet[] {
  const atStart = graph.order.map(() => NO_REGISTERS);
  const atEnd = graph.order.map(() => NO_REGISTERS);
  for (let changed = true; changed; ) {
    changed = false;
    graph.order.forEach((block, number) => {
      const end = union(atStart[number] as RegisterSet, writtenIn[number] as RegisterSet);
      atEnd[number] = end;
      if (isCall(block)) return;
      for (const next of graph.successors[number] ?? []) {
        const start = union(atStart[next] as RegisterSet, end);
        if (isSameSet(start, atStart[next] as RegisterSet)) continue;
        atStart[next] = start;
        changed = true;
      }
    });
  }
  return atEnd;
}

function heights({ order, successors, isLoopHeader }: FlowGraph): number[] {
  const height = order.map(() => 0);
  for (let number = order.length - 1; number >= 0; number--) {
    const block = order[number] as Block;
    let beyond = 0;
    if (!isCall(block))
      for (const next of successors[number] ?? [])
        if (next > number && !isLoopHeader[next]) beyond = Math.max(beyond, height[next] as number);
    height[number] = block.instructions.length + beyond;
  }
  return height;
}

/**
 * How many samples have met a region. It takes many thousand executions of an instruction to make up for its translation;
 * some thousand lie between two samples. So it is worth it with a few samples for each instruction that a region has.
 *
 * @param samplesAt samples of the instruction at an address; a negative number is none.
 */
export function weightOf({ blocks }: Region, samplesAt: (address: number) => number): number {
  let weight = 0;
  for (const { instructions } of blocks.values())
    for (const { address } of instructions) weight += Math.max(0, samplesAt(address));
  return weight;
}
