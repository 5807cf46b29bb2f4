/**
 * The operations that begin and end a volume.
 */
import { SECTOR_SIZE } from '../../../contracts/disk.ts';
import { ErrorNumber } from '../../../contracts/errors.ts';
import { NEVER } from '../../../contracts/units.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { bring, PENDING } from '../pending.ts';
import { localSpan } from '../spans.ts';
import { allocateRecord } from '../storage.ts';
import type { FilesWiring } from '../wiring.ts';
import { dropBuffers } from './buffers.ts';
import { blockDevice, storing } from './interface.ts';
import { SUPERBLOCK_BYTES, SUPERBLOCK_OFFSET } from './layout.ts';
import { Volume, volumeAt } from './records.ts';
import { makeVolume, markMounted, objection } from './superblock.ts';
import { hasEnded } from './tending.ts';

export function openVolumeOperation(w: FilesWiring): Operation {
  return operation(storing.openVolume, ['at', 'sectors', 'volume'], {
    begin(k, f) {
      return k.call(blockDevice.describe, { disk: f.disk }, 'described');
    },
    described(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.sectors = reply.value;
      if (f.sectors * SECTOR_SIZE < SUPERBLOCK_OFFSET + SUPERBLOCK_BYTES) return k.fail(ErrorNumber.EINVAL);
      f.at = allocateRecord(k, SUPERBLOCK_BYTES);
      if (f.at === 0) return k.fail(ErrorNumber.ENOMEM);
      const into = localSpan(f.at, SUPERBLOCK_BYTES);
      const sector = SUPERBLOCK_OFFSET / SECTOR_SIZE;
      return k.call(blockDevice.read, { disk: f.disk, sector, into }, 'read');
    },
    read(k, f, reply) {
      const readOnly = f.readOnly === 1;
      const against = reply.error === 0 ? objection(k, f.at, f.sectors, readOnly) : undefined;
      if (reply.error === 0 && against === undefined) f.volume = makeVolume(k, f.at, f.disk, readOnly);
      k.slab.release(f.at);
      if (reply.error !== 0) return k.fail(reply.error);
      if (against !== undefined) {
        w.say?.(`disk ${f.disk} cannot be mounted: ${against}`);
        return k.fail(ErrorNumber.EINVAL);
      }
      if (f.volume === 0) return k.fail(ErrorNumber.ENOMEM);
      return readOnly ? k.done(f.volume) : k.goto('mark');
    },
    mark(k, f) {
      const error = markMounted(k, w, volumeAt(k, f.volume));
      if (error === PENDING) return bring(k, 'mark');
      if (error === 0) return k.call(storing.push, { volume: f.volume }, 'marked');
      return k.fail(-error);
    },
    marked: (k, f, reply) => (reply.error === 0 ? k.done(f.volume) : k.fail(reply.error)),
  });
}

export const closeVolumeOperation: Operation = operation(storing.closeVolume, [], {
  begin(k, f) {
    if (!hasEnded(k, f.volume)) return k.wait([f.volume + Volume.offsets.arrivals], NEVER, 'begin', false);
    dropBuffers(k, volumeAt(k, f.volume));
    k.slab.release(f.volume);
    return k.done();
  },
});
