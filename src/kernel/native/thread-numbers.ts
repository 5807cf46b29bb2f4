/**
 * Numbers of threads: what L4's programs name each other by, and what the kernel stamps on messages.
 *
 * A number is a version and a place in a directory, so that finding a thread takes no search, and the number of a thread that has
 * ended is never another's. A thread gets its number when it first makes one of L4's calls.
 */
import type { ViewOf } from '../../contracts/records.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { FrameUse } from '../objects.ts';
import { isScarce, rootOf } from './limits.ts';
import { IpcThread, NativeRoot, ThreadPlace } from './records.ts';

export type IpcView = ViewOf<typeof IpcThread.schema>;

const PLACES_PER_FRAME = PAGE_SIZE / ThreadPlace.size;
const MOST_FRAMES = 32;
const PLACES = PLACES_PER_FRAME * MOST_FRAMES;

/** Names no thread, and any thread. */
export const NOBODY = 0;
export const ANYBODY = -1;

export function ipcAt(k: Kernel, ipc: PhysicalAddress): IpcView {
  return IpcThread.at(k.store, ipc);
}

function placeAt(k: Kernel, index: number): ViewOf<typeof ThreadPlace.schema> {
  const { directory } = NativeRoot.at(k.store, rootOf(k));
  const frame = k.memory.u32[(directory >>> 2) + Math.floor(index / PLACES_PER_FRAME)] as number;
  return ThreadPlace.at(k.store, frame + (index % PLACES_PER_FRAME) * ThreadPlace.size);
}

/** More places; false when there may be no more. Place 0 of the first frame is never given out. */
function extend(k: Kernel): boolean {
  const root = NativeRoot.at(k.store, rootOf(k));
  const { directoryFrames: count } = root;
  if (count === MOST_FRAMES || isScarce(k)) return false;
  const frame = k.frames.allocate(k.domainOfPlan(1), FrameUse.index);
  if (frame === 0) return false;
  k.memory.u32[(root.directory >>> 2) + count] = frame * PAGE_SIZE;
  root.directoryFrames = count + 1;
  const first = count * PLACES_PER_FRAME + (count === 0 ? 1 : 0);
  const end = (count + 1) * PLACES_PER_FRAME;
  for (let index = first; index < end; index++) placeAt(k, index).ipc = index + 1 < end ? index + 1 : 0;
  root.freePlace = first;
  return true;
}

/** What a thread has for L4's calls, made when there is none yet; undefined when there is no memory. */
export function ipcOf(k: Kernel, thread: PhysicalAddress): IpcView | undefined {
  const { ipc } = k.threads.at(thread);
  return ipc !== 0 ? ipcAt(k, ipc) : make(k, thread);
}

function make(k: Kernel, thread: PhysicalAddress): IpcView | undefined {
  if (isScarce(k) || rootOf(k) === 0) return undefined;
  const root = NativeRoot.at(k.store, rootOf(k));
  if (root.freePlace === 0 && !extend(k)) return undefined;
  const address = k.slab.allocate(k.domainOfPlan(1), IpcThread.size);
  if (address === 0) return undefined;
  const index = root.freePlace;
  const place = placeAt(k, index);
  root.freePlace = place.ipc;
  const { id } = k.threads.at(thread);
  place.ipc = address;
  place.version = id;
  const view = ipcAt(k, address);
  view.thread = thread;
  view.number = id * PLACES + index;
  k.threads.at(thread).ipc = address;
  return view;
}

/** The thread of a number; undefined when there is none, whatever the number is. */
export function findThread(k: Kernel, number: number): IpcView | undefined {
  const index = number % PLACES;
  const version = Math.floor(number / PLACES);
  const frames = NativeRoot.at(k.meter.observer, rootOf(k)).directoryFrames;
  if (!(version > 0) || !Number.isSafeInteger(number) || index >= frames * PLACES_PER_FRAME) return undefined;
  const place = placeAt(k, index);
  return place.version === version ? ipcAt(k, place.ipc) : undefined;
}

/** A thread's number and record are given back. */
export function forgetThread(k: Kernel, view: IpcView): void {
  const root = NativeRoot.at(k.store, rootOf(k));
  const index = view.number % PLACES;
  const place = placeAt(k, index);
  place.version = 0;
  place.ipc = root.freePlace;
  root.freePlace = index;
  k.threads.at(view.thread).ipc = 0;
  k.slab.release(view.address);
}

/** All threads that have a number, as they are now. */
export function* numberedThreads(k: Kernel): Generator<IpcView> {
  const { directoryFrames } = NativeRoot.at(k.store, rootOf(k));
  for (let index = 1; index < directoryFrames * PLACES_PER_FRAME; index++) {
    const { ipc, version } = placeAt(k, index);
    if (version !== 0) yield ipcAt(k, ipc);
  }
}
