/**
 * Which registers go home where a region is left. Points share an exit, which is the code that sends a set of registers
 * home: the set must have all that is dirty at the point and may have more of what is held there, whose home has the same. Those
 * that are narrow must be so at the exit.
 */

import { accessesData, contains } from '../interpreter/handlers.ts';
import { type Block, straddles } from './control-flow.ts';
import type { FlowGraph } from './dominators.ts';
import { isWithin, type RegisterSet, type RegisterUse, sizeOf } from './register-use.ts';
import { ALL_AT_HOME, after, type Residence, type ResidencePlan } from './residence.ts';

/** An exit: what it sends home, and which of the integer registers among that are narrow. */
export interface Exit {
  readonly set: RegisterSet;
  readonly narrow: number;
}

export class ExitPlan {
  readonly exits: readonly Exit[];

  constructor(graph: FlowGraph, plan: ResidencePlan, use: RegisterUse) {
    const exits: Exit[] = [];
    const need = (state: Residence): void => {
      if (find(exits, state) < 0) exits.push({ set: state.dirty, narrow: state.narrow & state.dirty.x });
    };
    need(ALL_AT_HOME);
    // From the end of a block to its beginning: what is dirty at the end serves for points before, too.
    graph.order.forEach((block, number) => {
      for (const state of statesOf(block, plan.atStart[number] as Residence, use).reverse()) need(state);
    });
    this.exits = exits;
  }

  /** The number of the exit for a point: the one that sends the least home. */
  at(state: Residence): number {
    const found = find(this.exits, state);
    if (found < 0) throw new Error('no exit has been planned for a point of the region');
    return found;
  }
}

/** At the beginning, before each instruction that may leave, and at the end. */
function statesOf({ instructions }: Block, atStart: Residence, use: RegisterUse): Residence[] {
  const states = [atStart];
  let state = atStart;
  for (const instruction of instructions) {
    if (mayLeave(instruction)) states.push(state);
    state = after(instruction, state, use);
  }
  states.push(state);
  return states;
}

function mayLeave(instruction: Block['instructions'][number]): boolean {
  const { definition } = instruction.decoded;
  return (
    straddles(instruction) ||
    accessesData(definition) ||
    contains(definition, ['trap', 'system', 'exactFloat'])
  );
}

function find(exits: readonly Exit[], { held, dirty, narrow }: Residence): number {
  let found = -1;
  exits.forEach(({ set, narrow: narrowThere }, number) => {
    if (!isWithin(dirty, set) || !isWithin(set, held) || (narrow & set.x) !== narrowThere) return;
    if (found < 0 || sizeOf(set) < sizeOf((exits[found] as Exit).set)) found = number;
  });
  return found;
}
