/**
 * mmap: checks what is asked, finds or clears the place, takes hold of what stands behind it, and adds the region.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import { WINDOWS_START as REGIONS_END } from '../../contracts/page-table.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { ENDING, type Ending, failWith, finish } from './finish.ts';
import { MapFlag, memory, Protection } from './interface.ts';
import { findRoom, isRoom, LOWEST_ADDRESS, NO_ROOM } from './placement.ts';
import { Backing, RegionFlag } from './records.ts';
import { isAligned, pageDown, pageUp, Space } from './space.ts';
import type { MemoryWiring } from './wiring.ts';

/** Regions of one space at most (Linux, vm.max_map_count). */
const MOST_REGIONS = 65_530;

/** Mode of the file behind shared anonymous memory. */
const UNNAMED_MODE = 0o600;

const ACCESS_BITS = Protection.read | Protection.write | Protection.execute;
/** Flags that MAP_SHARED_VALIDATE knows (Linux, LEGACY_MAP_MASK). */
const VALIDATED =
  MapFlag.typeMask |
  MapFlag.fixed |
  MapFlag.anonymous |
  MapFlag.growsDown |
  MapFlag.denyWrite |
  MapFlag.executable |
  MapFlag.locked |
  MapFlag.noReserve |
  MapFlag.populate |
  MapFlag.nonBlock |
  MapFlag.stack |
  MapFlag.hugePages;

const FIXED = MapFlag.fixed | MapFlag.fixedNoReplace;

interface MapRequest {
  readonly space: number;
  readonly address: number;
  readonly length: number;
  readonly protection: number;
  readonly flags: number;
  readonly file: number;
  readonly offset: number;
  readonly fileRights: number;
}

/** `backing` is the record made for the mapping, `target` the address found; `file` becomes that of shared anonymous memory. */
interface MapFrame extends MapRequest, Ending {
  target: number;
  backing: number;
  cursor: number;
}

const isShared = (flags: number): boolean => (flags & MapFlag.typeMask) !== MapFlag.private;
const isAnonymous = (f: MapRequest): boolean => (f.flags & MapFlag.anonymous) !== 0;

/** What is wrong with the place that a request names: an ErrorNumber or 0. The order of checks is Linux's. */
function placeFlaw(f: MapRequest): number {
  if (f.length <= 0 || !isAligned(f.offset)) return ErrorNumber.EINVAL;
  if (pageUp(f.length) > REGIONS_END) return ErrorNumber.ENOMEM;
  if (f.offset + pageUp(f.length) > Number.MAX_SAFE_INTEGER) return ErrorNumber.EOVERFLOW;
  if ((f.flags & FIXED) === 0) return 0;
  if (!isAligned(f.address)) return ErrorNumber.EINVAL;
  if (f.address > REGIONS_END - pageUp(f.length)) return ErrorNumber.ENOMEM;
  return f.address < LOWEST_ADDRESS ? ErrorNumber.EPERM : 0;
}

/** What is wrong with the kind of mapping: an ErrorNumber or 0. */
function kindFlaw(f: MapRequest): number {
  const type = f.flags & MapFlag.typeMask;
  if (type !== MapFlag.shared && type !== MapFlag.private && type !== MapFlag.sharedValidate)
    return ErrorNumber.EINVAL;
  return isAnonymous(f) ? anonymousFlaw(f) : fileFlaw(f);
}

function anonymousFlaw(f: MapRequest): number {
  if ((f.flags & MapFlag.typeMask) === MapFlag.sharedValidate) return ErrorNumber.EINVAL;
  if (isShared(f.flags) && (f.flags & MapFlag.growsDown) !== 0) return ErrorNumber.EINVAL;
  // There is no pool of huge pages to take them from.
  return (f.flags & MapFlag.hugePages) !== 0 ? ErrorNumber.ENOMEM : 0;
}

function fileFlaw(f: MapRequest): number {
  if (f.file === 0) return ErrorNumber.EBADF;
  const strict = (f.flags & MapFlag.typeMask) === MapFlag.sharedValidate;
  if (strict && (f.flags & ~VALIDATED) !== 0) return ErrorNumber.EOPNOTSUPP;
  if ((f.flags & MapFlag.hugePages) !== 0) return ErrorNumber.EINVAL;
  if ((f.flags & MapFlag.growsDown) !== 0) return ErrorNumber.EINVAL;
  if ((f.fileRights & Protection.read) === 0) return ErrorNumber.EACCES;
  if (!isShared(f.flags) || (f.protection & Protection.write) === 0) return 0;
  return (f.fileRights & Protection.write) === 0 ? ErrorNumber.EACCES : 0;
}

function regionFlags(flags: number): number {
  return (
    (isShared(flags) ? RegionFlag.shared : 0) |
    ((flags & MapFlag.growsDown) !== 0 ? RegionFlag.growsDown : 0) |
    ((flags & MapFlag.locked) !== 0 ? RegionFlag.locked : 0)
  );
}

/** Where the mapping goes, or NO_ROOM. */
function chooseTarget(space: Space, f: MapRequest): number {
  const length = pageUp(f.length);
  if ((f.flags & FIXED) !== 0) return f.address;
  const hint = pageDown(f.address);
  if (hint > 0 && isRoom(space, Math.max(hint, LOWEST_ADDRESS), length))
    return Math.max(hint, LOWEST_ADDRESS);
  return findRoom(space, length);
}

/** Checks place, kind and limits. Sets the frame's target; returns an ErrorNumber or 0. */
function plan(space: Space, f: MapFrame): number {
  const length = pageUp(f.length);
  f.target = chooseTarget(space, f);
  if (f.target === NO_ROOM) return ErrorNumber.ENOMEM;
  const end = f.target + length;
  const covered = (f.flags & FIXED) !== 0 ? space.bytesIn(f.target, end) : 0;
  if (covered > 0 && (f.flags & MapFlag.fixedNoReplace) !== 0) return ErrorNumber.EEXIST;
  const flaw = kindFlaw(f);
  if (flaw !== 0) return flaw;
  if (space.map.regionCount >= MOST_REGIONS) return ErrorNumber.ENOMEM;
  if (!space.mayGrow(length - covered, f.protection, regionFlags(f.flags))) return ErrorNumber.ENOMEM;
  f.cursor = covered;
  return 0;
}

/** The place is clear: what stands behind the mapping comes next. */
function takeBacking(k: Kernel, f: MapFrame, space: Space, wiring: MemoryWiring): OutcomeNumber {
  if (isAnonymous(f) && !isShared(f.flags)) return place(k, f, space, wiring);
  f.backing = k.slab.allocate(k.domain, Backing.size);
  if (f.backing === 0) return failWith(k, f, wiring, ErrorNumber.ENOMEM);
  if (space.claim() === 1) f.claimed = 1;
  if (isAnonymous(f)) return k.call(wiring.backing.createUnnamed, { mode: UNNAMED_MODE }, 'made');
  return k.call(wiring.backing.hold, { node: f.file }, 'held');
}

/** The backing's file is there and held: from here on its record owns the hold. */
function setBacking(k: Kernel, f: MapFrame, file: number, unnamed: number): void {
  const backing = Backing.at(k.store, f.backing);
  backing.file = file;
  backing.rights = unnamed === 1 ? Protection.read | Protection.write : f.fileRights;
  backing.unnamed = unnamed;
  backing.references = 1;
}

function abandon(k: Kernel, f: MapFrame, wiring: MemoryWiring, error: number): OutcomeNumber {
  k.slab.release(f.backing);
  return failWith(k, f, wiring, error);
}

/** Adds the region and, where asked, makes its pages present. */
function place(k: Kernel, f: MapFrame, space: Space, wiring: MemoryWiring): OutcomeNumber {
  const end = f.target + pageUp(f.length);
  const region = space.insert({
    start: f.target,
    end,
    protection: f.protection & ACCESS_BITS,
    flags: regionFlags(f.flags),
    backing: f.backing,
    offset: isAnonymous(f) ? 0 : f.offset,
  });
  if (f.backing !== 0) space.dropBacking(f.backing);
  if (region === 0) return failWith(k, f, wiring, ErrorNumber.ENOMEM);
  space.merge(f.target, end);
  f.value = f.target;
  f.cursor = f.target;
  const eager = (f.flags & (MapFlag.populate | MapFlag.locked)) !== 0 && f.protection !== Protection.none;
  return eager ? populate(k, f, wiring) : finish(k, f, wiring);
}

/** Makes the next pages present; what cannot be had is left to faults. */
function populate(k: Kernel, f: MapFrame, wiring: MemoryWiring): OutcomeNumber {
  const left = f.target + pageUp(f.length) - f.cursor;
  if (left <= 0) return finish(k, f, wiring);
  const access = (f.protection & Protection.write) !== 0 ? Access.write : Access.read;
  return k.call(memory.supply, { space: f.space, address: f.cursor, length: left, access }, 'populated');
}

export function mapOperation(wiring: MemoryWiring): Operation {
  return operation(memory.map, ['target', 'backing', 'cursor', ...ENDING], {
    begin(k, f) {
      const wrong = placeFlaw(f);
      if (wrong !== 0) return k.fail(wrong);
      const space = new Space(k, f.space);
      if (space.mustWait) return space.wait('begin');
      const error = plan(space, f);
      if (error !== 0) return k.fail(error);
      if (f.cursor === 0) return takeBacking(k, f, space, wiring);
      if (space.claim() === 1) f.claimed = 1;
      return k.call(memory.unmap, { space: f.space, address: f.target, length: f.length }, 'cleared');
    },
    cleared(k, f, reply) {
      if (reply.error !== 0) return failWith(k, f, wiring, reply.error);
      return takeBacking(k, f, new Space(k, f.space), wiring);
    },
    held(k, f, reply) {
      if (reply.error !== 0) return abandon(k, f, wiring, reply.error);
      setBacking(k, f, f.file, 0);
      return place(k, f, new Space(k, f.space), wiring);
    },
    made(k, f, reply) {
      if (reply.error !== 0) return abandon(k, f, wiring, reply.error);
      setBacking(k, f, reply.value, 1);
      return k.call(wiring.backing.truncate, { node: reply.value, size: pageUp(f.length) }, 'sized');
    },
    sized(k, f, reply) {
      const space = new Space(k, f.space);
      if (reply.error === 0) return place(k, f, space, wiring);
      space.dropBacking(f.backing);
      return failWith(k, f, wiring, reply.error);
    },
    populated(k, f, reply) {
      if (reply.error !== 0) return finish(k, f, wiring);
      f.cursor += reply.value;
      return populate(k, f, wiring);
    },
    released: (k, f) => finish(k, f, wiring),
  });
}
