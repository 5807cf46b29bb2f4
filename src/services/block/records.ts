/**
 * The records of the block service: in frames of the domain where it lives.
 *
 * `BlockRoot` is found from the kernel root. The cache's unit, a `Unit`, is one frame of eight sectors of one disk.
 */
import type { ViewOf } from '../../contracts/records.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { WaitQueue } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';
import { TreeNode } from '../../kernel/tree.ts';

export const BlockRoot = record('BlockRoot', {
  firstDisk: 'u32',
  /** Units in the cache, how many there should be at most, and how many differ from their disk. */
  units: 'u32',
  limit: 'u32',
  dirty: 'u32',
  /** The replacement policy's list: the first unit and the last. */
  first: 'u32',
  last: 'u32',
  /** 1 when room is wanted: what is dirty is written back without delay. */
  urgent: 'u32',
  /** The instant at which the oldest change was made, when anything is dirty. */
  dirtySince: 'integer',
  /** Figures. */
  hits: 'integer',
  misses: 'integer',
  readAhead: 'integer',
  writtenBack: 'integer',
  replaced: 'integer',
  flushes: 'integer',
  errors: 'integer',
  /** The thread that writes back. */
  work: { embedded: WaitQueue },
  /** Whoever waits for a unit that may be replaced. */
  room: { embedded: WaitQueue },
});

export const DiskState = record('DiskState', {
  next: 'u32',
  /** The device's number. */
  device: 'u32',
  /** DiskFlag bits. */
  flags: 'u32',
  /** The frame of the ring of requests. */
  ring: 'u32',
  /** Units by their number. */
  units: 'u32',
  /** Writes under way. */
  writing: 'u32',
  /** 1 when a write has failed since the last flush. */
  failed: 'u32',
  sectors: 'integer',
  /** Requests made ready, and those whose end has been seen. */
  submitted: 'integer',
  completed: 'integer',
  /** The unit after the one that was read last: a read there is sequential. */
  expected: 'integer',
  /** The flushes of the device asked for, and those done. */
  flushesAsked: 'integer',
  flushesDone: 'integer',
  /** The driver's thread: interrupts. */
  line: { embedded: WaitQueue },
  /** Whoever waits for room in the ring, and for the end of writes. */
  slots: { embedded: WaitQueue },
  idle: { embedded: WaitQueue },
});

export const Unit = record('Unit', {
  /** In its disk's tree; the key is its number: sectors divided by eight. */
  place: { embedded: TreeNode },
  disk: 'u32',
  frame: 'u32',
  /** UnitFlag bits. */
  flags: 'u32',
  /** Neighbours in the policy's list, and the word that the policy keeps with it. */
  before: 'u32',
  after: 'u32',
  word: 'u32',
  waiters: { embedded: WaitQueue },
});
export const UnitFlag = {
  /** The frame holds what the disk has, or something newer. */
  valid: 1,
  dirty: 2,
  /** A request of the disk is under way. */
  reading: 4,
  writing: 8,
  /** The disk could not read it. */
  failed: 16,
} as const;

export type RootView = ViewOf<typeof BlockRoot.schema>;
export type DiskView = ViewOf<typeof DiskState.schema>;
export type UnitView = ViewOf<typeof Unit.schema>;

export function rootOf(k: Kernel): RootView {
  return BlockRoot.at(k.store, k.serviceRoot('block'));
}

export function diskAt(k: Kernel, address: PhysicalAddress): DiskView {
  return DiskState.at(k.store, address);
}

export function unitAt(k: Kernel, address: PhysicalAddress): UnitView {
  return Unit.at(k.store, address);
}

/** The record of a disk by its device's number, or 0. */
export function diskOf(k: Kernel, device: number): PhysicalAddress {
  if (k.serviceRoot('block') === 0) return 0;
  let at = rootOf(k).firstDisk;
  while (at !== 0 && diskAt(k, at).device !== device) at = diskAt(k, at).next;
  return at;
}
