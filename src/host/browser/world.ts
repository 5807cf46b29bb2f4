/** The outside world of a machine that runs in a page or a worker of one. */
import type { LowerLayer, OutsideConsole, OutsideWorld } from '../../contracts/outside.ts';
import { type Pace, pacing } from '../shared/pace.ts';

export interface BrowserWorldOptions {
  readonly console: OutsideConsole;
  readonly layers: readonly LowerLayer[];
  /** Virtual when left out. */
  readonly pace?: Pace;
}

export function browserWorld(options: BrowserWorldOptions): OutsideWorld {
  const { console, layers, pace } = options;
  return { console, layers, pace: pacing(pace ?? 'virtual') };
}
