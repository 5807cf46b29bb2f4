/**
 * The cache: units of eight sectors in frames, found by their disk and number, replaced as the policy says.
 */
import { SECTOR_SIZE } from '../../contracts/disk.ts';
import { type FrameNumber, PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import { keepsForLater } from '../../kernel/keepsakes.ts';
import { dropKept, type KeptPlace, keepFrame, keptFrom, placeOfKept } from '../../kernel/kept-frames.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { Tree } from '../../kernel/tree.ts';
import { DiskFlag } from './interface.ts';
import { BlockRoot, DiskState, diskAt, rootOf, Unit, UnitFlag, type UnitView, unitAt } from './records.ts';
import type { ReplacementGround, ReplacementPolicy } from './replacement.ts';

export const UNIT_SECTORS = PAGE_SIZE / SECTOR_SIZE;

/** Frames left to others by changes to write-protected disks, as a share of the machine's. */
const SPARED = 8;

function treeOf(k: Kernel, disk: PhysicalAddress): Tree {
  return new Tree(k.store, disk + DiskState.offsets.units);
}

/** The unit of a number, or 0. */
export function findUnit(k: Kernel, disk: PhysicalAddress, number: number): PhysicalAddress {
  const tree = treeOf(k, disk);
  const found = tree.atLeast(number);
  return found !== 0 && tree.key(found) === number ? found : 0;
}

/** The first dirty unit of a disk whose number is at least `from`, or 0. */
export function nextDirty(k: Kernel, disk: PhysicalAddress, from: number): PhysicalAddress {
  const tree = treeOf(k, disk);
  for (let at = tree.atLeast(from); at !== 0; at = tree.after(at))
    if ((unitAt(k, at).flags & UnitFlag.dirty) !== 0) return at;
  return 0;
}

export function numberOf(k: Kernel, unit: PhysicalAddress): number {
  return treeOf(k, unitAt(k, unit).disk).key(unit);
}

/** The policy's view of the cache. */
export function groundOf(k: Kernel): ReplacementGround {
  const root = rootOf(k);
  return {
    get first() {
      return root.first;
    },
    get count() {
      return root.units;
    },
    next: (unit) => unitAt(k, unit).after,
    moveToEnd(unit) {
      if (root.last === unit) return;
      unlink(k, unit);
      append(k, unit);
    },
    word: (unit) => unitAt(k, unit).word,
    setWord(unit, word) {
      unitAt(k, unit).word = word;
    },
    mayGo: (unit) => mayGo(k, unitAt(k, unit)),
  };
}

function mayGo(k: Kernel, unit: UnitView): boolean {
  const busy = UnitFlag.dirty | UnitFlag.reading | UnitFlag.writing;
  return (unit.flags & busy) === 0 && k.frames.at(unit.frame).references === 1;
}

function append(k: Kernel, unit: PhysicalAddress): void {
  const root = rootOf(k);
  const view = unitAt(k, unit);
  view.before = root.last;
  view.after = 0;
  if (root.last === 0) root.first = unit;
  else unitAt(k, root.last).after = unit;
  root.last = unit;
}

function unlink(k: Kernel, unit: PhysicalAddress): void {
  const root = rootOf(k);
  const { before, after } = unitAt(k, unit);
  if (before === 0) root.first = after;
  else unitAt(k, before).after = after;
  if (after === 0) root.last = before;
  else unitAt(k, after).before = before;
}

/** Gives a unit up, and its frame. */
export function dropUnit(k: Kernel, unit: PhysicalAddress): void {
  const { disk, frame } = unitAt(k, unit);
  treeOf(k, disk).remove(unit);
  unlink(k, unit);
  k.frames.release(frame);
  k.slab.release(unit);
  rootOf(k).units -= 1;
}

/** A unit for a number that has none; 0 when none may make way for it now. */
export function makeUnit(
  k: Kernel,
  policy: ReplacementPolicy,
  disk: PhysicalAddress,
  number: number,
): PhysicalAddress {
  const root = rootOf(k);
  if (root.units >= root.limit) {
    const victim = policy.victim(groundOf(k));
    if (victim !== 0) {
      dropUnit(k, victim);
      root.replaced += 1;
    } else if ((diskAt(k, disk).flags & DiskFlag.writeProtected) === 0 || !hasRoom(k)) return 0;
  }
  const frame = k.frames.allocate(k.homeOf('block'), FrameUse.index);
  if (frame === 0) return 0;
  const unit = addUnit(k, policy, disk, number, frame);
  if (unit === 0) k.frames.release(frame);
  return unit;
}

/** Changes that cannot be written back may take more than the cache's share. */
function hasRoom(k: Kernel): boolean {
  return k.frames.free > k.root.frameCount / SPARED;
}

function addUnit(
  k: Kernel,
  policy: ReplacementPolicy,
  disk: PhysicalAddress,
  number: number,
  frame: FrameNumber,
): PhysicalAddress {
  const address = k.slab.allocate(k.homeOf('block'), Unit.size);
  if (address === 0) return 0;
  const unit = unitAt(k, address);
  unit.disk = disk;
  unit.frame = frame;
  treeOf(k, disk).insert(address, number);
  append(k, address);
  rootOf(k).units += 1;
  policy.entered?.(groundOf(k), address);
  return address;
}

/** Notes that a unit was changed. The thread that writes back is woken when there is something for it. */
export function markDirty(k: Kernel, address: PhysicalAddress): void {
  const unit = unitAt(k, address);
  if ((unit.flags & UnitFlag.dirty) !== 0) return;
  if (keepsForLater(k)) keepFrame(k, unit.frame, placeOf(k, address));
  noteDirty(k, address);
}

/** Where a unit belongs on its disk. */
function placeOf(k: Kernel, address: PhysicalAddress): KeptPlace {
  const { device } = diskAt(k, unitAt(k, address).disk);
  return { device, sector: numberOf(k, address) * UNIT_SECTORS, sectors: UNIT_SECTORS };
}

/**
 * Takes the changed blocks of a disk over that the server had when it died. Returns how many; what there is no memory for is
 * lost, and counted in `errors`: the next flush says so.
 */
export function takeOver(k: Kernel, policy: ReplacementPolicy, disk: PhysicalAddress): number {
  const home = k.homeOf('block');
  let taken = 0;
  for (let frame = keptFrom(k, home, 0); frame !== 0; frame = keptFrom(k, home, frame + 1)) {
    const { device, sector } = placeOfKept(k, frame);
    if (device !== diskAt(k, disk).device) continue;
    const unit = addUnit(k, policy, disk, sector / UNIT_SECTORS, frame);
    if (unit !== 0) {
      noteDirty(k, unit);
      taken += 1;
      continue;
    }
    dropKept(k, frame);
    diskAt(k, disk).failed = 1;
    rootOf(k).errors += 1;
  }
  return taken;
}

function noteDirty(k: Kernel, address: PhysicalAddress): void {
  const unit = unitAt(k, address);
  unit.flags |= UnitFlag.dirty | UnitFlag.valid;
  if ((diskAt(k, unit.disk).flags & DiskFlag.writeProtected) !== 0) return;
  const root = rootOf(k);
  root.dirty += 1;
  if (root.dirty === 1) root.dirtySince = k.now;
  if (root.dirty === 1 || root.dirty > root.limit / 2) k.wake(root.address + BlockRoot.offsets.work);
}

/** Tells the policy of a use. */
export function markUsed(k: Kernel, policy: ReplacementPolicy, unit: PhysicalAddress): void {
  policy.used?.(groundOf(k), unit);
}
