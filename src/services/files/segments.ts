/**
 * The text of a path that is being resolved: the path itself, and the targets of the symbolic links met on the way.
 *
 * Each run of bytes is a Segment record; a link's target goes before what was still to come. Segments that are read through
 * stay until the walk ends, for the component at hand lies in one of them.
 */
import { Primitive } from '../../contracts/accounting.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { SLASH } from './names.ts';
import { Segment, type WalkView } from './records.ts';
import { allocateFrame, allocateRecord, LARGEST_RECORD } from './storage.ts';

/** Puts a segment of uninitialised text before what is still to come. False when there is no memory for it. */
export function addSegment(k: Kernel, walk: WalkView, length: number): boolean {
  const inside = Segment.size + length <= LARGEST_RECORD;
  const address = allocateRecord(k, inside ? Segment.size + length : Segment.size);
  if (address === 0) return false;
  const frame = inside ? 0 : allocateFrame(k, FrameUse.index);
  if (!inside && frame === 0) {
    k.slab.release(address);
    return false;
  }
  const segment = Segment.at(k.store, address);
  segment.text = inside ? address + Segment.size : frame * PAGE_SIZE;
  segment.length = length;
  segment.outer = walk.segment;
  segment.next = walk.segments;
  walk.segment = address;
  walk.segments = address;
  return true;
}

/** The same with text that is copied from `from`. */
export function pushSegment(k: Kernel, walk: WalkView, from: PhysicalAddress, length: number): boolean {
  if (!addSegment(k, walk, length)) return false;
  k.memory.copy(segmentText(k, walk.segment), from, length);
  k.meter.charge(Primitive.wordCopied, Math.ceil(length / 8));
  return true;
}

export function segmentText(k: Kernel, segment: PhysicalAddress): PhysicalAddress {
  return Segment.at(k.store, segment).text;
}

/** Frees all segments of a walk. */
export function dropSegments(k: Kernel, walk: WalkView): void {
  for (let at = walk.segments; at !== 0; ) {
    const { next, text } = Segment.at(k.store, at);
    if (text !== at + Segment.size) k.frames.release(text / PAGE_SIZE);
    k.slab.release(at);
    at = next;
  }
  walk.segments = 0;
  walk.segment = 0;
}

/** Skips slashes; true when a component follows. */
export function moreToCome(k: Kernel, walk: WalkView): boolean {
  const { u8 } = k.memory;
  for (let at = walk.segment; at !== 0; ) {
    const segment = Segment.at(k.store, at);
    const { text, length } = segment;
    let { position } = segment;
    while (position < length && u8[text + position] === SLASH) position += 1;
    segment.position = position;
    if (position < length) return true;
    at = segment.outer;
    walk.segment = at;
  }
  return false;
}

/** Takes the component that `moreToCome` has found, and notes whether it is the last and whether slashes follow it. */
export function nextComponent(k: Kernel, walk: WalkView): void {
  const { u8 } = k.memory;
  const segment = Segment.at(k.store, walk.segment);
  const { text, length, position } = segment;
  let end = position;
  while (end < length && u8[text + end] !== SLASH) end += 1;
  segment.position = end;
  walk.name = text + position;
  walk.nameLength = end - position;
  const last = !moreToCome(k, walk);
  walk.last = last ? 1 : 0;
  if (last && end < length) walk.trailing = 1;
}
