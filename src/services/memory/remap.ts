/**
 * mremap: shrinks, grows or moves a mapping. Pages move by their entries alone; nothing is copied.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { USER_END } from '../../contracts/page-table.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { ENDING, type Ending, failWith, finish, finishWith, goOn } from './finish.ts';
import { memory, RemapFlag } from './interface.ts';
import { findRoom, LOWEST_ADDRESS, NO_ROOM } from './placement.ts';
import { RegionFlag } from './records.ts';
import { isAligned, pageUp, Space, STEP_PAGES } from './space.ts';
import type { MemoryWiring } from './wiring.ts';

const KNOWN_FLAGS = RemapFlag.mayMove | RemapFlag.fixed | RemapFlag.doNotUnmap;

interface RemapRequest {
  readonly space: number;
  readonly address: number;
  readonly oldLength: number;
  readonly newLength: number;
  readonly flags: number;
  readonly newAddress: number;
}

/** `target` is the new place; `cursor` counts the bytes of the old range whose entries have moved. */
interface RemapFrame extends RemapRequest, Ending {
  target: number;
  cursor: number;
}

const has = (f: RemapRequest, flag: number): boolean => (f.flags & flag) !== 0;

/** What is wrong with a request, whatever the space: an ErrorNumber or 0. */
function flaw(f: RemapRequest): number {
  const oldLength = pageUp(f.oldLength);
  const newLength = pageUp(f.newLength);
  if ((f.flags & ~KNOWN_FLAGS) !== 0 || !isAligned(f.address) || newLength <= 0) return ErrorNumber.EINVAL;
  if (has(f, RemapFlag.fixed | RemapFlag.doNotUnmap) && !has(f, RemapFlag.mayMove)) return ErrorNumber.EINVAL;
  if (has(f, RemapFlag.doNotUnmap) && oldLength !== newLength) return ErrorNumber.EINVAL;
  if (newLength > USER_END || f.address + oldLength > USER_END) return ErrorNumber.EINVAL;
  return has(f, RemapFlag.fixed) ? fixedFlaw(f, oldLength, newLength) : 0;
}

function fixedFlaw(f: RemapRequest, oldLength: number, newLength: number): number {
  if (!isAligned(f.newAddress) || f.newAddress > USER_END - newLength) return ErrorNumber.EINVAL;
  if (f.newAddress < f.address + oldLength && f.address < f.newAddress + newLength) return ErrorNumber.EINVAL;
  return f.newAddress < LOWEST_ADDRESS ? ErrorNumber.EPERM : 0;
}

/** What stands against `newLength` bytes in the place of `oldLength`, or moving them: an ErrorNumber or 0. */
function obstacle(
  space: Space,
  region: PhysicalAddress,
  address: number,
  oldLength: number,
  newLength: number,
): number {
  const { end, protection, flags } = space.region(region);
  if (oldLength === 0 && (flags & RegionFlag.shared) === 0) return ErrorNumber.EINVAL;
  if (oldLength > end - address) return ErrorNumber.EFAULT;
  const growth = newLength - oldLength;
  return growth > 0 && !space.mayGrow(growth, protection, flags) ? ErrorNumber.ENOMEM : 0;
}

/** Makes the region longer where it is, if nothing is in the way. */
function growInPlace(space: Space, f: RemapRequest, region: PhysicalAddress): boolean {
  const { end } = space.region(region);
  const wanted = f.address + pageUp(f.newLength);
  if (f.oldLength === 0 || f.address + pageUp(f.oldLength) !== end) return false;
  if (wanted > USER_END || !space.isFree(end, wanted)) return false;
  space.moveEnd(region, wanted);
  space.merge(f.address, wanted);
  return true;
}

/** Shrinks or grows in place, or prepares a move. */
function begin(k: Kernel, f: RemapFrame, space: Space, wiring: MemoryWiring): OutcomeNumber {
  const region = space.find(f.address);
  if (region === 0) return k.fail(ErrorNumber.EFAULT);
  const surplus = pageUp(f.oldLength) - pageUp(f.newLength);
  const moves = has(f, RemapFlag.fixed | RemapFlag.doNotUnmap);
  if (surplus > 0) {
    if (space.claim() === 1) f.claimed = 1;
    const address = f.address + pageUp(f.newLength);
    return k.call(memory.unmap, { space: f.space, address, length: surplus }, 'shrunk');
  }
  if (surplus === 0 && !moves) return k.done(f.address);
  const error = obstacle(space, region, f.address, pageUp(f.oldLength), pageUp(f.newLength));
  if (error !== 0) return k.fail(error);
  if (!moves && growInPlace(space, f, region)) return k.done(f.address);
  if (!has(f, RemapFlag.mayMove)) return k.fail(ErrorNumber.ENOMEM);
  return prepareMove(k, f, space, wiring);
}

function prepareMove(k: Kernel, f: RemapFrame, space: Space, wiring: MemoryWiring): OutcomeNumber {
  const length = pageUp(f.newLength);
  f.target = has(f, RemapFlag.fixed) ? f.newAddress : findRoom(space, length);
  if (f.target === NO_ROOM) return failWith(k, f, wiring, ErrorNumber.ENOMEM);
  if (space.claim() === 1) f.claimed = 1;
  if (space.isFree(f.target, f.target + length)) return addTarget(k, f, space, wiring);
  return k.call(memory.unmap, { space: f.space, address: f.target, length }, 'cleared');
}

/** Bytes whose pages move. */
const movedLength = (f: RemapRequest): number => Math.min(pageUp(f.oldLength), pageUp(f.newLength));

/** Separates the old range from what is around it and makes the new region. */
function addTarget(k: Kernel, f: RemapFrame, space: Space, wiring: MemoryWiring): OutcomeNumber {
  const length = movedLength(f);
  const old = space.find(f.address);
  const error = old === 0 ? ErrorNumber.EFAULT : obstacle(space, old, f.address, length, length);
  if (error !== 0) return failWith(k, f, wiring, error);
  if (length > 0 && !(space.split(f.address) && space.split(f.address + length)))
    return failWith(k, f, wiring, ErrorNumber.ENOMEM);
  const region = space.find(f.address);
  const { protection, flags, backing, offset } = space.region(region);
  const start = f.target;
  const end = f.target + pageUp(f.newLength);
  const shift = f.address - space.start(region);
  if (space.insert({ start, end, protection, flags, backing, offset: offset + shift }) === 0)
    return failWith(k, f, wiring, ErrorNumber.ENOMEM);
  return goOn(k, f, space, 'move');
}

/**
 * Moves entries of [from + cursor, from + length) to the same places behind `to`, in bounded work. Returns the next cursor,
 * or -1 when there is no frame for a table.
 */
function moveEntries(space: Space, from: number, to: number, cursor: number, length: number): number {
  let short = false;
  const visit = (address: number, place: number, entry: number): void => {
    const next = short ? 0 : space.tables.makePlace(space.table, to + (address - from));
    if (next === 0) {
      short = true;
      return;
    }
    space.tables.clear(space.table, address, place);
    space.tables.write(next, entry);
  };
  const reached = space.tables.scan(space.table.root, from + cursor, from + length, STEP_PAGES, visit);
  return short ? -1 : reached - from;
}

function move(k: Kernel, f: RemapFrame, wiring: MemoryWiring): OutcomeNumber {
  const space = new Space(k, f.space);
  const length = movedLength(f);
  f.cursor = moveEntries(space, f.address, f.target, f.cursor, length);
  if (f.cursor < 0) {
    f.cursor = 0;
    return k.goto('undo');
  }
  if (f.cursor < length) return k.goto('move');
  if (length > 0 && !has(f, RemapFlag.doNotUnmap)) space.remove(space.find(f.address));
  else space.merge(f.address, f.address + length);
  space.merge(f.target, f.target + pageUp(f.newLength));
  return finishWith(k, f, wiring, f.target);
}

/** There was no frame for a table: entries go back where they were, whose tables are still there. */
function undo(k: Kernel, f: RemapFrame, wiring: MemoryWiring): OutcomeNumber {
  const space = new Space(k, f.space);
  const length = movedLength(f);
  f.cursor = moveEntries(space, f.target, f.address, f.cursor, length);
  if (f.cursor < length) return k.goto('undo');
  space.remove(space.find(f.target));
  space.merge(f.address, f.address + length);
  return failWith(k, f, wiring, ErrorNumber.ENOMEM);
}

export function remapOperation(wiring: MemoryWiring): Operation {
  return operation(memory.remap, ['target', 'cursor', ...ENDING], {
    begin(k, f) {
      const wrong = flaw(f);
      if (wrong !== 0) return k.fail(wrong);
      const space = new Space(k, f.space);
      return space.mustWait ? space.wait('begin') : begin(k, f, space, wiring);
    },
    shrunk(k, f, reply) {
      if (reply.error !== 0) return failWith(k, f, wiring, reply.error);
      if (!has(f, RemapFlag.fixed)) return finishWith(k, f, wiring, f.address);
      return prepareMove(k, f, new Space(k, f.space), wiring);
    },
    cleared(k, f, reply) {
      if (reply.error !== 0) return failWith(k, f, wiring, reply.error);
      return addTarget(k, f, new Space(k, f.space), wiring);
    },
    move: (k, f) => move(k, f, wiring),
    undo: (k, f) => undo(k, f, wiring),
    released: (k, f) => finish(k, f, wiring),
  });
}
