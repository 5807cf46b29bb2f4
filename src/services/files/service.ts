/**
 * The files service as code: all operations of interface.ts, over the records of records.ts.
 */
import type { ServiceCode } from '../../kernel/registry.ts';
import { copyOperations } from './copies.ts';
import { ext2Operations } from './ext2/index.ts';
import { factsOperations } from './facts.ts';
import { FORMATS } from './formats.ts';
import { listingOperations } from './listing.ts';
import { lockingOperations } from './locking.ts';
import { mountingOperations } from './mounting.ts';
import { namingOperations } from './naming.ts';
import { openingOperations } from './opening.ts';
import { renamingOperations } from './renaming.ts';
import { walkOperation } from './resolution.ts';
import { sizingOperations } from './sizing.ts';
import { swapFileOperation } from './swap-file.ts';
import { transferOperations } from './transfer.ts';
import type { FilesParts, FilesWiring } from './wiring.ts';

export function filesService(parts: FilesParts): ServiceCode {
  const w: FilesWiring = { ...parts, formats: FORMATS };
  return {
    name: 'files',
    revival: { lost: 'files that were only in memory, what was not yet written of others, locks' },
    operations: [
      walkOperation(w),
      ...openingOperations(w),
      swapFileOperation(w),
      ...copyOperations(w),
      ...transferOperations(w),
      ...sizingOperations(w),
      ...factsOperations(w),
      ...listingOperations(w),
      ...namingOperations(w),
      ...renamingOperations(w),
      ...lockingOperations(w),
      ...mountingOperations(w),
      ...ext2Operations(w),
    ],
  };
}
