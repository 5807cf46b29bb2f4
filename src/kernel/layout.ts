/**
 * Where a kernel lies in the memory of its resource set, and its first instant.
 *
 *   start + 0       a frame left alone: address 0 traps, or holds a vector table where a structure has one
 *   start + 4 KiB   KernelRoot, MeterCells, Hart records, Domain records of the plan
 *   then            the harts' translation caches
 *   then            the registers of devices, a page for each
 *   then            the frame table, one record for each frame of the set
 *   then            frames for everybody
 *
 * Everything follows from the sizes, so that a resumed machine finds the same places.
 */
import type { ResourceSet } from '../contracts/machine.ts';
import type { Structure } from '../contracts/structure.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../contracts/units.ts';
import { HART_STRIDE } from './harts.ts';
import type { MeterAllocator, Words } from './meter.ts';
import { Account, Beneficiary, Domain, Frame, FrameUse, Hart, KernelRoot, MeterCells } from './objects.ts';
import type { RecordStore } from './records.ts';

const MAGIC = 0x6b726e6c;
const DOMAIN_STRIDE = Math.ceil(Domain.size / 64) * 64;

export interface KernelLayout {
  readonly root: PhysicalAddress;
  readonly cells: PhysicalAddress;
  readonly harts: PhysicalAddress;
  readonly domains: PhysicalAddress;
  /** The translation caches' state, `cacheBytes` for each hart. */
  readonly caches: PhysicalAddress;
  /** The devices' registers, `DEVICE_BYTES` for each. */
  readonly devices: PhysicalAddress;
  readonly frameTable: PhysicalAddress;
  readonly firstFrame: number;
  readonly frameCount: number;
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

/**
 * Computes the layout.
 * @param cacheBytes bytes of translation-cache state for each hart.
 * @param deviceBytes bytes of registers of all devices, whole pages.
 */
export function kernelLayout(
  resources: ResourceSet,
  domains: number,
  cacheBytes: number,
  deviceBytes = 0,
): KernelLayout {
  const { start, length } = resources.memory;
  const root = start + PAGE_SIZE;
  const cells = roundUp(root + KernelRoot.size, 64);
  const harts = roundUp(cells + MeterCells.size, 64);
  const domainsAt = harts + HART_STRIDE * resources.harts.length;
  const caches = roundUp(domainsAt + DOMAIN_STRIDE * domains, PAGE_SIZE);
  const devices = roundUp(caches + cacheBytes * resources.harts.length, PAGE_SIZE);
  const frameTable = devices + deviceBytes;
  const total = Math.floor(length / PAGE_SIZE);
  const tableBytes = roundUp(total * Frame.size, PAGE_SIZE);
  const firstFrame = (frameTable + tableBytes) / PAGE_SIZE;
  const frameCount = start / PAGE_SIZE + total - firstFrame;
  if (frameCount < 64)
    throw new Error(`${length} bytes of memory are too few for a kernel; give at least 4 MiB`);
  return { root, cells, harts, domains: domainsAt, caches, devices, frameTable, firstFrame, frameCount };
}

/** Writes the first instant of a kernel: all of it is records, and none of it is charged. */
export function layDown(
  words: Words,
  layout: KernelLayout,
  resources: ResourceSet,
  structure: Structure,
): void {
  const store = uncountedStore(words, layout.cells);
  const root = KernelRoot.at(store, layout.root);
  root.magic = MAGIC;
  root.firstFrame = layout.firstFrame;
  root.frameCount = layout.frameCount;
  root.frameTable = layout.frameTable;
  root.untouched = layout.firstFrame;
  root.freeCount = layout.frameCount;
  root.nextThreadId = 1;
  root.nextTag = 1;
  resources.harts.forEach((id, index) => {
    Hart.at(store, layout.harts + index * HART_STRIDE).id = id;
  });
  structure.domains.forEach((plan, index) => {
    const address = layout.domains + index * DOMAIN_STRIDE;
    const domain = Domain.at(store, address);
    domain.plan = index + 1;
    domain.privilege = plan.privilege === 'kernel' ? 1 : 0;
    words.u32[(root.domains >>> 2) + index + 1] = address;
  });
}

/** A store for views that nobody pays for. */
export function uncountedStore(words: Words, cells: PhysicalAddress): RecordStore {
  const { u8, u16, u32, i32, f64 } = words;
  const cell = (cells + MeterCells.offsets.uncounted) / 8;
  return { u8, u16, u32, i32, f64, readCell: cell, writeCell: cell };
}

/** The meter's own memory: records one after another in frames taken for it, which it never gives back. */
export function meterArena(words: Words, layout: KernelLayout): MeterAllocator {
  const store = uncountedStore(words, layout.cells);
  return (size) => {
    const cells = MeterCells.at(store, layout.cells);
    if (cells.arenaNext + size > cells.arenaEnd) {
      const frame = takeFrame(store, layout);
      cells.arenaNext = frame * PAGE_SIZE;
      cells.arenaEnd = (frame + 1) * PAGE_SIZE;
    }
    const address = cells.arenaNext;
    cells.arenaNext = address + roundUp(size, 8);
    return address;
  };
}

function takeFrame(store: RecordStore, layout: KernelLayout): number {
  const root = KernelRoot.at(store, layout.root);
  const record = (frame: number) =>
    Frame.at(store, layout.frameTable + (frame - layout.firstFrame) * Frame.size);
  let frame = root.freeFrame;
  if (frame !== 0) {
    root.freeFrame = record(frame).next;
    store.u8.fill(0, frame * PAGE_SIZE, (frame + 1) * PAGE_SIZE);
  } else {
    frame = root.untouched;
    if (frame >= root.firstFrame + root.frameCount)
      throw new Error('no memory is left for the accounts; give the machine more memory');
    root.untouched = frame + 1;
  }
  root.freeCount -= 1;
  record(frame).use = FrameUse.meter;
  record(frame).references = 1;
  record(frame).owner = layout.domains;
  return frame;
}

/** Makes a beneficiary: whoever work is done for. Its name is at most 31 bytes. */
export function makeBeneficiary(
  store: RecordStore,
  allocate: MeterAllocator,
  root: PhysicalAddress,
  id: number,
  name: string,
): PhysicalAddress {
  const kernel = KernelRoot.at(store, root);
  const made = Beneficiary.at(store, allocate(Beneficiary.size));
  made.id = id;
  made.next = kernel.firstBeneficiary;
  kernel.firstBeneficiary = made.address;
  nameBeneficiary(store, made.address, new TextEncoder().encode(name));
  return made.address;
}

export function nameBeneficiary(store: RecordStore, beneficiary: PhysicalAddress, name: Uint8Array): void {
  const at = Beneficiary.at(store, beneficiary).name;
  store.u8.fill(0, at, at + 32);
  store.u8.set(name.subarray(0, 31), at);
}

/** Sizes that the layout depends on, for a snapshot's header. */
export const LAYOUT_VERSION = [Account.size, Frame.size, Hart.size, KernelRoot.size].join('.');
