/**
 * Making a page present: what a fault does, as far as it needs nobody else.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access, type AccessKind } from '../../contracts/machine.ts';
import type { PhysicalAddress, VirtualAddress } from '../../contracts/units.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { type EntryPlace, entryFrame, entryRights } from '../../kernel/page-table.ts';
import { Protection } from './interface.ts';
import { copyFrame, install, newFrame, replace, rightsUnder } from './pages.ts';
import { STACK_GAP } from './placement.ts';
import { RegionFlag } from './records.ts';
import { pageDown, type Space } from './space.ts';

/** What became of a page: PRESENT, NEEDS_FILE, or an ErrorNumber. */
export type Presence = number;
export const PRESENT = 0;
/** The page of a file must be asked for. */
export const NEEDS_FILE = -1;

/** A page of a space, with the region it is in. */
interface Page {
  readonly space: Space;
  readonly region: PhysicalAddress;
  readonly address: VirtualAddress;
  readonly place: EntryPlace;
}

/** Makes the page that holds an address present for an access, if nothing outside of the space is needed. */
export function makePresent(space: Space, at: VirtualAddress, access: AccessKind): Presence {
  const address = pageDown(at);
  const region = regionFor(space, address);
  if (region === 0) return ErrorNumber.EFAULT;
  if (!allows(space.region(region).protection, access)) return ErrorNumber.EACCES;
  const place = space.tables.makePlace(space.table, address);
  if (place === 0) return ErrorNumber.ENOMEM;
  const entry = space.tables.read(place);
  const page = { space, region, address, place };
  if (entry !== 0) return access === Access.write ? makeWritable(page, entry) : makeReadable(page, entry);
  if (space.region(region).backing !== 0) return NEEDS_FILE;
  return makeAnonymous(page, access);
}

/** What a protection allows: writing implies reading, as on Linux. */
export function allows(protection: number, access: AccessKind): boolean {
  if (access === Access.write) return (protection & Protection.write) !== 0;
  if (access === Access.execute) return (protection & Protection.execute) !== 0;
  return (protection & (Protection.read | Protection.write)) !== 0;
}

/** The region of a page; a stack above it grows down to it when it may. 0 when there is none. */
function regionFor(space: Space, address: VirtualAddress): PhysicalAddress {
  const below = space.tree.atMost(address);
  if (below !== 0 && space.region(below).end > address) return below;
  const above = space.tree.atLeast(address);
  if (above === 0 || (space.region(above).flags & RegionFlag.growsDown) === 0) return 0;
  return mayGrowDown(space, above, below, address) ? grow(space, above, address) : 0;
}

function mayGrowDown(
  space: Space,
  region: PhysicalAddress,
  below: PhysicalAddress,
  address: VirtualAddress,
): boolean {
  const { end, protection, flags } = space.region(region);
  if (end - address > space.map.stackLimit) return false;
  if (!space.mayGrow(space.start(region) - address, protection, flags)) return false;
  if (below === 0) return address >= STACK_GAP;
  const neighbour = space.region(below);
  if ((neighbour.flags & RegionFlag.growsDown) !== 0 || neighbour.protection === Protection.none) return true;
  return address - neighbour.end >= STACK_GAP;
}

function grow(space: Space, region: PhysicalAddress, address: VirtualAddress): PhysicalAddress {
  const view = space.region(region);
  if (view.backing !== 0) view.offset -= space.start(region) - address;
  space.moveStart(region, address);
  return region;
}

/** Brings a page's entry up to what its region allows for reading and executing. */
function makeReadable(page: Page, entry: number): Presence {
  const { space, place, address } = page;
  const { protection } = space.region(page.region);
  const rights = rightsUnder(protection, (entryRights(entry) & Protection.write) !== 0);
  space.tables.protectAt(space.table, address, place, entry, rights);
  return PRESENT;
}

/** A store to a page that is there: its own, or the last hold on it, or to be copied first. */
function makeWritable(page: Page, entry: number): Presence {
  const { space, region, place, address } = page;
  if ((entryRights(entry) & Protection.write) !== 0) return PRESENT;
  const { protection, flags } = space.region(region);
  if ((flags & RegionFlag.shared) !== 0) return NEEDS_FILE;
  const frame = entryFrame(entry);
  const record = space.k.frames.at(frame);
  const rights = rightsUnder(protection, true);
  if (record.use === FrameUse.anonymous && record.references === 1) {
    if (record.owner !== space.table.owner) space.k.frames.transfer(frame, space.table.owner);
    space.tables.protectAt(space.table, address, place, entry, rights);
    return PRESENT;
  }
  const copy = copyFrame(space, region, frame);
  if (copy === 0) return ErrorNumber.ENOMEM;
  replace(space, address, place, entry, copy, rights);
  return PRESENT;
}

/** First touch of anonymous private memory. */
function makeAnonymous(page: Page, access: AccessKind): Presence {
  const { space, region, place } = page;
  const { protection } = space.region(region);
  if (access === Access.write) {
    const frame = newFrame(space, region);
    if (frame === 0) return ErrorNumber.ENOMEM;
    install(space, place, frame, rightsUnder(protection, true));
    return PRESENT;
  }
  const { zeroFrame } = space;
  space.k.frames.hold(zeroFrame);
  install(space, place, zeroFrame, rightsUnder(protection, false));
  return PRESENT;
}

/**
 * Puts the frame of a file's page, held by the caller, where a fault asked for it. The page's entry is `entry`, 0 or one
 * that did not allow the access. The hold goes to the entry or is given back.
 */
export function installFilePage(
  space: Space,
  region: PhysicalAddress,
  address: VirtualAddress,
  frame: number,
  access: AccessKind,
): Presence {
  const { frames } = space.k;
  const { protection, flags } = space.region(region);
  const place = space.tables.makePlace(space.table, address);
  if (place === 0) {
    frames.release(frame);
    return ErrorNumber.ENOMEM;
  }
  const entry = space.tables.read(place);
  const shared = (flags & RegionFlag.shared) !== 0;
  const writes = access === Access.write;
  let placed = frame;
  if (writes && !shared) {
    placed = copyFrame(space, region, frame);
    frames.release(frame);
    if (placed === 0) return ErrorNumber.ENOMEM;
  }
  const rights = rightsUnder(protection, writes);
  if (entry === 0) install(space, place, placed, rights);
  else replace(space, address, place, entry, placed, rights);
  return PRESENT;
}
