/** The outside world of a machine that runs in Node. */
import type { LowerLayer, OutsideConsole, OutsideDisk, OutsideWorld } from '../../contracts/outside.ts';
import { type Pace, pacing } from '../shared/pace.ts';
import { nodeConsole } from './console.ts';

export interface NodeWorldOptions {
  readonly layers: readonly LowerLayer[];
  /** None when left out. */
  readonly disks?: readonly OutsideDisk[];
  /** Virtual when left out. */
  readonly pace?: Pace;
  /** Seconds that the machine's clock shows now; 0 when it has just been switched on. */
  readonly from?: number;
  /** The process's standard streams when left out. */
  readonly console?: OutsideConsole;
}

export function nodeWorld(options: NodeWorldOptions): OutsideWorld {
  return {
    console: options.console ?? nodeConsole(),
    layers: options.layers,
    disks: options.disks ?? [],
    pace: pacing(options.pace ?? 'virtual', options.from),
  };
}
