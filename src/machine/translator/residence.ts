/**
 * Where the guest's registers are while a region runs: each has its home in the hart block, and is held in a local from its
 * first use on. A register is dirty when only its local has the value. A loop holds what its ways round use, and no more
 * if that is much, not even what they write anew each time: what is only passed through would cost the host's registers. Calls
 * find everything at home, and bring back everything there.
 */

import type { RegionInstruction } from './control-flow.ts';
import type { FlowGraph } from './dominators.ts';
import { predecessorsOf } from './flow.ts';
import { liveAtStart } from './liveness.ts';
import { isCall, type Loop, loopsOf } from './loops.ts';
import {
  intersection,
  NO_REGISTERS,
  type RegisterSet,
  type RegisterUse,
  sizeOf,
  union,
  without,
} from './register-use.ts';

export interface Residence {
  readonly held: RegisterSet;
  /** A part of what is held. */
  readonly dirty: RegisterSet;
  /**
   * Integer registers known to hold 32 bits, sign-extended (isa/narrow.ts). Those that are held are held in locals of 32 bits.
   */
  readonly narrow: number;
}

/** By block number. */
export interface ResidencePlan {
  readonly atStart: readonly Residence[];
  readonly atEnd: readonly Residence[];
}

export const ALL_AT_HOME: Residence = { held: NO_REGISTERS, dirty: NO_REGISTERS, narrow: 0 };

/** A loop holds what the loop around it holds, if these are all together no more registers than the host has to spare. */
const MOST_HELD = 5;

/** Before an instruction does anything, it has loaded what it reads. */
export function loadedFor(instruction: RegionInstruction, before: Residence, use: RegisterUse): RegisterSet {
  return without(use.reads(instruction.decoded), before.held);
}

/** After an instruction. */
export function after(instruction: RegionInstruction, before: Residence, use: RegisterUse): Residence {
  const writes = use.writes(instruction.decoded);
  return {
    held: union(before.held, union(use.reads(instruction.decoded), writes)),
    dirty: union(before.dirty, writes),
    narrow: use.narrowAfter(instruction.decoded, before.narrow),
  };
}

/** What an edge does for the block that it leads to: sends registers home, loads some, and extends some that are narrow. */
export interface Moves {
  readonly sent: RegisterSet;
  readonly loaded: RegisterSet;
  readonly widened: RegisterSet;
}

export function movesBetween(from: Residence, to: Residence): Moves {
  return {
    sent: without(from.dirty, to.dirty),
    loaded: without(to.held, from.held),
    widened: { x: from.held.x & to.held.x & from.narrow & ~to.narrow, f: 0 },
  };
}

/** @param assumesNarrow may registers be taken to be narrow at the beginning, if they are when the region comes back to it? */
export function planResidence(graph: FlowGraph, use: RegisterUse, assumesNarrow: boolean): ResidencePlan {
  const live = liveAtStart(graph, use);
  const held = heldAtHeaders(graph, use, live);
  const narrow = narrowAtStart(
    graph,
    use,
    assumesNarrow ? assumptions(graph, held, live) : noAssumptions(graph),
  );
  const predecessors = predecessorsOf(graph.successors);
  const atStart: Residence[] = [];
  const atEnd: Residence[] = [];
  graph.order.forEach((block, number) => {
    const at =
      held.get(number) ?? merged((predecessors[number] ?? []).map((from) => atEnd[from] as Residence));
    const start = { ...at, narrow: narrow[number] as number };
    const end = block.instructions.reduce((state, one) => after(one, state, use), start);
    atStart.push(start);
    atEnd.push(isCall(block) ? ALL_AT_HOME : end);
  });
  return { atStart, atEnd };
}

/** By block number: the registers that may be narrow at its beginning, as far as that depends on how it is entered. */
type Assumptions = readonly number[];

const ALL = -1;

/**
 * Where a region is entered it is tested whether those registers are narrow that the code behind takes to be so. At the first block
 * only a loop can say so, by what comes round; a register that is not written in the loop comes round as it was, which says nothing.
 */
function assumptions(
  { order, entries }: FlowGraph,
  held: ReadonlyMap<number, Held>,
  live: readonly RegisterSet[],
): Assumptions {
  const at = order.map(() => ALL);
  at[0] = 0;
  at[1] = (held.get(1)?.dirty.x ?? 0) & (live[1] as RegisterSet).x;
  for (const { way } of entries) {
    const header = way.at(-1) as number;
    at[header] = (held.get(header)?.held.x ?? 0) | (live[header] as RegisterSet).x;
  }
  return at;
}

function noAssumptions({ order, entries }: FlowGraph): Assumptions {
  const entered = new Set([0, 1, ...entries.map(({ way }) => way.at(-1) as number)]);
  return order.map((_, number) => (entered.has(number) ? 0 : ALL));
}

/**
 * The narrow registers by block number: those that are so on all ways to a block. Loops are taken to keep all narrow until
 * that is found to be wrong.
 */
function narrowAtStart(graph: FlowGraph, use: RegisterUse, assumed: Assumptions): readonly number[] {
  const at = [...assumed];
  for (let isChanging = true; isChanging; ) {
    isChanging = false;
    graph.order.forEach((block, number) => {
      if (number === 0) return;
      const last = block.instructions.reduce(
        (narrow, { decoded }) => use.narrowAfter(decoded, narrow),
        at[number] as number,
      );
      for (const next of graph.successors[number] ?? []) {
        const met = (at[next] as number) & (isCall(block) ? 0 : last);
        if (met !== at[next]) isChanging = true;
        at[next] = met;
      }
    });
  }
  return at;
}

type Held = Omit<Residence, 'narrow'>;

/** What all the ways to a block hold; dirty what is so on any of them. */
function merged(before: readonly Residence[]): Held {
  if (before.length === 0) return ALL_AT_HOME;
  const held = before.map((one) => one.held).reduce(intersection);
  const dirty = before.map((one) => one.dirty).reduce(union);
  return { held, dirty: without(dirty, without(dirty, held)) };
}

/** By header. What a loop does not change is not dirty in it. */
function heldAtHeaders(
  graph: FlowGraph,
  use: RegisterUse,
  live: readonly RegisterSet[],
): ReadonlyMap<number, Held> {
  const known = new Map<number, Held>();
  const loops = loopsOf(graph);
  for (const loop of loops) {
    const around = loops.findLast(({ header, blocks }) => header < loop.header && blocks.has(loop.header));
    const own = registersOf(graph, loop.callFree, (decoded) =>
      union(use.reads(decoded), use.writes(decoded)),
    );
    const all = union(own, (around && known.get(around.header)?.held) ?? NO_REGISTERS);
    const isCalling = loop.callFree.size === 0;
    const kept = isCalling || sizeOf(all) > MOST_HELD ? own : all;
    const held = sizeOf(kept) > MOST_HELD ? intersection(kept, live[loop.header] as RegisterSet) : kept;
    const written = registersOf(graph, loop.blocks, (decoded) => use.writes(decoded));
    known.set(loop.header, { held, dirty: without(held, without(held, written)) });
  }
  return known;
}

function registersOf(
  { order }: FlowGraph,
  blocks: Loop['blocks'],
  those: (decoded: RegionInstruction['decoded']) => RegisterSet,
): RegisterSet {
  let found = NO_REGISTERS;
  for (const number of blocks)
    for (const { decoded } of order[number]?.instructions ?? []) found = union(found, those(decoded));
  return found;
}
