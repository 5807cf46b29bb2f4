/** ext2's operations, for the files service's list. */
import type { Operation } from '../../../kernel/operation.ts';
import type { FilesWiring } from '../wiring.ts';
import { bringOperation } from './bringing.ts';
import { closeVolumeOperation, openVolumeOperation } from './opening.ts';
import { recallOperation } from './recalling.ts';
import { flushNodeOperation, pushOperation, synchroniseMountOperation } from './storing.ts';
import { tendOperation } from './tending.ts';

export function ext2Operations(w: FilesWiring): Operation[] {
  return [
    bringOperation,
    pushOperation,
    flushNodeOperation,
    synchroniseMountOperation(w),
    openVolumeOperation(w),
    closeVolumeOperation,
    tendOperation,
    recallOperation(w),
  ];
}
