/**
 * File descriptors: small numbers of a process for open file descriptions.
 *
 * A table is a frame of frame addresses, each holding 512 entries of two words: the description and FD_CLOEXEC. These are
 * functions over records, without waiting; what closing a description entails is src/linux/open-files.ts.
 */
import type { ViewOf } from '../contracts/records.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { FrameUse } from '../kernel/objects.ts';
import { DescriptorTable, OpenFile } from './records.ts';
import { currentProcess } from './state.ts';

const ENTRY_BYTES = 8;
const CHUNK_ENTRIES = PAGE_SIZE / ENTRY_BYTES;
/** Descriptors that a table can hold at all. */
const MOST_DESCRIPTORS = (PAGE_SIZE / 4) * CHUNK_ENTRIES;

export const CLOSE_ON_EXEC = 1;

export type OpenFileView = ViewOf<typeof OpenFile.schema>;

export function openFileAt(k: Kernel, file: PhysicalAddress): OpenFileView {
  return OpenFile.at(k.store, file);
}

/** An empty table, or 0. */
export function createTable(k: Kernel): PhysicalAddress {
  const address = k.slab.allocate(k.domain, DescriptorTable.size);
  if (address === 0) return 0;
  const directory = k.frames.allocate(k.domain, FrameUse.slab);
  if (directory === 0) {
    k.slab.release(address);
    return 0;
  }
  const table = DescriptorTable.at(k.store, address);
  table.references = 1;
  table.chunks = directory * PAGE_SIZE;
  return address;
}

/** Gives back an empty table. */
export function destroyTable(k: Kernel, address: PhysicalAddress): void {
  const table = DescriptorTable.at(k.store, address);
  for (let cell = table.chunks; cell < table.chunks + PAGE_SIZE; cell += 4) {
    const chunk = k.memory.u32[cell >>> 2] as number;
    if (chunk !== 0) k.frames.release(chunk / PAGE_SIZE);
  }
  k.frames.release(table.chunks / PAGE_SIZE);
  k.slab.release(address);
}

/** Physical address of a descriptor's entry, or 0 when its chunk does not exist (and cannot be made when `make`). */
function entry(k: Kernel, table: PhysicalAddress, descriptor: number, make: boolean): PhysicalAddress {
  if (!(descriptor >= 0 && descriptor < MOST_DESCRIPTORS)) return 0;
  const { chunks } = DescriptorTable.at(k.store, table);
  const cell = (chunks >>> 2) + Math.floor(descriptor / CHUNK_ENTRIES);
  let chunk = k.store.u32[cell] as number;
  if (chunk === 0) {
    const frame = make ? k.frames.allocate(k.domain, FrameUse.slab) : 0;
    if (frame === 0) return 0;
    chunk = frame * PAGE_SIZE;
    k.store.u32[cell] = chunk;
  }
  return chunk + (descriptor % CHUNK_ENTRIES) * ENTRY_BYTES;
}

/** The description of a descriptor, or 0. */
export function lookUp(k: Kernel, table: PhysicalAddress, descriptor: number): PhysicalAddress {
  const at = entry(k, table, descriptor, false);
  return at === 0 ? 0 : (k.store.u32[at >>> 2] as number);
}

/** The description behind a descriptor of the calling process, or undefined. */
export function fileOf(k: Kernel, descriptor: number): OpenFileView | undefined {
  const file = lookUp(k, currentProcess(k).descriptors, descriptor);
  return file === 0 ? undefined : openFileAt(k, file);
}

export function flagsOf(k: Kernel, table: PhysicalAddress, descriptor: number): number {
  const at = entry(k, table, descriptor, false);
  return at === 0 ? 0 : (k.store.u32[(at >>> 2) + 1] as number);
}

export function setFlags(k: Kernel, table: PhysicalAddress, descriptor: number, flags: number): void {
  const at = entry(k, table, descriptor, false);
  if (at !== 0) k.store.u32[(at >>> 2) + 1] = flags;
}

/** The lowest free descriptor from `from` on and below `limit`, or -1. */
export function findFree(k: Kernel, table: PhysicalAddress, from: number, limit: number): number {
  const view = DescriptorTable.at(k.store, table);
  const most = Math.min(limit, MOST_DESCRIPTORS);
  const start = Math.max(from, view.lowest);
  let at = start;
  while (at < most && lookUp(k, table, at) !== 0) at += 1;
  // Whoever asks again need not look at what is known to be in use.
  if (start === view.lowest) view.lowest = Math.min(at, MOST_DESCRIPTORS);
  return at < most ? at : -1;
}

/** Puts a description into a free descriptor. False when there is no memory for the entry. */
export function install(
  k: Kernel,
  table: PhysicalAddress,
  descriptor: number,
  file: PhysicalAddress,
  flags: number,
): boolean {
  const at = entry(k, table, descriptor, true);
  if (at === 0) return false;
  k.store.u32[at >>> 2] = file;
  k.store.u32[(at >>> 2) + 1] = flags;
  const view = DescriptorTable.at(k.store, table);
  if (descriptor === view.lowest) view.lowest = descriptor + 1;
  if (descriptor >= view.end) view.end = descriptor + 1;
  view.count += 1;
  return true;
}

/** Takes the description out of a descriptor and returns it, or 0. */
export function uninstall(k: Kernel, table: PhysicalAddress, descriptor: number): PhysicalAddress {
  const at = entry(k, table, descriptor, false);
  const file = at === 0 ? 0 : (k.store.u32[at >>> 2] as number);
  if (file === 0) return 0;
  k.store.u32[at >>> 2] = 0;
  k.store.u32[(at >>> 2) + 1] = 0;
  const view = DescriptorTable.at(k.store, table);
  if (descriptor < view.lowest) view.lowest = descriptor;
  view.count -= 1;
  return file;
}

/** A table with the same descriptions, each held once more; 0 when there is no memory. */
export function copyTable(k: Kernel, from: PhysicalAddress): PhysicalAddress {
  const copy = createTable(k);
  if (copy === 0) return 0;
  const { end } = DescriptorTable.at(k.store, from);
  for (let descriptor = 0; descriptor < end; descriptor++) {
    const file = lookUp(k, from, descriptor);
    if (file === 0) continue;
    if (!install(k, copy, descriptor, file, flagsOf(k, from, descriptor))) {
      abandon(k, copy);
      return 0;
    }
    openFileAt(k, file).references += 1;
  }
  return copy;
}

/** Undoes a copy: every description is still held by the original. */
function abandon(k: Kernel, copy: PhysicalAddress): void {
  const { end } = DescriptorTable.at(k.store, copy);
  for (let descriptor = 0; descriptor < end; descriptor++) {
    const file = uninstall(k, copy, descriptor);
    if (file !== 0) openFileAt(k, file).references -= 1;
  }
  destroyTable(k, copy);
}
