/**
 * The operations that begin and end a volume.
 */
import { SECTOR_SIZE } from '../../../contracts/disk.ts';
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { OutcomeNumber } from '../../../contracts/service.ts';
import { type FrameNumber, NEVER, PAGE_SIZE, type PhysicalAddress } from '../../../contracts/units.ts';
import { dropKept, keptFrom, placeOfKept } from '../../../kernel/kept-frames.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { bring, PENDING } from '../pending.ts';
import { localSpan } from '../spans.ts';
import { allocateRecord } from '../storage.ts';
import type { FilesWiring } from '../wiring.ts';
import { dropBuffers } from './buffers.ts';
import { blockDevice, storing } from './interface.ts';
import { SUPERBLOCK_BYTES, SUPERBLOCK_OFFSET } from './layout.ts';
import { Volume, volumeAt } from './records.ts';
import { countFree, makeVolume, markMounted, objection } from './superblock.ts';
import { hasEnded } from './tending.ts';

/** The first frame from `from` on that was kept for a disk, or 0. */
function keptFor(k: Kernel, disk: number, from: FrameNumber): FrameNumber {
  const home = k.homeOf('files');
  let frame = keptFrom(k, home, from);
  while (frame !== 0 && placeOfKept(k, frame).device !== disk) frame = keptFrom(k, home, frame + 1);
  return frame;
}

interface OpenFrame {
  readonly disk: number;
  readonly readOnly: number;
  /** The superblock's bytes. */
  readonly at: PhysicalAddress;
  readonly sectors: number;
  volume: PhysicalAddress;
}

/** The superblock has been read, or could not be: the volume is made of it. */
function makeOf(k: Kernel, w: FilesWiring, f: OpenFrame, error: number): OutcomeNumber {
  const readOnly = f.readOnly === 1;
  const against = error === 0 ? objection(k, f.at, f.sectors, readOnly) : undefined;
  if (error === 0 && against === undefined) f.volume = makeVolume(k, f.at, f.disk, readOnly);
  k.slab.release(f.at);
  if (error !== 0) return k.fail(error);
  if (against !== undefined) {
    w.say?.(`disk ${f.disk} cannot be mounted: ${against}`);
    return k.fail(ErrorNumber.EINVAL);
  }
  return f.volume === 0 ? k.fail(ErrorNumber.ENOMEM) : k.goto('count');
}

export function openVolumeOperation(w: FilesWiring): Operation {
  return operation(storing.openVolume, ['at', 'sectors', 'volume', 'frame', 'replayed'], {
    begin(k, f) {
      return k.call(blockDevice.describe, { disk: f.disk }, 'described');
    },
    described(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.sectors = reply.value;
      if (f.sectors * SECTOR_SIZE < SUPERBLOCK_OFFSET + SUPERBLOCK_BYTES) return k.fail(ErrorNumber.EINVAL);
      return k.goto('replay');
    },
    // What a server that has died had changed and not yet brought to the block service.
    replay(k, f) {
      f.frame = keptFor(k, f.disk, f.frame + 1);
      if (f.frame === 0) return k.goto('load');
      const { sector, sectors } = placeOfKept(k, f.frame);
      const from = localSpan(f.frame * PAGE_SIZE, sectors * SECTOR_SIZE);
      return k.call(blockDevice.write, { disk: f.disk, sector, from }, 'replayed');
    },
    replayed(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      dropKept(k, f.frame);
      f.replayed += 1;
      return k.goto('replay');
    },
    load(k, f) {
      if (f.replayed > 0)
        w.say?.(`disk ${f.disk}: ${f.replayed} changed blocks of names and inodes were found again`);
      f.at = allocateRecord(k, SUPERBLOCK_BYTES);
      if (f.at === 0) return k.fail(ErrorNumber.ENOMEM);
      const into = localSpan(f.at, SUPERBLOCK_BYTES);
      const sector = SUPERBLOCK_OFFSET / SECTOR_SIZE;
      return k.call(blockDevice.read, { disk: f.disk, sector, into }, 'read');
    },
    read: (k, f, reply) => makeOf(k, w, f, reply.error),
    count(k, f) {
      const v = volumeAt(k, f.volume);
      const error = v.valid === 1 ? 0 : countFree(k, v);
      if (error === PENDING) return bring(k, 'count');
      if (error < 0) return k.fail(-error);
      return v.readOnly === 1 ? k.done(f.volume) : k.goto('mark');
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
