/**
 * mmap and its kin in real memory: a mapping is a block, or a part of one of the program's own; a file is read into it.
 *
 * There is one address space, so that what is private to a program is only so by agreement. A shared mapping of memory is
 * ordinary memory; one of a file that is written would have to write back what changes, and is refused.
 */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { OutcomeNumber } from '../../../contracts/service.ts';
import { PAGE_SIZE } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { MapFlag, memory, Protection } from '../interface.ts';
import type { MemoryWiring } from '../wiring.ts';
import { Chain } from './chain.ts';
import { clear, copyPage, noteSize, pageUp, STEP_PAGES } from './space.ts';
import { swap } from './swap.ts';

const FIXED = MapFlag.fixed | MapFlag.fixedNoReplace;

interface MapRequest {
  readonly space: number;
  readonly address: number;
  readonly length: number;
  readonly protection: number;
  readonly flags: number;
  readonly file: number;
  readonly offset: number;
  readonly fileRights: number;
}

/** `target` is the place found; the first `cursor` bytes of it are filled. */
interface MapFrame extends MapRequest {
  target: number;
  cursor: number;
}

const isAnonymous = (f: MapRequest): boolean => (f.flags & MapFlag.anonymous) !== 0;
const isFixed = (f: MapRequest): boolean => (f.flags & FIXED) !== 0;

/** What is wrong with a request: an ErrorNumber or 0. */
function flaw(k: Kernel, f: MapRequest): number {
  if (f.length <= 0 || f.offset % PAGE_SIZE !== 0) return ErrorNumber.EINVAL;
  if (pageUp(f.length) > k.memory.size) return ErrorNumber.ENOMEM;
  if (f.offset + pageUp(f.length) > Number.MAX_SAFE_INTEGER) return ErrorNumber.EOVERFLOW;
  const type = f.flags & MapFlag.typeMask;
  if (type !== MapFlag.shared && type !== MapFlag.private && type !== MapFlag.sharedValidate)
    return ErrorNumber.EINVAL;
  if (isFixed(f)) {
    if (f.address % PAGE_SIZE !== 0) return ErrorNumber.EINVAL;
    if (f.address < 2 * PAGE_SIZE) return ErrorNumber.EPERM;
    if (f.address > k.memory.size - pageUp(f.length)) return ErrorNumber.ENOMEM;
  }
  return isAnonymous(f) ? 0 : fileFlaw(f, type);
}

function fileFlaw(f: MapRequest, type: number): number {
  if (f.file === 0) return ErrorNumber.EBADF;
  if ((f.fileRights & Protection.read) === 0) return ErrorNumber.EACCES;
  if (type === MapFlag.private || (f.protection & Protection.write) === 0) return 0;
  return (f.fileRights & Protection.write) === 0 ? ErrorNumber.EACCES : ErrorNumber.ENODEV;
}

const nameOf = (f: MapRequest): string => (isAnonymous(f) ? 'DATA' : 'FILE');

/** A place that the request does not name: from its hint upwards, else as high as there is one. */
function findPlace(k: Kernel, f: MapRequest): number {
  const chain = new Chain(k);
  const pages = pageUp(f.length) / PAGE_SIZE;
  const hint = pageUp(f.address);
  const low = hint > 0 && hint < k.memory.size ? chain.takeLow(f.space, pages, hint, nameOf(f)) : 0;
  return low !== 0 ? low : chain.takeHigh(f.space, pages, nameOf(f));
}

/** A named place: in a block of the program's own, or made free first. */
function takeNamed(k: Kernel, f: MapFrame): OutcomeNumber {
  const chain = new Chain(k);
  const [start, end] = [f.address, f.address + pageUp(f.length)];
  f.target = start;
  const own = chain.ownedBy(f.space).filter((block) => block.start < end && block.end > start);
  if (own.length > 0 && (f.flags & MapFlag.fixedNoReplace) !== 0) return k.fail(ErrorNumber.EEXIST);
  if (own.some((block) => block.start <= start && block.end >= end)) return k.goto('fill');
  const [block] = own;
  if (block !== undefined) {
    chain.release(block, Math.max(block.start, start), Math.min(block.end, end));
    return k.goto('begin');
  }
  const before = chain.holding(start - 1);
  if (before?.owner === f.space && before.end === start && chain.resize(before, end)) return k.goto('fill');
  return k.call(swap.makeRoom, { space: f.space, start, end }, 'room');
}

/** Brings the next part of the mapping's content; at its end the value is its address. */
function fill(k: Kernel, f: MapFrame, wiring: MemoryWiring): OutcomeNumber {
  const length = pageUp(f.length);
  if (f.cursor >= length) {
    noteSize(k, f.space);
    return k.done(f.target);
  }
  if (!isAnonymous(f)) {
    const index = (f.offset + f.cursor) / PAGE_SIZE;
    return k.call(wiring.backing.page, { node: f.file, index, write: 0 }, 'page');
  }
  const next = Math.min(length, f.cursor + STEP_PAGES * PAGE_SIZE);
  clear(k, f.target + f.cursor, f.target + next);
  f.cursor = next;
  return k.goto('fill');
}

export function mapOperation(wiring: MemoryWiring): Operation {
  return operation(memory.map, ['target', 'cursor'], {
    begin(k, f) {
      const wrong = flaw(k, f);
      if (wrong !== 0) return k.fail(wrong);
      if (isFixed(f)) return takeNamed(k, f);
      f.target = findPlace(k, f);
      return f.target === 0 ? k.fail(ErrorNumber.ENOMEM) : fill(k, f, wiring);
    },
    room(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const end = f.target + pageUp(f.length);
      if (!new Chain(k).takeAt(f.space, f.target, end, nameOf(f))) return k.fail(ErrorNumber.ENOMEM);
      return fill(k, f, wiring);
    },
    fill: (k, f) => fill(k, f, wiring),
    page(k, f, reply) {
      const at = f.target + f.cursor;
      // Behind the end of the file.
      if (reply.error === ErrorNumber.EIO) clear(k, at, at + PAGE_SIZE);
      else if (reply.error !== 0) return k.fail(reply.error);
      else {
        copyPage(k, at, reply.value * PAGE_SIZE);
        k.frames.release(reply.value);
      }
      f.cursor += PAGE_SIZE;
      return fill(k, f, wiring);
    },
  });
}
