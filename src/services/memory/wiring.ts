/**
 * What the memory service asks of others; whoever puts a system together hands it over.
 */
import type { OperationReference } from '../../contracts/service.ts';

type NodeOnly = { node: 'handle' };

/** Whoever has files: the pages behind mappings. Nodes are the supplier's names. */
export interface BackingSupplier {
  /** Value: the frame of a page, held; second value: 1 when it had to be read from outside; EIO beyond the end of the file. `write` is 1 when it will be written through. */
  readonly page: OperationReference<{ node: 'handle'; index: 'number'; write: 'number' }>;
  readonly hold: OperationReference<NodeOnly>;
  readonly release: OperationReference<NodeOnly>;
  /** Value: an empty file without a name, held. */
  readonly createUnnamed: OperationReference<{ mode: 'number' }>;
  readonly truncate: OperationReference<{ node: 'handle'; size: 'number' }>;
  /** Brings a file's pages to where they last. */
  readonly synchronise: OperationReference<NodeOnly>;
}

export interface MemoryWiring {
  readonly backing: BackingSupplier;
  /** Asked by real memory for what it swaps out. Value: an empty file without a name, held; second value: 1 when it is on a disk. */
  readonly createSwapFile?: OperationReference<Record<never, never>>;
  /** Gives back frames that can be had again: value: how many. Asked when no frame is free. */
  readonly reclaim?: OperationReference<{ pages: 'number' }>;
  /** The last resort. Value: 1 when it made room and the caller shall try again, 0 when the caller must do without. */
  readonly outOfMemory?: OperationReference<{ space: 'number' }>;
}
