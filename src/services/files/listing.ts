/**
 * The operations that tell names: `list` (getdents64), `readLink` and `path` (getcwd).
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber, Span } from '../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { FileKind, PathBit } from './attributes.ts';
import { touchAccess } from './clock.ts';
import { originalOf } from './copies.ts';
import { entryFrom, FIRST_POSITION, positionOf } from './directories.ts';
import { answer } from './facts.ts';
import { formatOf } from './format.ts';
import { files, suppliedTree } from './interface.ts';
import { LOST } from './lower-nodes.ts';
import { isDirectory, kindOf } from './nodes.ts';
import { bring, PENDING } from './pending.ts';
import { isReadOnly } from './permissions.ts';
import { Entry, EntryFlag, entryAt, mountAt, NodeFlag, nodeAt } from './records.ts';
import { loseEntry } from './removal.ts';
import { treeRoot } from './resolution.ts';
import { canSupply, localSpan, supplySpan } from './spans.ts';
import { allocateFrame, scratchOf } from './storage.ts';
import { parentOf } from './walk.ts';
import type { FilesWiring } from './wiring.ts';

/** Bytes of a directory entry before its name, in struct linux_dirent64. */
const HEAD = 19;

interface ListFrame {
  readonly node: number;
  cursor: number;
  readonly into: Span;
  moved: number;
  page: number;
}

/** Where an answer is being built. */
interface Page {
  readonly start: PhysicalAddress;
  readonly room: number;
  used: number;
}

/** Bytes that a directory entry with a name of some length takes. */
function recordLength(length: number): number {
  return Math.ceil((HEAD + length + 1) / 8) * 8;
}

/** Adds an entry to the page under construction; its name is copied by the caller. Returns where, or 0 when it does not fit. */
function addRecord(
  k: Kernel,
  page: Page,
  number: number,
  next: number,
  kind: number,
  length: number,
): PhysicalAddress {
  const size = recordLength(length);
  if (page.used + size > page.room) return 0;
  const at = page.start + page.used;
  const { u8, u16, u32 } = k.memory;
  u8.fill(0, at, at + size);
  u32[at >>> 2] = number;
  u32[(at >>> 2) + 2] = next;
  u16[(at + 16) >>> 1] = size;
  u8[at + 18] = kind;
  page.used += size;
  k.examine(size);
  return at + HEAD;
}

function addDots(k: Kernel, page: Page, f: ListFrame): boolean {
  const { u8 } = k.memory;
  while (f.cursor < FIRST_POSITION) {
    const up = f.cursor === 1 ? parentOf(k, treeRoot(k), f.node) : f.node;
    const at = addRecord(
      k,
      page,
      nodeAt(k, up).number,
      f.cursor + 1,
      FileKind.directory >>> 12,
      f.cursor + 1,
    );
    if (at === 0) return false;
    u8.fill(0x2e, at, at + f.cursor + 1);
    f.cursor += 1;
  }
  return true;
}

/** Fills the page with entries from the cursor on. True when the directory has no more. */
function addEntries(k: Kernel, w: FilesWiring, page: Page, f: ListFrame): boolean {
  if (!addDots(k, page, f)) return false;
  for (let at = entryFrom(k, f.node, f.cursor); at !== 0; at = entryFrom(k, f.node, f.cursor)) {
    const kind = formatOf(k, w, f.node).kindOf(k, w, at);
    if (kind === LOST) {
      loseEntry(k, w, at);
      continue;
    }
    const entry = entryAt(k, at);
    const { length, number } = entry;
    const next = positionOf(k, f.node, at) + 1;
    const to = addRecord(k, page, number, next, kind, length);
    if (to === 0) return false;
    k.memory.copy(to, at + Entry.size, length);
    f.cursor = next;
  }
  return true;
}

/** Takes entries that a supplier has packed at `from`; cursors 0 and 1 are the dots, the supplier's are raised by two. */
function addSupplied(k: Kernel, page: Page, f: ListFrame, from: PhysicalAddress, bytes: number): boolean {
  const { u8 } = k.memory;
  const word = (at: number): number =>
    ((u8[at] as number) |
      ((u8[at + 1] as number) << 8) |
      ((u8[at + 2] as number) << 16) |
      ((u8[at + 3] as number) << 24)) >>>
    0;
  for (let at = from; at < from + bytes; ) {
    const length = u8[at + 9] as number;
    const next = word(at + 4) + FIRST_POSITION;
    const to = addRecord(k, page, word(at), next, u8[at + 8] as number, length);
    if (to === 0) return false;
    k.memory.copy(to, at + 10, length);
    f.cursor = next;
    at += 10 + length;
  }
  return true;
}

/** Where an answer of at most one page may be built, for what room the span has left. */
function newPage(k: Kernel, f: ListFrame): Page {
  const room = Math.min(PAGE_SIZE, f.into.length - f.moved);
  return { start: scratchOf(k), room, used: 0 };
}

/** Ends a listing, or lets it go on after this step. */
function endList(k: Kernel, w: FilesWiring, f: ListFrame, left: boolean): OutcomeNumber {
  if (f.page !== 0) k.frames.release(f.page);
  if (left && f.moved === 0) return k.fail(ErrorNumber.EINVAL);
  if (!isReadOnly(k, nodeAt(k, f.node).mount)) touchAccess(k, w, f.node);
  return k.done(f.moved, f.cursor);
}

function failList(k: Kernel, f: ListFrame, error: number): OutcomeNumber {
  if (f.page !== 0) k.frames.release(f.page);
  return f.moved > 0 ? k.done(f.moved, f.cursor) : k.fail(error);
}

/** Hands over a page; the cursor goes back to `before` when the span's pages are not there. */
function handOver(
  k: Kernel,
  w: FilesWiring,
  f: ListFrame,
  page: Page,
  before: number,
): OutcomeNumber | undefined {
  const moved = k.toSpan(f.into, f.moved, page.start, page.used);
  if (moved === page.used) {
    f.moved += page.used;
    return undefined;
  }
  f.cursor = before;
  if (!canSupply(w, f.into)) return failList(k, f, ErrorNumber.EFAULT);
  return supplySpan(k, w, f.into, f.moved + moved, true, 'supplied');
}

function listSupplied(k: Kernel, w: FilesWiring, f: ListFrame): OutcomeNumber {
  if (f.cursor < FIRST_POSITION) {
    const page = newPage(k, f);
    const before = f.cursor;
    const complete = addDots(k, page, f);
    const stopped = handOver(k, w, f, page, before);
    if (stopped !== undefined) return stopped;
    if (!complete) return endList(k, w, f, true);
  }
  if (f.page === 0) f.page = allocateFrame(k, FrameUse.index);
  if (f.page === 0) return failList(k, f, ErrorNumber.ENOMEM);
  const node = nodeAt(k, f.node);
  const request = {
    tree: mountAt(k, node.mount).layer,
    directory: node.number,
    cursor: f.cursor - FIRST_POSITION,
    into: localSpan(f.page * PAGE_SIZE, PAGE_SIZE),
  };
  return k.call(suppliedTree.entries, request, 'entries');
}

function listOperation(w: FilesWiring): Operation {
  const fill = (k: Kernel, f: ListFrame): OutcomeNumber => {
    const { flags } = nodeAt(k, f.node);
    if ((flags & NodeFlag.supplied) !== 0) return listSupplied(k, w, f);
    if ((flags & NodeFlag.unfilled) !== 0) {
      const filled = formatOf(k, w, f.node).fill(k, w, f.node);
      if (filled === PENDING) return bring(k, 'brought');
      if (filled !== 1) return filled === 0 ? k.goto('fill') : k.fail(-filled);
    }
    const page = newPage(k, f);
    const before = f.cursor;
    const complete = addEntries(k, w, page, f);
    const stopped = handOver(k, w, f, page, before);
    if (stopped !== undefined) return stopped;
    return complete || page.used === 0 ? endList(k, w, f, !complete) : k.goto('fill');
  };
  return operation(files.list, ['moved', 'page'], {
    begin(k, f) {
      const node = nodeAt(k, f.node);
      if (kindOf(node) !== FileKind.directory) return k.fail(ErrorNumber.ENOTDIR);
      if (node.links === 0) return k.fail(ErrorNumber.ENOENT);
      if (f.cursor === 0) formatOf(k, w, f.node).rewind?.(k, f.node);
      return fill(k, f);
    },
    fill,
    supplied(k, f, reply) {
      return reply.error === 0 ? fill(k, f) : failList(k, f, ErrorNumber.EFAULT);
    },
    brought: (k, f, reply) => (reply.error === 0 ? k.goto('fill') : failList(k, f, reply.error)),
    entries(k, f, reply) {
      if (reply.error !== 0) return failList(k, f, reply.error);
      if (reply.value === 0) return endList(k, w, f, false);
      const page = newPage(k, f);
      const before = f.cursor;
      const complete = addSupplied(k, page, f, f.page * PAGE_SIZE, reply.value);
      const stopped = handOver(k, w, f, page, before);
      if (stopped !== undefined) return stopped;
      return complete && reply.second !== 0 ? k.goto('fill') : endList(k, w, f, !complete);
    },
  });
}

function readLinkOperation(w: FilesWiring): Operation {
  const tell = (k: Kernel, f: { node: number; into: Span }): OutcomeNumber => {
    const node = nodeAt(k, f.node);
    return answer(k, w, f.into, node.word, node.size, 'supplied');
  };
  return operation(files.readLink, [], {
    begin(k, f) {
      const node = nodeAt(k, f.node);
      if (kindOf(node) !== FileKind.symbolicLink) return k.fail(ErrorNumber.EINVAL);
      if (!isReadOnly(k, node.mount)) touchAccess(k, w, f.node);
      if ((node.flags & NodeFlag.supplied) === 0) return tell(k, f);
      const request = { tree: mountAt(k, node.mount).layer, node: node.number, offset: 0, into: f.into };
      return k.call(suppliedTree.content, request, 'fetched');
    },
    supplied(k, f, reply) {
      return reply.error === 0 ? tell(k, f) : k.fail(ErrorNumber.EFAULT);
    },
    fetched(k, _f, reply) {
      return k.pass(reply);
    },
  });
}

/** Builds a node's path at the end of the scratch frame; `start` is 0 when it is too long. */
export function buildPath(
  k: Kernel,
  root: PhysicalAddress,
  node: PhysicalAddress,
): { start: number; bits: number } {
  const { u8 } = k.memory;
  const end = scratchOf(k) + PAGE_SIZE;
  let start = end;
  let bits = 0;
  let at = node;
  while (at !== root) {
    const { entry, flags, mount } = nodeAt(k, at);
    if (entry === 0) {
      const { covered, root: top } = mountAt(k, mount);
      if (covered === 0 || top !== at) {
        bits |= top === at ? PathBit.unreachable : PathBit.deleted;
        break;
      }
      at = covered;
      continue;
    }
    const view = entryAt(k, entry);
    const { length } = view;
    if ((flags & NodeFlag.supplied) === 0 && (view.flags & EntryFlag.detached) !== 0) bits |= PathBit.deleted;
    start -= length + 1;
    if (start < end - PAGE_SIZE) return { start: 0, bits };
    u8[start] = 0x2f;
    k.memory.copy(start + 1, entry + Entry.size, length);
    k.examine(length);
    at = view.directory;
  }
  if (start === end) {
    start -= 1;
    u8[start] = 0x2f;
  }
  return { start, bits };
}

function pathOperation(w: FilesWiring): Operation {
  return operation(files.path, [], {
    begin(k, f) {
      const node = originalOf(k, f.node);
      const { start, bits } = buildPath(k, f.root === 0 ? treeRoot(k) : f.root, node);
      if (start === 0) return k.fail(ErrorNumber.ENAMETOOLONG);
      const gone = (bits & PathBit.deleted) !== 0;
      if (gone && (isDirectory(k, node) || nodeAt(k, node).entry === 0)) return k.fail(ErrorNumber.ENOENT);
      const length = scratchOf(k) + PAGE_SIZE - start;
      if (length > f.into.length) return k.fail(ErrorNumber.ERANGE);
      const moved = k.toSpan(f.into, 0, start, length);
      if (moved === length) return k.done(length, bits);
      if (!canSupply(w, f.into)) return k.fail(ErrorNumber.EFAULT);
      return supplySpan(k, w, f.into, moved, true, 'supplied');
    },
    supplied(k, _f, reply) {
      return reply.error === 0 ? k.goto('begin') : k.fail(ErrorNumber.EFAULT);
    },
  });
}

export function listingOperations(w: FilesWiring): Operation[] {
  return [listOperation(w), readLinkOperation(w), pathOperation(w)];
}
