/**
 * Memory objects: what a pager in a program keeps, and the kernel caches while it is mapped (mach/memory_object.defs).
 *
 * An object is known by its port, at which its pager receives. Its pages are nodes of the mapping database, from which pages of spaces are
 * mapped, so that all spaces share them and they can be taken back from all. What the kernel wants of the pager it
 * says in messages; what the pager wants of the kernel it says in calls with its receive right.
 */
import type { ViewOf } from '../../contracts/records.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { allocate, release } from './limits.ts';
import { addNodeTo, type NodeView, nodeIn, pageOf, revoke } from './mappings.ts';
import { COMPLEX, Header, setHeaderWord } from './message-layout.ts';
import { kernelMessage } from './notices.ts';
import { enqueue, holdPort, portAt, releasePort } from './ports.ts';
import { MemoryObject, PageState, QueuedMessage } from './records.ts';

export type ObjectView = ViewOf<typeof MemoryObject.schema>;

/** The identities of the kernel's messages to pagers. */
const Request = { terminate: 2201, data: 2203, unlock: 2204, dataReturn: 2208 } as const;
/** The kind of a descriptor of memory out of line (MACH_MSG_OOL_DESCRIPTOR), in its last byte. */
const OUT_OF_LINE = 1 << 24;

export function objectAt(k: Kernel, object: PhysicalAddress): ObjectView {
  return MemoryObject.at(k.store, object);
}

/** The object of a port, which it has from now on; 0 when there is no memory for it. */
export function objectOf(k: Kernel, port: PhysicalAddress): PhysicalAddress {
  const known = portAt(k, port).object;
  if (known !== 0) return known;
  const object = allocate(k, 'mappings', MemoryObject.size);
  if (object === 0) return 0;
  objectAt(k, object).port = port;
  holdPort(k, port);
  portAt(k, port).object = object;
  return object;
}

function pagesOf(object: PhysicalAddress): PhysicalAddress {
  return object + MemoryObject.offsets.pages;
}

/** The page of an object at an offset, if something is known of it. */
export function pageAt(k: Kernel, object: PhysicalAddress, offset: number): NodeView | undefined {
  const view = nodeIn(k, pagesOf(object), offset);
  return view !== undefined && pageOf(k, view) === offset ? view : undefined;
}

/** The first page of an object at an offset or behind it. */
export function pageFrom(k: Kernel, object: PhysicalAddress, offset: number): NodeView | undefined {
  return nodeIn(k, pagesOf(object), offset);
}

/** Notes a page; undefined when there is no memory for it. */
export function addPage(k: Kernel, object: PhysicalAddress, offset: number, state: number) {
  return addNodeTo(k, pagesOf(object), offset, 0, state);
}

function low(value: number): number {
  return value % 2 ** 32;
}

function high(value: number): number {
  return Math.floor(value / 2 ** 32);
}

function post(k: Kernel, port: PhysicalAddress, message: PhysicalAddress): boolean {
  if (message !== 0) enqueue(k, port, message);
  return message !== 0;
}

/** Asks an object's pager for a page, or for more rights to it. False when there is no memory for the message. */
export function askPager(
  k: Kernel,
  { port }: ObjectView,
  kind: 'data' | 'unlock',
  offset: number,
  access: number,
) {
  const words = [low(offset), high(offset), PAGE_SIZE, access];
  return post(k, port, kernelMessage(k, Request[kind], words));
}

/** Gives a modified page to its pager, out of line. False when there is no memory for the message. */
export function returnPage(k: Kernel, { port }: ObjectView, page: NodeView): boolean {
  const offset = pageOf(k, page);
  const words = [1, 0, PAGE_SIZE, OUT_OF_LINE, low(offset), high(offset), PAGE_SIZE, 0];
  const message = kernelMessage(k, Request.dataReturn, words);
  if (message === 0) return false;
  setHeaderWord(k, message, Header.bits, COMPLEX);
  QueuedMessage.at(k.store, message).frame = page.frame;
  k.frames.hold(page.frame);
  page.rights &= ~PageState.modified;
  return post(k, port, message);
}

/** Is there nobody any more who could give pages? */
export function hasDied(k: Kernel, { port }: ObjectView): boolean {
  return portAt(k, port).dead !== 0;
}

/**
 * One region of an object less. Without any the kernel keeps nothing of it: modified pages go back to its pager, which hears of the end. True
 * when that is done; the work of one call is at most `budget` pages.
 */
export function leaveObject(k: Kernel, object: PhysicalAddress, budget: number): boolean {
  const view = objectAt(k, object);
  if (view.regions === 1)
    for (let left = budget; ; left--) {
      const page = pageFrom(k, object, 0);
      if (page === undefined) break;
      if (left === 0) return false;
      // Without memory for the message the modifications are lost, as they are when the pager has died.
      if ((page.rights & PageState.modified) !== 0 && !hasDied(k, view)) returnPage(k, view, page);
      revoke(k, page, Number.POSITIVE_INFINITY);
    }
  // Who waits for a page finds its region gone.
  k.wake(view.waiters);
  view.regions -= 1;
  if (view.regions > 0) return true;
  if (!hasDied(k, view)) post(k, view.port, kernelMessage(k, Request.terminate, [0]));
  forget(k, view);
  return true;
}

/** Forgets an object of which nothing came to be mapped. */
export function forgetUnused(k: Kernel, object: PhysicalAddress): void {
  const view = objectAt(k, object);
  if (view.regions === 0) forget(k, view);
}

function forget(k: Kernel, view: ObjectView): void {
  const { port, address } = view;
  portAt(k, port).object = 0;
  releasePort(k, port);
  release(k, 'mappings', address);
}
