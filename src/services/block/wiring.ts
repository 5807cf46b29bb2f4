/** What the block service is handed. */
import type { OperationReference } from '../../contracts/service.ts';
import type { ReplacementPolicy } from './replacement.ts';

export interface BlockWiring {
  readonly policy: ReplacementPolicy;
  /** Units that the cache may hold; 0 for a share of the machine's memory. */
  readonly cacheUnits: number;
  /** The memory service's `supply`; without it a span that is not present is a fault. */
  readonly supply?: OperationReference<{
    readonly space: 'number';
    readonly address: 'number';
    readonly length: 'number';
    readonly access: 'number';
  }>;
}
