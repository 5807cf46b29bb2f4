/**
 * mremap: shrinks, grows or moves a mapping. Pages move by their entries alone; nothing is copied.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { WINDOWS_START as REGIONS_END, USER_END } from '../../contracts/page-table.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { ENDING, type Ending, failWith, finish, finishWith, goOn } from './finish.ts';
import { memory, RemapFlag } from './interface.ts';
import { findRoom, isRoom, LOWEST_ADDRESS, NO_ROOM } from './placement.ts';
import { RegionFlag } from './records.ts';
import { isAligned, pageUp, Space, STEP_PAGES } from './space.ts';
import type { MemoryWiring } from './wiring.ts';

/** Flags with which `newAddress` says something: the place itself, or a hint. */
const NAMES_PLACE = RemapFlag.fixed | RemapFlag.doNotUnmap;

const KNOWN_FLAGS = RemapFlag.mayMove | RemapFlag.fixed | RemapFlag.doNotUnmap;

interface RemapRequest {
  readonly space: number;
  readonly address: number;
  readonly oldLength: number;
  readonly newLength: number;
  readonly flags: number;
  readonly newAddress: number;
}

/**
 * `target` is the new place. The old range moves in pieces, one for each region: the one at hand begins `piece` bytes from
 * its start and has `pieceLength`; `cursor` counts the bytes of it whose entries have moved.
 */
interface RemapFrame extends RemapRequest, Ending {
  target: number;
  piece: number;
  pieceLength: number;
  cursor: number;
}

const has = (f: RemapRequest, flag: number): boolean => (f.flags & flag) !== 0;

/** Only what keeps its length and is told where to go may be of several regions (Linux since 6.17). */
function maySpan(f: RemapRequest): boolean {
  return has(f, RemapFlag.fixed) && pageUp(f.oldLength) === pageUp(f.newLength);
}

/** What is wrong with a request, whatever the space: an ErrorNumber or 0. */
function flaw(f: RemapRequest): number {
  const oldLength = pageUp(f.oldLength);
  const newLength = pageUp(f.newLength);
  if ((f.flags & ~KNOWN_FLAGS) !== 0 || !isAligned(f.address) || newLength <= 0) return ErrorNumber.EINVAL;
  if (has(f, NAMES_PLACE) && !has(f, RemapFlag.mayMove)) return ErrorNumber.EINVAL;
  if (has(f, RemapFlag.doNotUnmap) && oldLength !== newLength) return ErrorNumber.EINVAL;
  if (newLength > USER_END || f.address + oldLength > REGIONS_END) return ErrorNumber.EINVAL;
  return has(f, NAMES_PLACE) ? placeFlaw(f, oldLength, newLength) : 0;
}

function placeFlaw(f: RemapRequest, oldLength: number, newLength: number): number {
  if (!isAligned(f.newAddress) || f.newAddress > REGIONS_END - newLength) return ErrorNumber.EINVAL;
  if (f.newAddress < f.address + oldLength && f.address < f.newAddress + newLength) return ErrorNumber.EINVAL;
  return has(f, RemapFlag.fixed) && f.newAddress < LOWEST_ADDRESS ? ErrorNumber.EPERM : 0;
}

/** What stands against making the old range larger, or moving it: an ErrorNumber or 0. */
function obstacle(space: Space, f: RemapRequest, region: PhysicalAddress): number {
  const { end, protection, flags } = space.region(region);
  const oldLength = pageUp(f.oldLength);
  const growth = pageUp(f.newLength) - oldLength;
  if (oldLength === 0 && (flags & RegionFlag.shared) === 0) return ErrorNumber.EINVAL;
  // What a shrink unmaps may belong to other regions.
  if (movedLength(f) > end - f.address && !maySpan(f)) return ErrorNumber.EFAULT;
  return growth > 0 && !space.mayGrow(growth, protection, flags) ? ErrorNumber.ENOMEM : 0;
}

/** Makes the region longer where it is, if nothing is in the way. */
function growInPlace(space: Space, f: RemapRequest, region: PhysicalAddress): boolean {
  const { end } = space.region(region);
  const wanted = f.address + pageUp(f.newLength);
  if (f.oldLength === 0 || f.address + pageUp(f.oldLength) !== end) return false;
  if (wanted > REGIONS_END || !space.isFree(end, wanted)) return false;
  space.moveEnd(region, wanted);
  space.merge(f.address, wanted);
  return true;
}

/** Shrinks or grows in place, or prepares a move. */
function begin(k: Kernel, f: RemapFrame, space: Space, wiring: MemoryWiring): OutcomeNumber {
  const region = space.find(f.address);
  if (region === 0) return k.fail(ErrorNumber.EFAULT);
  const surplus = pageUp(f.oldLength) - pageUp(f.newLength);
  const moves = has(f, NAMES_PLACE);
  if (moves || surplus < 0) {
    const error = obstacle(space, f, region);
    if (error !== 0) return k.fail(error);
  } else if (surplus === 0) return k.done(f.address);
  if (surplus > 0) {
    if (space.claim() === 1) f.claimed = 1;
    const address = f.address + pageUp(f.newLength);
    return k.call(memory.unmap, { space: f.space, address, length: surplus }, 'shrunk');
  }
  if (!moves && growInPlace(space, f, region)) return k.done(f.address);
  if (!has(f, RemapFlag.mayMove)) return k.fail(ErrorNumber.ENOMEM);
  return prepareMove(k, f, space, wiring);
}

/** The new place, or NO_ROOM. */
function chooseTarget(space: Space, f: RemapRequest): number {
  const length = pageUp(f.newLength);
  if (has(f, RemapFlag.fixed)) return f.newAddress;
  const hinted = has(f, RemapFlag.doNotUnmap) && f.newAddress >= LOWEST_ADDRESS;
  return hinted && isRoom(space, f.newAddress, length) ? f.newAddress : findRoom(space, length);
}

function prepareMove(k: Kernel, f: RemapFrame, space: Space, wiring: MemoryWiring): OutcomeNumber {
  f.target = chooseTarget(space, f);
  if (f.target === NO_ROOM) return failWith(k, f, wiring, ErrorNumber.ENOMEM);
  if (space.claim() === 1) f.claimed = 1;
  return beginPiece(k, f, space, wiring);
}

/** Bytes whose pages move. */
const movedLength = (f: RemapRequest): number => Math.min(pageUp(f.oldLength), pageUp(f.newLength));

/** Finds the next piece, and clears the place that it goes to. */
function beginPiece(k: Kernel, f: RemapFrame, space: Space, wiring: MemoryWiring): OutcomeNumber {
  const region = space.firstFrom(f.address + f.piece);
  f.piece = Math.max(f.piece, space.start(region) - f.address);
  f.pieceLength = Math.min(movedLength(f) - f.piece, space.region(region).end - f.address - f.piece);
  f.cursor = 0;
  const address = f.target + f.piece;
  const length = targetLength(f);
  if (space.isFree(address, address + length)) return addTarget(k, f, space, wiring);
  return k.call(memory.unmap, { space: f.space, address, length }, 'cleared');
}

/** Bytes of the new region for the piece at hand. */
function targetLength(f: RemapFrame): number {
  return maySpan(f) ? f.pieceLength : pageUp(f.newLength);
}

/** Separates the piece from what is around it and makes the new region for it. */
function addTarget(k: Kernel, f: RemapFrame, space: Space, wiring: MemoryWiring): OutcomeNumber {
  const at = f.address + f.piece;
  // Clearing the new place took it away when nothing was to move but its pages shown a second time.
  if (space.find(at) === 0) return failWith(k, f, wiring, ErrorNumber.EFAULT);
  if (f.pieceLength > 0 && !(space.split(at) && space.split(at + f.pieceLength)))
    return failWith(k, f, wiring, ErrorNumber.ENOMEM);
  const old = space.find(at);
  const { protection, flags, backing, offset } = space.region(old);
  const start = f.target + f.piece;
  const end = start + targetLength(f);
  const shift = at - space.start(old);
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
  const from = f.address + f.piece;
  f.cursor = moveEntries(space, from, f.target + f.piece, f.cursor, f.pieceLength);
  if (f.cursor < 0) {
    f.cursor = 0;
    return k.goto('undo');
  }
  if (f.cursor < f.pieceLength) return k.goto('move');
  if (f.pieceLength > 0 && !has(f, RemapFlag.doNotUnmap)) space.remove(space.find(from));
  f.piece += f.pieceLength;
  if (maySpan(f) && !space.isFree(f.address + f.piece, f.address + movedLength(f)))
    return beginPiece(k, f, space, wiring);
  space.merge(f.address, f.address + movedLength(f));
  space.merge(f.target, f.target + pageUp(f.newLength));
  return finishWith(k, f, wiring, f.target);
}

/** There was no frame for a table: entries of the piece go back where they were, whose tables are still there. */
function undo(k: Kernel, f: RemapFrame, wiring: MemoryWiring): OutcomeNumber {
  const space = new Space(k, f.space);
  const from = f.address + f.piece;
  f.cursor = moveEntries(space, f.target + f.piece, from, f.cursor, f.pieceLength);
  if (f.cursor < f.pieceLength) return k.goto('undo');
  space.remove(space.find(f.target + f.piece));
  space.merge(from, from + f.pieceLength);
  return failWith(k, f, wiring, ErrorNumber.ENOMEM);
}

export function remapOperation(wiring: MemoryWiring): Operation {
  return operation(memory.remap, ['target', 'piece', 'pieceLength', 'cursor', ...ENDING], {
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
