/** What generated refills of the modelled TLB work on: see refill.ts. */

import { FRAME_SIZE, type Layout } from '../layout.ts';
import { type CacheShapes, stateOffsets, translationStateSize } from '../translation/hart-state.ts';
import { CacheLayout, type Shape } from '../translation/translation-cache.ts';

/** What the machine says of its modelled TLB. */
export interface RefillPlan {
  readonly shapes: CacheShapes;
  readonly harts: number;
  /** Physical address of the first hart's translation state. */
  readonly state: number;
  /** Cycles of a miss and a walk of all levels. */
  readonly cycles: number;
}

/** A cache in the first hart's state. */
export interface CachePlaces extends Shape {
  /** Where the turns of the sets begin, and the entries. */
  readonly turns: number;
  readonly ways: number;
  readonly entriesFrom: number;
}

/** All places are offsets in the WebAssembly memory. */
export interface RefillOptions {
  /** The first hart's translation state, and how many bytes from one to the next. */
  readonly state: number;
  readonly stride: number;
  readonly harts: number;
  readonly instruction: CachePlaces;
  readonly data: CachePlaces;
  readonly cycles: number;
  readonly instructionPrice: number;
  /** Frames of RAM. */
  readonly frames: number;
  readonly layout: Layout;
}

export function refillOptions(plan: RefillPlan, layout: Layout, instructionPrice: number): RefillOptions {
  const { shapes, harts, cycles } = plan;
  const state = layout.ramBase + plan.state;
  const offsets = stateOffsets(shapes);
  const places = ({ entries, ways }: Shape, turns: number): CachePlaces => {
    return { entries, ways, turns, entriesFrom: turns + (entries / ways) * CacheLayout.setBytes };
  };
  return {
    state,
    stride: translationStateSize(shapes),
    harts,
    instruction: places(shapes.instructionCache, state + offsets.instruction),
    data: places(shapes.dataCache, state + offsets.data),
    cycles,
    instructionPrice,
    frames: layout.ramSize / FRAME_SIZE,
    layout,
  };
}
