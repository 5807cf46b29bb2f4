/**
 * Where mappings go that name no address: top down below the stack, and all below 4 GiB while there is room, because the
 * machine's engines are fastest there. What does not fit goes above, first where a three-level table would still reach.
 */
import { WINDOWS_START as REGIONS_END } from '../../contracts/page-table.ts';
import { PAGE_SIZE, type VirtualAddress } from '../../contracts/units.ts';
import { RegionFlag } from './records.ts';
import type { Space } from './space.ts';

/** Nothing is mapped below, so that a null pointer faults (Linux, vm.mmap_min_addr). */
export const LOWEST_ADDRESS = 0x1_0000;

/** Kept free between a growing stack and what is below it (Linux, stack_guard_gap). */
export const STACK_GAP = 256 * PAGE_SIZE;

/** Where placement begins when no stack is known. */
export const DEFAULT_TOP = 2 ** 32 - 0x1_0000;

/** Room left for a stack at least, and at most. */
const LEAST_STACK = 16 * 2 ** 20;
const MOST_STACK = 512 * 2 ** 20;

const LOW_END = 2 ** 32;
const MIDDLE_END = 2 ** 38;

/**
 * Where physical memory is seen in a program's space, under structures that protect nothing: far from what is placed. The
 * kernel's root record is a page behind its beginning (src/kernel/layout.ts).
 */
export const WINDOW = 2 ** 46;

/** No room. */
export const NO_ROOM = -1;

/** Where placement begins below a stack that may grow to `limit` bytes. */
export function topBelowStack(top: VirtualAddress, limit: number): VirtualAddress {
  const room = Math.max(LEAST_STACK, Math.min(limit, MOST_STACK)) + STACK_GAP;
  const below = top - Math.ceil(room / PAGE_SIZE) * PAGE_SIZE;
  return Math.max(LOWEST_ADDRESS, below - (below % PAGE_SIZE));
}

/** Is `address` good for `length` bytes: free, and not too close below a stack? */
export function isRoom(space: Space, address: VirtualAddress, length: number): boolean {
  if (address > REGIONS_END - length || !space.isFree(address, address + length)) return false;
  const above = space.tree.atLeast(address);
  if (above === 0 || (space.region(above).flags & RegionFlag.growsDown) === 0) return true;
  return space.start(above) - STACK_GAP >= address + length;
}

/** An address with `length` bytes free behind it, or NO_ROOM. */
export function findRoom(space: Space, length: number): VirtualAddress | typeof NO_ROOM {
  const { map } = space;
  const { mapTop } = map;
  const { searchTop, skippedGap } = map;
  const from = length > skippedGap ? Math.min(searchTop, mapTop) : mapTop;
  const low = searchDown(space, length, LOWEST_ADDRESS, from);
  if (low.address !== NO_ROOM) {
    map.searchTop = low.address;
    map.skippedGap = Math.max(skippedGap, low.skipped);
    return low.address;
  }
  const middle = searchDown(space, length, LOW_END, MIDDLE_END - PAGE_SIZE);
  if (middle.address !== NO_ROOM) return middle.address;
  return searchDown(space, length, MIDDLE_END, REGIONS_END - PAGE_SIZE).address;
}

/** Looks for the highest gap of `length` bytes in [floor, ceiling); `skipped` is the largest one that was too small. */
function searchDown(
  space: Space,
  length: number,
  floor: VirtualAddress,
  ceiling: VirtualAddress,
): { address: VirtualAddress | typeof NO_ROOM; skipped: number } {
  let skipped = 0;
  let limit = ceiling;
  while (limit - length >= floor) {
    const region = space.tree.atMost(limit - 1);
    const end = region === 0 ? floor : Math.max(floor, space.region(region).end);
    if (limit - end >= length) return { address: limit - length, skipped };
    if (region === 0) break;
    skipped = Math.max(skipped, limit - end);
    limit = space.start(region);
    if ((space.region(region).flags & RegionFlag.growsDown) !== 0) limit -= STACK_GAP;
  }
  return { address: NO_ROOM, skipped };
}
