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
 * In real memory, programs have the low part of it: frame 0 is the resident page (resident.ts), the chain of memory control
 * blocks divides what follows, and the kernel's part, as above, lies at the end.
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
import { layDownResident } from './resident.ts';

/** The part of real memory that programs have. */
const CONVENTIONAL_SHARE = 0.75;
/** Frames kept for the kernel itself: so many, or one in so many of a small machine. */
const MOST_KEPT = 16;
const KEPT_SHARE = 128;
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
  /** Where the kernel's part begins. */
  readonly start: PhysicalAddress;
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

/** Bytes of a machine's real memory that are programs': the rest is for the kernel, its records and buffers. */
export function conventionalBytes(length: number): number {
  return roundUp(length * CONVENTIONAL_SHARE, PAGE_SIZE);
}

/**
 * Computes the layout. @param cacheBytes bytes of translation-cache state for each hart. @param conventional bytes at the
 * beginning that are left to programs.
 */
export function kernelLayout(
  resources: ResourceSet,
  domains: number,
  cacheBytes: number,
  conventional = 0,
  deviceBytes = 0,
): KernelLayout {
  const start = resources.memory.start + conventional;
  const length = resources.memory.length - conventional;
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
  return {
    root,
    cells,
    harts,
    domains: domainsAt,
    caches,
    devices,
    frameTable,
    firstFrame,
    frameCount,
    start,
  };
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
  root.leastFree = Math.min(MOST_KEPT, Math.floor(layout.frameCount / KEPT_SHARE));
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
  if (structure.memory === 'real') layDownReal(words, layout, resources);
}

/**
 * What shows that memory is not that of a kernel with this layout, of `domains` domains and `harts` harts; undefined when
 * nothing does. It looks at the first records only.
 */
export function flawOf(
  words: Words,
  layout: KernelLayout,
  domains: number,
  harts: number,
): string | undefined {
  const store = uncountedStore(words, layout.cells);
  const root = KernelRoot.at(store, layout.root);
  const { magic, firstFrame, frameCount, frameTable, untouched } = root;
  const end = layout.firstFrame + layout.frameCount;
  if (magic !== MAGIC) return 'there is no kernel';
  if (
    firstFrame !== layout.firstFrame ||
    frameCount !== layout.frameCount ||
    frameTable !== layout.frameTable
  )
    return 'its kernel lies elsewhere';
  if (untouched < firstFrame || untouched > end) return `its kernel has used ${untouched} frames`;
  for (let index = 0; index < domains; index++)
    if (words.u32[(root.domains >>> 2) + index + 1] !== layout.domains + index * DOMAIN_STRIDE)
      return `its domain ${index + 1} lies elsewhere`;
  const { activeHart } = MeterCells.at(store, layout.cells);
  return activeHart < harts ? undefined : `its active hart is ${activeHart}`;
}

/** In real memory, the resident page says where everything is. The chain's first block is the memory service's to make. */
function layDownReal(words: Words, layout: KernelLayout, resources: ResourceSet): void {
  const { root, frameTable, firstFrame, frameCount, start } = layout;
  if (resources.memory.start !== 0)
    throw new Error('a structure in real memory needs the memory from address 0 on');
  const chain = { firstBlock: PAGE_SIZE, blocksEnd: start, handles: 0 };
  layDownResident(words, { ...chain, root, frameTable, frameEntry: Frame.size, firstFrame, frameCount });
}

/** A store for views that nobody pays for. */
export function uncountedStore(words: Words, cells: PhysicalAddress): RecordStore {
  const { u8, u16, u32, i32, f64 } = words;
  const cell = (cells + MeterCells.offsets.uncounted) / 8;
  return { u8, u16, u32, i32, f64, readCell: cell, writeCell: cell };
}

/** A record that was given back, cleared; 0 when there is none of this size. */
function reused(store: RecordStore, layout: KernelLayout, size: number): PhysicalAddress {
  const cells = MeterCells.at(store, layout.cells);
  const isAccount = size === Account.size;
  const found = isAccount ? cells.freeAccount : size === Beneficiary.size ? cells.freeBeneficiary : 0;
  if (found === 0) return 0;
  if (isAccount) cells.freeAccount = Account.at(store, found).next;
  else cells.freeBeneficiary = Beneficiary.at(store, found).next;
  store.u8.fill(0, found, found + size);
  return found;
}

/** The meter's own memory: records one after another in frames taken for it, and used again when they are given back. */
export function meterArena(words: Words, layout: KernelLayout): MeterAllocator {
  const store = uncountedStore(words, layout.cells);
  return (size) => {
    const again = reused(store, layout, size);
    if (again !== 0) return again;
    const cells = MeterCells.at(store, layout.cells);
    if (cells.arenaNext + size > cells.arenaEnd) {
      const frame = takeFrame(store, layout);
      if (frame === 0) return 0;
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
    if (frame >= root.firstFrame + root.frameCount) return 0;
    root.untouched = frame + 1;
  }
  root.freeCount -= 1;
  record(frame).use = FrameUse.meter;
  record(frame).references = 1;
  record(frame).owner = layout.domains;
  return frame;
}

/** Makes a beneficiary: whoever work is done for. Its name is at most 31 bytes. 0 when there is no memory. */
export function makeBeneficiary(
  store: RecordStore,
  allocate: MeterAllocator,
  root: PhysicalAddress,
  id: number,
  name: string,
): PhysicalAddress {
  const kernel = KernelRoot.at(store, root);
  const address = allocate(Beneficiary.size);
  if (address === 0) return 0;
  const made = Beneficiary.at(store, address);
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
export const LAYOUT_VERSION = [Account.size, Frame.size, Hart.size, KernelRoot.size, MeterCells.size].join(
  '.',
);
