/** What the windows of a space are used for: regions that show memory objects, and pages that came in messages. */
import { USER_END, WINDOWS_START } from '../../contracts/page-table.ts';
import type { ViewOf } from '../../contracts/records.ts';
import {
  type FrameNumber,
  PAGE_SIZE,
  type PhysicalAddress,
  type VirtualAddress,
} from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { AddressSpace } from '../objects.ts';
import { Tree } from '../tree.ts';
import { allocate, release } from './limits.ts';
import { addNode, nodeFrom, pageOf, releaseMappings, revoke, tableSpace, tablesOf } from './mappings.ts';
import { leaveObject, objectAt } from './memory-objects.ts';
import { WindowRegion } from './records.ts';

export type RegionView = ViewOf<typeof WindowRegion.schema>;

const READ_WRITE = 3;

function treeOf(k: Kernel, space: PhysicalAddress): Tree {
  return new Tree(k.store, space + AddressSpace.offsets.windows);
}

function regionAt(k: Kernel, node: PhysicalAddress): RegionView | undefined {
  return node === 0 ? undefined : WindowRegion.at(k.store, node - WindowRegion.offsets.node);
}

export function startOf(k: Kernel, space: PhysicalAddress, region: RegionView): VirtualAddress {
  return treeOf(k, space).key(region.node);
}

/** The region that an address is in. */
export function regionOf(k: Kernel, space: PhysicalAddress, address: VirtualAddress): RegionView | undefined {
  const view = regionAt(k, treeOf(k, space).atMost(address));
  return view !== undefined && address < view.end ? view : undefined;
}

/** The first region that begins at an address or above it. */
export function regionFrom(k: Kernel, space: PhysicalAddress, address: VirtualAddress) {
  return regionAt(k, treeOf(k, space).atLeast(address));
}

/** Is a range of windows not in use? */
function isFree(k: Kernel, space: PhysicalAddress, start: VirtualAddress, end: VirtualAddress): boolean {
  if (start < WINDOWS_START || end > USER_END || regionOf(k, space, start) !== undefined) return false;
  const next = regionFrom(k, space, start);
  return next === undefined || startOf(k, space, next) >= end;
}

/** The first room for so many bytes; 0 when there is none. */
function roomFor(k: Kernel, space: PhysicalAddress, size: number): VirtualAddress {
  let at = WINDOWS_START;
  for (let view = regionFrom(k, space, at); view !== undefined; view = regionFrom(k, space, at)) {
    if (startOf(k, space, view) - at >= size) return at;
    at = view.end;
  }
  return size <= USER_END - at ? at : 0;
}

/** What a region is to be. */
export interface RegionPlan {
  /** 0: wherever there is room. */
  readonly start: VirtualAddress;
  readonly size: number;
  readonly object: PhysicalAddress;
  readonly offset: number;
  readonly protection: number;
}

/** A new region; undefined when there is no memory for it, or the place is in use. */
export function addRegion(k: Kernel, space: PhysicalAddress, plan: RegionPlan): RegionView | undefined {
  const start = plan.start === 0 ? roomFor(k, space, plan.size) : plan.start;
  if (start === 0 || !isFree(k, space, start, start + plan.size)) return undefined;
  const address = allocate(k, 'mappings', WindowRegion.size);
  if (address === 0) return undefined;
  const view = WindowRegion.at(k.store, address);
  view.end = start + plan.size;
  view.offset = plan.offset;
  view.object = plan.object;
  view.protection = plan.protection;
  treeOf(k, space).insert(view.node, start);
  if (plan.object !== 0) objectAt(k, plan.object).regions += 1;
  return view;
}

/** Takes a region away with its pages. True when that is done; the work of one call is about `budget` pages. */
export function removeRegion(k: Kernel, space: PhysicalAddress, region: RegionView, budget: number): boolean {
  const { object, end } = region;
  const start = startOf(k, space, region);
  for (let left = budget; ; left--) {
    const page = nodeFrom(k, space, start);
    if (page === undefined || pageOf(k, page) >= end) break;
    if (left === 0) return false;
    revoke(k, page, Number.POSITIVE_INFINITY);
  }
  if (object !== 0 && !leaveObject(k, object, budget)) return false;
  treeOf(k, space).remove(region.node);
  release(k, 'mappings', region.address);
  return true;
}

/** A page that came in a message gets a place in its receiver's windows, with the message's hold. 0: there is none, and it is freed. */
export function placePage(k: Kernel, space: PhysicalAddress, frame: FrameNumber): VirtualAddress {
  const plan = { start: 0, size: PAGE_SIZE, object: 0, offset: 0, protection: READ_WRITE };
  const region = addRegion(k, space, plan);
  const start = region === undefined ? 0 : startOf(k, space, region);
  const node = region === undefined ? undefined : addNode(k, space, start, frame, READ_WRITE, 0);
  if (node === undefined) k.frames.release(frame);
  if (node !== undefined && tablesOf(k).map(tableSpace(k, space), start, frame, READ_WRITE)) return start;
  if (region !== undefined) removeRegion(k, space, region, 1);
  return 0;
}

/** A space goes: what is in its windows, and what was mapped from it, is taken back, in bounded work. True when nothing is left. */
export function releaseWindows(k: Kernel, space: PhysicalAddress, budget: number): boolean {
  const region = regionFrom(k, space, 0);
  if (region === undefined) return releaseMappings(k, space, budget);
  removeRegion(k, space, region, budget);
  return false;
}
