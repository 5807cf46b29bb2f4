/** Who has the memory, and for what: the frame table, summed by owner and use. */
import type { PhysicalAddress } from '../../contracts/units.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import { Frame, FrameUse, SLAB_CLASSES } from '../../kernel/objects.ts';
import type { Landmarks } from './landmarks.ts';
import { attempt, isDamaged, type Maybe } from './look.ts';
import { frameUseName } from './names.ts';
import type { Scene } from './scene.ts';
import { domainName } from './stacks.ts';
import { bytesText, count, table } from './table.ts';

export interface OwnedFrames {
  readonly owner: string;
  readonly use: string;
  readonly frames: number;
  /** Of slabs: records in use, and the bytes of their size class. */
  readonly records: number | undefined;
  readonly recordBytes: number | undefined;
}

export interface InspectedMemory {
  /** Frames of the resource set, those never used, those free. */
  readonly frames: number;
  readonly untouched: number;
  readonly free: number;
  readonly owned: Maybe<readonly OwnedFrames[]>;
}

interface Sum {
  frames: number;
  records: number;
}

/** Frames in use, by owner, use and size class. */
function sums(scene: Scene): Map<string, Sum> {
  const { look } = scene;
  const { frameTable, firstFrame, untouched } = scene.root;
  const found = new Map<string, Sum>();
  look.check(frameTable, (untouched - firstFrame) * Frame.size, 'frame table');
  for (let frame = firstFrame; frame < untouched; frame++) {
    const { owner, use, slabClass, inUse, references } = look.view(
      Frame,
      frameTable + (frame - firstFrame) * Frame.size,
    );
    if (owner === 0 && (use === FrameUse.free || references === 0)) continue;
    // A whole frame that a service takes for a table of its own is a slab without records.
    const key = `${owner} ${use} ${use === FrameUse.slab && inUse > 0 ? slabClass : -1}`;
    const sum = found.get(key) ?? { frames: 0, records: 0 };
    sum.frames += 1;
    sum.records += inUse;
    found.set(key, sum);
  }
  return found;
}

function ownedFrames(scene: Scene, marks: Landmarks): OwnedFrames[] {
  const nameOf = (owner: PhysicalAddress) => {
    const name = attempt(() => domainName(scene, marks, owner));
    return isDamaged(name) ? `damaged: ${name.damaged}` : name;
  };
  const rows = Array.from(sums(scene), ([key, { frames, records }]) => {
    const [owner = 0, use = 0, slabClass = -1] = key.split(' ').map(Number);
    const isSlab = use === FrameUse.slab && slabClass >= 0;
    return {
      owner: nameOf(owner),
      use: use === FrameUse.slab && !isSlab ? 'whole frames of a service' : frameUseName(use),
      frames,
      records: isSlab ? records : undefined,
      recordBytes: isSlab ? SLAB_CLASSES[slabClass] : undefined,
    };
  });
  return rows.sort((a, b) => (a.owner === b.owner ? b.frames - a.frames : a.owner < b.owner ? -1 : 1));
}

export function inspectMemory(scene: Scene, marks: Landmarks): InspectedMemory {
  const { frameCount, firstFrame, untouched, freeCount } = scene.root;
  return {
    frames: frameCount,
    untouched: frameCount - (untouched - firstFrame),
    free: freeCount,
    owned: attempt(() => ownedFrames(scene, marks)),
  };
}

export function memoryLines({ frames, untouched, free, owned }: InspectedMemory): string[] {
  const total =
    `${count(frames)} frames (${bytesText(frames * PAGE_SIZE)}); ${count(free)} free, ` +
    `${count(untouched)} of them never used`;
  if (isDamaged(owned)) return [total, `damaged: ${owned.damaged}`];
  const rows = owned.map(({ owner, use, frames: own, records, recordBytes }) => [
    owner,
    use,
    count(own),
    records === undefined ? '' : `${count(records)} records of up to ${recordBytes} bytes`,
  ]);
  return [total, ...table(['owner', 'use', 'frames', ''], rows, ['left', 'left', 'right'])];
}
