/** What the block service tells of its work, for reports: nothing is charged for it. */
import type { Kernel } from '../../kernel/kernel.ts';
import { BlockRoot } from './records.ts';

export interface BlockFigures {
  /** Blocks that were in the cache when they were wanted, and those that were not. */
  readonly hits: number;
  readonly misses: number;
  readonly readAhead: number;
  readonly writtenBack: number;
  readonly replaced: number;
  readonly flushes: number;
  readonly errors: number;
}

/** Undefined for a machine without disks. */
export function blockFigures(k: Kernel): BlockFigures | undefined {
  const address = k.serviceRoot('block');
  if (address === 0) return undefined;
  const { hits, misses, readAhead, writtenBack, replaced, flushes, errors } = BlockRoot.at(
    k.meter.observer,
    address,
  );
  return { hits, misses, readAhead, writtenBack, replaced, flushes, errors };
}
