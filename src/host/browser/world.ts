/** The outside world of a machine that runs in a page or a worker of one. */
import type { LowerLayer, OutsideConsole, OutsideDisk, OutsideWorld } from '../../contracts/outside.ts';
import { type Pace, pacing } from '../shared/pace.ts';

export interface BrowserWorldOptions {
  readonly console: OutsideConsole;
  readonly layers: readonly LowerLayer[];
  /** None when left out. */
  readonly disks?: readonly OutsideDisk[];
  /** Virtual when left out. */
  readonly pace?: Pace;
}

export function browserWorld(options: BrowserWorldOptions): OutsideWorld {
  const { console, layers, pace, disks = [] } = options;
  return { console, layers, disks, pace: pacing(pace ?? 'virtual') };
}
