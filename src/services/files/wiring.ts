/**
 * What the files service is handed: the outside layers, and who makes spans present.
 */
import type { LowerLayer } from '../../contracts/outside.ts';
import type { OperationReference } from '../../contracts/service.ts';

/** Makes bytes of an address space present for an access; the value is how many are. */
export type SupplyReference = OperationReference<{
  readonly space: 'number';
  readonly address: 'number';
  readonly length: 'number';
  readonly access: 'number';
}>;

export interface FilesWiring {
  /** Trees that may be mounted, by number; those of a host mount are WritableLayers. */
  readonly layers: readonly LowerLayer[];
  /** The memory service's `supply`; without it a span that is not present is a fault. */
  readonly supply?: SupplyReference;
  /** Seconds since 1970 at cycle 0. */
  readonly epoch: number;
}
