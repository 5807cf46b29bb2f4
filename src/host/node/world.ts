/** The outside world of a machine that runs in Node. */
import type { LowerLayer, OutsideConsole, OutsideWorld } from '../../contracts/outside.ts';
import { nodeConsole } from './console.ts';

/** How virtual time and real time are related: not at all, or no second of the machine passes faster than a real one. */
export type Pace = 'virtual' | 'real';

export interface NodeWorldOptions {
  readonly layers: readonly LowerLayer[];
  readonly pace?: Pace;
  /** The process's standard streams when left out. */
  readonly console?: OutsideConsole;
}

/** Longest time for which one timer of the host can be set, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Waits until `seconds` after `start`, both real. */
async function waitUntil(start: number, seconds: number): Promise<void> {
  for (;;) {
    const left = start + seconds * 1000 - performance.now();
    if (left <= 0) return;
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, LONGEST_TIMER)));
  }
}

export function nodeWorld(options: NodeWorldOptions): OutsideWorld {
  const start = performance.now();
  return {
    console: options.console ?? nodeConsole(),
    layers: options.layers,
    pace: options.pace === 'real' ? (seconds) => waitUntil(start, seconds) : () => Promise.resolve(),
  };
}
