/**
 * One address space, as the operations of the service work with it: its regions, its tables and its turn.
 *
 * A handle is made in each step and dropped at its end. Rules of use: an operation that cannot finish in one step calls
 * `claim`, after which every other operation on the space waits (`mustWait`), and `yieldTurn` when it is through. A handle
 * never outlives a step, nor does the address of a region, unless the turn is claimed.
 */

import type { ViewOf } from '../../contracts/records.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import {
  type FrameNumber,
  NEVER,
  PAGE_SIZE,
  type PhysicalAddress,
  type VirtualAddress,
} from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { AddressSpace } from '../../kernel/objects.ts';
import { PageTables, type TableSpace } from '../../kernel/page-table.ts';
import { Tree } from '../../kernel/tree.ts';
import { Protection } from './interface.ts';
import { Backing, MemoryRoot, Region, RegionFlag, SpaceMap } from './records.ts';

export type RegionView = ViewOf<typeof Region.schema>;
export type BackingView = ViewOf<typeof Backing.schema>;

/** Table entries looked at, or pages worked on, in one step. */
export const STEP_PAGES = 256;

export const pageDown = (address: number): number => address - (address % PAGE_SIZE);
export const pageUp = (address: number): number => Math.ceil(address / PAGE_SIZE) * PAGE_SIZE;
export const isAligned = (address: number): boolean => address % PAGE_SIZE === 0;

/** What a new region is like. */
export interface RegionPlan {
  readonly start: VirtualAddress;
  readonly end: VirtualAddress;
  readonly protection: number;
  readonly flags: number;
  readonly backing: PhysicalAddress;
  readonly offset: number;
}

export class Space {
  readonly k: Kernel;
  readonly address: PhysicalAddress;
  readonly map: ViewOf<typeof SpaceMap.schema>;
  readonly table: TableSpace;
  readonly tables: PageTables;
  readonly tree: Tree;

  constructor(k: Kernel, address: PhysicalAddress) {
    const { root, tag, map } = AddressSpace.at(k.store, address);
    this.k = k;
    this.address = address;
    this.map = SpaceMap.at(k.store, map);
    this.table = { root, tag, owner: this.map.domain };
    this.tables = new PageTables(k.store, k.frames, k.processor);
    this.tree = new Tree(k.store, map + SpaceMap.offsets.regions);
  }

  // --- turns

  /** Is an operation of another thread under way? */
  get mustWait(): boolean {
    const { busy } = this.map;
    return busy !== 0 && busy !== this.k.thread;
  }

  /** Waits for the turn and goes on with a step, which must ask again. */
  wait(then: string): OutcomeNumber {
    return this.k.wait([this.map.waiting], NEVER, then, false);
  }

  /** Takes the turn for several steps. Returns 1 when this call took it, 0 when an outer operation of the thread has it. */
  claim(): 0 | 1 {
    if (this.map.busy !== 0) return 0;
    this.map.busy = this.k.thread;
    return 1;
  }

  /** Gives the turn back if `claimed`. */
  yieldTurn(claimed: number): void {
    if (claimed === 0) return;
    this.map.busy = 0;
    this.k.wake(this.map.waiting);
  }

  // --- regions

  region(address: PhysicalAddress): RegionView {
    return Region.at(this.k.store, address);
  }

  backing(address: PhysicalAddress): BackingView {
    return Backing.at(this.k.store, address);
  }

  start(region: PhysicalAddress): VirtualAddress {
    return this.tree.key(region);
  }

  /** The region that holds an address, or 0. */
  find(address: VirtualAddress): PhysicalAddress {
    const found = this.tree.atMost(address);
    return found !== 0 && this.region(found).end > address ? found : 0;
  }

  /** The first region that ends behind an address, or 0. */
  firstFrom(address: VirtualAddress): PhysicalAddress {
    const found = this.find(address);
    return found !== 0 ? found : this.tree.atLeast(address);
  }

  /** Is nothing mapped in [start, end)? */
  isFree(start: VirtualAddress, end: VirtualAddress): boolean {
    const found = this.firstFrom(start);
    return found === 0 || this.start(found) >= end;
  }

  /** Bytes mapped in [start, end). */
  bytesIn(start: VirtualAddress, end: VirtualAddress): number {
    let total = 0;
    for (const region of this.regionsIn(start, end))
      total += Math.min(this.region(region).end, end) - Math.max(this.start(region), start);
    return total;
  }

  /** The regions that touch [start, end), in order. The one it has just given may be taken out. */
  *regionsIn(start: VirtualAddress, end: VirtualAddress): Generator<PhysicalAddress> {
    let at = this.firstFrom(start);
    while (at !== 0 && this.start(at) < end) {
      const next = this.tree.after(at);
      yield at;
      at = next;
    }
  }

  /** Adds a region; it counts as another holder of its backing. 0 when there is no memory. */
  insert(plan: RegionPlan): PhysicalAddress {
    const address = this.k.slab.allocate(this.k.domain, Region.size);
    if (address === 0) return 0;
    const view = this.region(address);
    view.end = plan.end;
    view.protection = plan.protection;
    view.flags = plan.flags;
    view.backing = plan.backing;
    view.offset = plan.offset;
    if (plan.backing !== 0) this.backing(plan.backing).references += 1;
    this.tree.insert(address, plan.start);
    this.map.regionCount += 1;
    this.count(address, 1);
    return address;
  }

  /** Takes a region out; its pages must be gone. */
  remove(address: PhysicalAddress): void {
    this.count(address, -1);
    this.map.searchTop = NEVER;
    this.map.skippedGap = 0;
    this.#drop(address);
  }

  #drop(address: PhysicalAddress): void {
    const { backing } = this.region(address);
    this.tree.remove(address);
    this.map.regionCount -= 1;
    this.k.slab.release(address);
    if (backing !== 0) this.dropBacking(backing);
  }

  /** Gives back a hold on a backing; with the last one it is condemned. */
  dropBacking(address: PhysicalAddress): void {
    const view = this.backing(address);
    view.references -= 1;
    if (view.references > 0) return;
    view.next = this.map.condemned;
    this.map.condemned = address;
  }

  /** The file of a condemned backing, which the caller releases; 0 when there is none. */
  takeCondemned(): number {
    const address = this.map.condemned;
    if (address === 0) return 0;
    const { file, next } = this.backing(address);
    this.map.condemned = next;
    this.k.slab.release(address);
    return file;
  }

  /** Moves a region's start, as a stack that grows does. */
  moveStart(address: PhysicalAddress, start: VirtualAddress): void {
    this.count(address, -1);
    this.tree.remove(address);
    this.tree.insert(address, start);
    this.count(address, 1);
  }

  /** Moves a region's end. */
  moveEnd(address: PhysicalAddress, end: VirtualAddress): void {
    this.count(address, -1);
    this.region(address).end = end;
    this.count(address, 1);
  }

  setProtection(address: PhysicalAddress, protection: number): void {
    this.count(address, -1);
    this.region(address).protection = protection;
    this.count(address, 1);
  }

  /** Divides the region that holds `at` so that one begins there. False when there is no memory. */
  split(at: VirtualAddress): boolean {
    const found = this.find(at);
    if (found === 0) return true;
    const start = this.start(found);
    if (start === at) return true;
    const view = this.region(found);
    const { end, protection, flags, backing, offset } = view;
    this.moveEnd(found, at);
    const rest = { start: at, end, protection, flags, backing, offset: offset + (at - start) };
    if (this.insert(rest) !== 0) return true;
    this.moveEnd(found, end);
    return false;
  }

  /** Joins neighbours that differ in nothing, from the region before `start` to the one at `end`. */
  merge(start: VirtualAddress, end: VirtualAddress): void {
    let left = this.tree.atMost(start === 0 ? 0 : start - 1);
    if (left === 0) left = this.tree.first();
    while (left !== 0) {
      const right = this.tree.after(left);
      if (right === 0 || this.start(right) > end) return;
      if (this.#joins(left, right)) {
        const { end: last, flags } = this.region(right);
        this.region(left).end = last;
        this.region(left).flags |= flags;
        this.#drop(right);
      } else left = right;
    }
  }

  /** Do two neighbours look like one region? */
  #joins(left: PhysicalAddress, right: PhysicalAddress): boolean {
    const a = this.region(left);
    const b = this.region(right);
    const start = this.start(right);
    if (a.end !== start || a.protection !== b.protection) return false;
    if (((a.flags ^ b.flags) & ~RegionFlag.touched) !== 0) return false;
    if (a.backing === 0 || b.backing === 0) return a.backing === b.backing;
    if (a.offset + (start - this.start(left)) !== b.offset) return false;
    if (a.backing === b.backing) return true;
    const p = this.backing(a.backing);
    const q = this.backing(b.backing);
    return p.file === q.file && p.rights === q.rights;
  }

  // --- limits

  /** Adds or takes away a region in the sums that limits are about. */
  count(address: PhysicalAddress, sign: 1 | -1): void {
    const { end, protection, flags } = this.region(address);
    const bytes = sign * (end - this.start(address));
    const mapped = this.map.mappedBytes + bytes;
    this.map.mappedBytes = mapped;
    if (mapped > this.map.peakBytes) this.map.peakBytes = mapped;
    if (isData(protection, flags)) this.map.dataBytes += bytes;
  }

  /** May the space grow by so many bytes, of the kind that protection and flags say? */
  mayGrow(bytes: number, protection: number, flags: number): boolean {
    if (this.map.mappedBytes + bytes > this.map.addressSpaceLimit) return false;
    return !isData(protection, flags) || this.map.dataBytes + bytes <= this.map.dataLimit;
  }

  /** May so many bytes that are mapped already get that protection? */
  mayBecome(bytes: number, protection: number, flags: number): boolean {
    return !isData(protection, flags) || this.map.dataBytes + bytes <= this.map.dataLimit;
  }

  get zeroFrame(): FrameNumber {
    return serviceRecord(this.k).zeroFrame;
  }
}

/** The service's root record. */
export function serviceRecord(k: Kernel): ViewOf<typeof MemoryRoot.schema> {
  return MemoryRoot.at(k.store, k.serviceRoot('memory'));
}

/** Counts as data: private, writable, no stack (Linux, is_data_mapping). */
function isData(protection: number, flags: number): boolean {
  return (protection & Protection.write) !== 0 && (flags & (RegionFlag.shared | RegionFlag.growsDown)) === 0;
}
