/**
 * What the files service is handed: the credentials of callers, the outside layers, and who makes spans present.
 */
import type { LowerLayer } from '../../contracts/outside.ts';
import type { OperationReference } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';

/** Whom the caller acts for. User 0 passes every check but that of executing a file without an execute bit. */
export interface Credentials {
  readonly user: number;
  readonly group: number;
  /** Is it in this group, by its own or a supplementary one? */
  member(group: number): boolean;
}

/** Makes bytes of an address space present for an access; the value is how many are. */
export type SupplyReference = OperationReference<{
  readonly space: 'number';
  readonly address: 'number';
  readonly length: 'number';
  readonly access: 'number';
}>;

export interface FilesWiring {
  /** The credentials of the calling thread: those for files, or the real ones for access(2). */
  credentialsOf(k: Kernel, real: boolean): Credentials;
  /** Trees that may be mounted, by number; those of a host mount are WritableLayers. */
  readonly layers: readonly LowerLayer[];
  /** The memory service's `supply`; without it a span that is not present is a fault. */
  readonly supply?: SupplyReference;
  /** Seconds since 1970 at cycle 0. */
  readonly epoch: number;
}
