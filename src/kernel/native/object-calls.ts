/**
 * Mach's calls about memory objects: mapping them (vm_map), and what their pagers tell the kernel (memory_object_data_supply and so on).
 *
 * A pager names its object by its receive right. Offsets and sizes are whole pages; a call is about so many pages at most.
 */
import type { OutcomeNumber } from '../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { FrameUse } from '../objects.ts';
import { answer, answerWith, type NativeCall, nativeCall } from './call.ts';
import { isScarce } from './limits.ts';
import { type NodeView, pageOf, revoke, revokeBelow } from './mappings.ts';
import { addPage, forgetUnused, objectAt, objectOf, pageAt, pageFrom, returnPage } from './memory-objects.ts';
import { portAt } from './ports.ts';
import { NameType, PageState } from './records.ts';
import { addRegion, regionFrom, removeRegion, startOf } from './regions.ts';
import { Result } from './results.ts';
import { callingTask, findName } from './tasks.ts';
import { copyIn, supply } from './user.ts';

const MOST_PAGES = 256;
const STEP_PAGES = 16;
const LARGEST_REGION = 2 ** 38;
const ALL_RIGHTS = 7;

const isWhole = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= 0 && value % PAGE_SIZE === 0;

/** The port of a name of the caller's that has a right; 0 when it has not, or the port is dead or a server's. */
function portWith(k: Kernel, name: number, right: number): PhysicalAddress {
  const task = callingTask(k);
  const view = task === 0 ? undefined : findName(k, task, name);
  if (view === undefined || (view.type & right) === 0) return 0;
  return portAt(k, view.port).service === 0 ? view.port : 0;
}

const map = nativeCall({
  name: 'vm_map',
  arguments: { address: 'address', size: 'address', object: 'word', offset: 'address', protection: 'word' },
  steps: {
    begin(k, f) {
      const { address: start, size, offset, protection } = f;
      if (!isWhole(start) || !isWhole(size) || !isWhole(offset)) return answer(k, Result.invalidArgument);
      if (size === 0 || size > LARGEST_REGION || protection === 0 || protection > ALL_RIGHTS)
        return answer(k, Result.invalidArgument);
      const port = portWith(k, f.object, NameType.send | NameType.receive);
      if (port === 0) return answer(k, Result.invalidName);
      const object = objectOf(k, port);
      if (object === 0) return answer(k, Result.resourceShortage);
      const space = k.spaceOf(k.thread);
      const region = addRegion(k, space, { start, size, object, offset, protection });
      if (region !== undefined) return answerWith(k, Result.success, startOf(k, space, region));
      forgetUnused(k, object);
      return answer(k, Result.noSpace);
    },
  },
});

const deallocate = nativeCall({
  name: 'vm_deallocate',
  arguments: { address: 'address', size: 'address' },
  steps: {
    /** Regions go as a whole; one that is only partly in the range is refused before anything is done. */
    begin(k, f) {
      const space = k.spaceOf(k.thread);
      const first = regionFrom(k, space, f.address);
      return first === undefined || startOf(k, space, first) >= f.address + f.size
        ? answer(k, Result.invalidAddress)
        : k.goto('take');
    },
    take(k, f) {
      const space = k.spaceOf(k.thread);
      const region = regionFrom(k, space, f.address);
      const end = f.address + f.size;
      if (region === undefined || startOf(k, space, region) >= end) return answer(k, Result.success);
      if (region.end > end) return answer(k, Result.invalidArgument);
      removeRegion(k, space, region, STEP_PAGES);
      return k.goto('take');
    },
  },
});

/** The object of which the caller is the pager; 0 when it is none's, or nobody has mapped it. */
function ownObject(k: Kernel, name: number): PhysicalAddress {
  const port = portWith(k, name, NameType.receive);
  return port === 0 ? 0 : portAt(k, port).object;
}

/** Is a range of an object's such a one as a call may be about? */
function isRange(offset: number, size: number): boolean {
  return isWhole(offset) && isWhole(size) && size > 0 && size <= MOST_PAGES * PAGE_SIZE;
}

/** The place for a page that its pager gives: none when the kernel has it already. */
function vacancy(k: Kernel, object: PhysicalAddress, offset: number): NodeView | undefined {
  const page = pageAt(k, object, offset) ?? addPage(k, object, offset, 0);
  return page === undefined || page.frame !== 0 ? undefined : page;
}

/** A page has come: whoever waits looks again. */
function fill(k: Kernel, object: PhysicalAddress, offset: number, frame: number, lock: number): boolean {
  const page = vacancy(k, object, offset);
  if (page === undefined) {
    k.frames.release(frame);
    return (pageAt(k, object, offset)?.frame ?? 0) !== 0;
  }
  page.frame = frame;
  page.rights = ALL_RIGHTS & ~lock;
  k.wake(objectAt(k, object).waiters);
  return true;
}

function newFrame(k: Kernel): number {
  return isScarce(k) ? 0 : k.frames.allocate(k.domainOfPlan(1), FrameUse.anonymous);
}

const supplyData = nativeCall({
  name: 'memory_object_data_supply',
  arguments: { object: 'word', offset: 'address', data: 'address', size: 'address', lock: 'word' },
  locals: ['done', 'frame', 'at'],
  steps: {
    begin(k, f) {
      if (!isRange(f.offset, f.size) || f.lock > ALL_RIGHTS) return answer(k, Result.invalidArgument);
      return k.goto('page');
    },
    page(k, f) {
      if (f.done === f.size) return answer(k, Result.success);
      if (ownObject(k, f.object) === 0) return answer(k, Result.invalidName);
      f.frame = newFrame(k);
      f.at = 0;
      return f.frame === 0 ? answer(k, Result.resourceShortage) : k.goto('copy');
    },
    copy(k, f) {
      const space = k.spaceOf(k.thread);
      const from = f.data + f.done + f.at;
      f.at += copyIn(k, space, from, f.frame * PAGE_SIZE + f.at, PAGE_SIZE - f.at);
      if (f.at < PAGE_SIZE)
        return supply(k, space, f.data + f.done + f.at, PAGE_SIZE - f.at, false, 'supplied');
      // Meanwhile the object may have gone.
      const object = ownObject(k, f.object);
      if (object === 0) return giveUp(k, f.frame, Result.invalidName);
      if (!fill(k, object, f.offset + f.done, f.frame, f.lock)) return answer(k, Result.resourceShortage);
      f.done += PAGE_SIZE;
      return k.goto('page');
    },
    supplied: (k, f, reply) =>
      reply.error === 0 ? k.goto('copy') : giveUp(k, f.frame, Result.invalidAddress),
  },
});

function giveUp(k: Kernel, frame: number, result: number): OutcomeNumber {
  k.frames.release(frame);
  return answer(k, result);
}

/** A call that does something to each page of a range. What keeps it from that ends it. */
function eachPage(
  name: 'memory_object_data_unavailable' | 'memory_object_data_error',
  act: (k: Kernel, object: PhysicalAddress, offset: number) => number,
): NativeCall {
  return nativeCall({
    name,
    arguments: { object: 'word', offset: 'address', size: 'address' },
    locals: ['done'],
    steps: {
      begin: (k, f) => (isRange(f.offset, f.size) ? k.goto('pages') : answer(k, Result.invalidArgument)),
      pages(k, f) {
        const object = ownObject(k, f.object);
        if (object === 0) return answer(k, Result.invalidName);
        for (let left = STEP_PAGES; left > 0 && f.done < f.size; left--, f.done += PAGE_SIZE) {
          const result = act(k, object, f.offset + f.done);
          if (result !== Result.success) return answer(k, result);
        }
        return f.done < f.size ? k.goto('pages') : answer(k, Result.success);
      },
    },
  });
}

const dataUnavailable = eachPage('memory_object_data_unavailable', (k, object, offset) => {
  const frame = newFrame(k);
  return frame !== 0 && fill(k, object, offset, frame, 0) ? Result.success : Result.resourceShortage;
});

const dataError = eachPage('memory_object_data_error', (k, object, offset) => {
  const page = pageAt(k, object, offset);
  if (page === undefined || page.frame !== 0) return Result.success;
  page.rights |= PageState.failed;
  k.wake(objectAt(k, object).waiters);
  return Result.success;
});

/** What a pager may want of a page: bits of memory_object_lock_request. */
const Lock = { return: 1, flush: 2 } as const;

/** Carries a lock request out for one page. False when there is no memory for its message. */
function lockPage(k: Kernel, object: PhysicalAddress, page: NodeView, what: number, lock: number): boolean {
  if (page.frame === 0) return true;
  // What is mapped is mapped anew when it is touched, with the rights that are left.
  revokeBelow(k, page, Number.POSITIVE_INFINITY);
  const isModified = (page.rights & PageState.modified) !== 0;
  if ((what & Lock.return) !== 0 && isModified && !returnPage(k, objectAt(k, object), page)) return false;
  page.rights = (page.rights & PageState.modified) | (ALL_RIGHTS & ~lock);
  if ((what & Lock.flush) !== 0) revoke(k, page, 1);
  return true;
}

const lockRequest = nativeCall({
  name: 'memory_object_lock_request',
  arguments: { object: 'word', offset: 'address', size: 'address', what: 'word', lock: 'word' },
  locals: ['at'],
  steps: {
    begin(k, f) {
      if (!isRange(f.offset, f.size) || f.lock > ALL_RIGHTS) return answer(k, Result.invalidArgument);
      f.at = f.offset;
      return k.goto('pages');
    },
    pages(k, f) {
      const object = ownObject(k, f.object);
      if (object === 0) return answer(k, Result.invalidName);
      for (let left = STEP_PAGES; left > 0; left--) {
        const page = pageFrom(k, object, f.at);
        const offset = page === undefined ? Number.POSITIVE_INFINITY : pageOf(k, page);
        if (page === undefined || offset >= f.offset + f.size) {
          k.wake(objectAt(k, object).waiters);
          return answer(k, Result.success);
        }
        if (!lockPage(k, object, page, f.what, f.lock)) return answer(k, Result.resourceShortage);
        f.at = offset + PAGE_SIZE;
      }
      return k.goto('pages');
    },
  },
});

export const objectCalls: readonly NativeCall[] = [
  map,
  deallocate,
  supplyData,
  dataUnavailable,
  dataError,
  lockRequest,
];
