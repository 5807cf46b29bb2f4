/**
 * What the files service is handed: the outside layers, and who makes spans present.
 */
import type { LowerLayer } from '../../contracts/outside.ts';
import type { OperationReference } from '../../contracts/service.ts';
import type { Format } from './format.ts';

/** Makes bytes of an address space present for an access; the value is how many are. */
export type SupplyReference = OperationReference<{
  readonly space: 'number';
  readonly address: 'number';
  readonly length: 'number';
  readonly access: 'number';
}>;

/** What whoever puts a system together hands over. */
export interface FilesParts {
  /** Trees that may be mounted, by number; those of a host mount are WritableLayers. */
  readonly layers: readonly LowerLayer[];
  /** The memory service's `supply`; without it a span that is not present is a fault. */
  readonly supply?: SupplyReference;
  /** Seconds since 1970 at cycle 0. */
  readonly epoch: number;
  /** Tells whoever started the machine. */
  readonly say?: (message: string) => void;
}

/** What the service's own parts work with. */
export interface FilesWiring extends FilesParts {
  /** By MountKind. */
  readonly formats: readonly Format[];
}
