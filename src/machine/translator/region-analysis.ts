/** What the code of a region needs to know beforehand: registers used, registers that are dirty, cycles to be covered. */

import type { Block, Region } from './control-flow.ts';
import type { FlowGraph } from './dominators.ts';
import { ExitPlan } from './exit-plan.ts';
import { isCall } from './loops.ts';
import { NO_REGISTERS, type RegisterSet, type RegisterUse, union } from './register-use.ts';
import { planResidence, type Residence, type ResidencePlan } from './residence.ts';

export interface RegionAnalysis {
  /** Every register that an instruction of the region names. */
  readonly used: RegisterSet;
  /** The integer registers that are narrow after some instruction. */
  readonly narrow: number;
  readonly residence: ResidencePlan;
  readonly exits: ExitPlan;
  /**
   * By block number: the most instructions retired from its beginning until the budget is looked at again, which is at
   * loop headers, after calls, and outside.
   */
  readonly height: readonly number[];
}

/** @param assumesNarrow see RegionOptions */
export function analyse(graph: FlowGraph, use: RegisterUse, assumesNarrow: boolean): RegionAnalysis {
  let used = NO_REGISTERS;
  for (const { instructions } of graph.order)
    for (const { decoded } of instructions)
      used = union(used, union(use.reads(decoded), use.writes(decoded)));
  const residence = planResidence(graph, use, assumesNarrow);
  let narrow = 0;
  graph.order.forEach(({ instructions }, number) => {
    let state = (residence.atStart[number] as Residence).narrow;
    for (const { decoded } of instructions) {
      state = use.narrowAfter(decoded, state);
      narrow |= state & use.writes(decoded).x;
    }
  });
  return { used, narrow, residence, exits: new ExitPlan(graph, residence, use), height: heights(graph) };
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
