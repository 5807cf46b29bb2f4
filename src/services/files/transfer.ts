/**
 * Moving a file's bytes: `read`, `write`, and `page` for mappings.
 *
 * Bytes go between the page cache's frames and the span directly, as far as the span's pages are present; then the memory
 * service is asked for more and the operation goes on where it stopped. A write takes effect page by page.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber, Reply, Span } from '../../contracts/service.ts';
import { NEVER, PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { FileKind, ModeBit } from './attributes.ts';
import { touchAccess, touchModified } from './clock.ts';
import { copies, isStale } from './copies.ts';
import { storing } from './ext2/interface.ts';
import { formatOf } from './format.ts';
import { files, suppliedTree } from './interface.ts';
import { kindOf } from './nodes.ts';
import { isFull, isPresent, lowerPages, pageFor, punchPage } from './pages.ts';
import { bring, PENDING } from './pending.ts';
import { callerOf, isReadOnly } from './permissions.ts';
import { mountAt, NodeFlag, nodeAt, rootOf } from './records.ts';
import { noteChange } from './remembering.ts';
import { LARGEST_FILE } from './slots.ts';
import { canSupply, supplySpan } from './spans.ts';
import type { FilesWiring } from './wiring.ts';
import { claim, unclaim, writersQueue } from './writers.ts';

/** Bytes moved in one step at most. */
const STEP_BYTES = 16 * PAGE_SIZE;

/** 0 when a node's bytes can be read and written, or the negative error number. */
function hasBytes(k: Kernel, address: PhysicalAddress): number {
  const kind = kindOf(nodeAt(k, address));
  if (kind === FileKind.regular) return 0;
  return kind === FileKind.directory ? -ErrorNumber.EISDIR : -ErrorNumber.EINVAL;
}

/** Is the node one of a supplied tree itself, rather than a file made of its content? */
function isSupplied(k: Kernel, address: PhysicalAddress): boolean {
  return (nodeAt(k, address).flags & NodeFlag.supplied) !== 0;
}

/** How a supplier knows a node. */
function suppliedAs(k: Kernel, address: PhysicalAddress): { tree: number; node: number } {
  const node = nodeAt(k, address);
  return { tree: mountAt(k, node.mount).layer, node: node.number };
}

/** How a part of a transfer ended. */
const Part = { done: 0, further: 1, absent: 2 } as const;

/** What a supplier has moved, with the offset behind it. */
function passMoved(k: Kernel, f: { readonly offset: number }, reply: Reply): OutcomeNumber {
  if (reply.error !== 0) return k.fail(reply.error);
  return k.done(reply.value, Math.max(0, f.offset) + reply.value);
}

interface ReadFrame {
  readonly node: number;
  readonly offset: number;
  readonly into: Span;
  moved: number;
}

/** Moves what can be moved in one step; a negative error number, or a Part. */
function readPart(k: Kernel, w: FilesWiring, f: ReadFrame): number {
  const { into, offset } = f;
  const end = Math.min(offset + into.length, nodeAt(k, f.node).size);
  const stop = f.moved + STEP_BYTES;
  while (f.moved < stop) {
    const at = offset + f.moved;
    if (at >= end) return Part.done;
    const within = at % PAGE_SIZE;
    const count = Math.min(PAGE_SIZE - within, end - at);
    const frame = pageFor(k, w, f.node, Math.floor(at / PAGE_SIZE), false);
    if (frame < 0) return frame;
    const source = (frame === 0 ? rootOf(k).zeroFrame : frame) * PAGE_SIZE + within;
    const moved = k.toSpan(into, f.moved, source, count);
    f.moved += moved;
    if (moved < count) return Part.absent;
  }
  return Part.further;
}

function readOperation(w: FilesWiring): Operation {
  const finish = (k: Kernel, f: ReadFrame, error: number): OutcomeNumber => {
    if (f.moved === 0 && error !== 0) return k.fail(error);
    if (!isReadOnly(k, nodeAt(k, f.node).mount)) touchAccess(k, w, f.node);
    return k.done(f.moved, f.offset + f.moved);
  };
  const transfer = (k: Kernel, f: ReadFrame): OutcomeNumber => {
    const part = readPart(k, w, f);
    if (part === PENDING) return bring(k, 'paged');
    if (part === Part.further) return k.goto('transfer');
    if (part === Part.absent && canSupply(w, f.into))
      return supplySpan(k, w, f.into, f.moved, true, 'supplied');
    return finish(k, f, part === Part.absent ? ErrorNumber.EFAULT : -part);
  };
  return operation(files.read, ['moved'], {
    begin(k, f) {
      const error = hasBytes(k, f.node);
      if (error !== 0) return k.fail(-error);
      if (f.offset < 0) return k.fail(ErrorNumber.EINVAL);
      if (f.into.length === 0) return k.done(0, f.offset);
      if (isStale(k, f.node, f.offset)) return k.call(copies.bring, { node: f.node }, 'brought');
      if (!isSupplied(k, f.node)) return transfer(k, f);
      const request = { ...suppliedAs(k, f.node), offset: f.offset, into: f.into };
      return k.call(suppliedTree.content, request, 'answered');
    },
    answered: passMoved,
    brought(k, f, reply) {
      return reply.error === 0 ? transfer(k, f) : k.fail(reply.error);
    },
    transfer,
    paged: (k, f, reply) => (reply.error === 0 ? transfer(k, f) : finish(k, f, reply.error)),
    supplied(k, f, reply) {
      return reply.error === 0 ? transfer(k, f) : finish(k, f, ErrorNumber.EFAULT);
    },
  });
}

interface WriteFrame {
  readonly node: number;
  offset: number;
  readonly from: Span;
  readonly limit: number;
  moved: number;
  end: number;
}

/** Where the write ends, or the negative error number of one that may not begin. */
function boundWrite(k: Kernel, f: WriteFrame): number {
  if (f.offset === -1) f.offset = nodeAt(k, f.node).size;
  if (f.offset < 0) return -ErrorNumber.EINVAL;
  const limit = Math.min(f.limit, LARGEST_FILE);
  if (f.offset >= limit) return -ErrorNumber.EFBIG;
  return Math.min(f.offset + f.from.length, limit);
}

/** Moves into one page what the span has of it; bytes moved, or a negative error number. */
function writePage(k: Kernel, w: FilesWiring, f: WriteFrame, count: number): number {
  const at = f.offset + f.moved;
  const index = Math.floor(at / PAGE_SIZE);
  const fresh = !isPresent(k, f.node, index) && index * PAGE_SIZE >= nodeAt(k, f.node).size;
  const format = formatOf(k, w, f.node);
  // First the page, then its place on a disk: a page that cannot be had takes none.
  const frame = pageFor(k, w, f.node, index, true);
  const reserved = frame < 0 ? frame : format.reserve(k, w, f.node, at, count);
  if (reserved < 0) {
    if (fresh && frame > 0 && reserved !== PENDING) punchPage(k, f.node, index);
    return reserved;
  }
  const moved = k.fromSpan(f.from, f.moved, frame * PAGE_SIZE + (at % PAGE_SIZE), count);
  if (moved === 0 && fresh) punchPage(k, f.node, index);
  const refused = format.written(k, w, f.node, at, moved);
  return refused < 0 ? refused : moved;
}

function writePart(k: Kernel, w: FilesWiring, f: WriteFrame): number {
  const stop = f.moved + STEP_BYTES;
  while (f.moved < stop) {
    const at = f.offset + f.moved;
    if (at >= f.end) return Part.done;
    const count = Math.min(PAGE_SIZE - (at % PAGE_SIZE), f.end - at);
    const moved = writePage(k, w, f, count);
    if (moved < 0) return moved;
    f.moved += moved;
    const node = nodeAt(k, f.node);
    if (moved > 0 && at + moved > node.size) node.size = at + moved;
    if (moved < count) return Part.absent;
  }
  return Part.further;
}

/** Pages of one tree on a disk that may differ from it while a file is being written. */
const MOST_PAGES = 512;

/** Is it time that pages are brought to their disk, so that there is memory for more? */
function hasManyPages(k: Kernel, w: FilesWiring, address: PhysicalAddress): boolean {
  return formatOf(k, w, address).onDisk && mountAt(k, nodeAt(k, address).mount).pages > MOST_PAGES;
}

/** A program that is changed no longer runs as its owner, unless user 0 changed it. */
export function dropPrivileges(k: Kernel, address: PhysicalAddress): void {
  const node = nodeAt(k, address);
  const { mode } = node;
  if ((mode & (ModeBit.setUser | ModeBit.setGroup)) === 0 || callerOf(k).user === 0) return;
  const group = (mode & ModeBit.groupExecute) !== 0 ? ModeBit.setGroup : 0;
  node.mode = mode & ~(ModeBit.setUser | group);
}

function writeOperation(w: FilesWiring): Operation {
  const finish = (k: Kernel, f: WriteFrame, error: number): OutcomeNumber => {
    unclaim(k, f.node);
    if (f.moved === 0 && error !== 0) return k.fail(error);
    dropPrivileges(k, f.node);
    touchModified(k, w, f.node);
    return k.done(f.moved, f.offset + f.moved);
  };
  const transfer = (k: Kernel, f: WriteFrame): OutcomeNumber => {
    const part = writePart(k, w, f);
    if (part === PENDING) return bring(k, 'paged');
    if (part === Part.further && hasManyPages(k, w, f.node))
      return k.call(storing.flushNode, { node: f.node, claimed: 1 }, 'paged');
    if (part === Part.further) return k.goto('transfer');
    if (part === Part.absent && canSupply(w, f.from))
      return supplySpan(k, w, f.from, f.moved, false, 'supplied');
    return finish(k, f, part === Part.absent ? ErrorNumber.EFAULT : -part);
  };
  return operation(files.write, ['moved', 'end'], {
    begin(k, f) {
      const error = hasBytes(k, f.node);
      if (error !== 0) return k.fail(-error);
      if (isReadOnly(k, nodeAt(k, f.node).mount)) return k.fail(ErrorNumber.EROFS);
      if (f.from.length === 0) return k.done(0, f.offset);
      if (isSupplied(k, f.node)) {
        const request = { ...suppliedAs(k, f.node), offset: Math.max(0, f.offset), from: f.from };
        return k.call(suppliedTree.store, request, 'answered');
      }
      if (!claim(k, f.node)) return k.wait([writersQueue(f.node)], NEVER, 'begin', false);
      f.end = boundWrite(k, f);
      if (f.end >= 0) return transfer(k, f);
      unclaim(k, f.node);
      return k.fail(-f.end);
    },
    answered: passMoved,
    transfer,
    paged: (k, f, reply) => (reply.error === 0 ? transfer(k, f) : finish(k, f, reply.error)),
    supplied(k, f, reply) {
      return reply.error === 0 ? transfer(k, f) : finish(k, f, ErrorNumber.EFAULT);
    },
  });
}

/** The frame of a page for a mapping, PENDING, or a negative error number. */
function mappedPage(k: Kernel, w: FilesWiring, f: { node: number; index: number; write: number }): number {
  let frame = pageFor(k, w, f.node, f.index, f.write === 1);
  if (frame === 0) frame = pageFor(k, w, f.node, f.index, true);
  if (frame < 0 || f.write === 0) return frame;
  const start = f.index * PAGE_SIZE;
  const format = formatOf(k, w, f.node);
  const length = Math.min(PAGE_SIZE, nodeAt(k, f.node).size - start);
  const reserved = format.onDisk ? format.reserve(k, w, f.node, start, length) : 0;
  return reserved < 0 ? reserved : frame;
}

/** For mappings: a hole must have a frame as well, that all mappings of it share. */
function pageOperation(w: FilesWiring): Operation {
  return operation(files.page, [], {
    begin(k, f) {
      const error = hasBytes(k, f.node);
      if (error !== 0) return k.fail(-error);
      if (f.index * PAGE_SIZE >= nodeAt(k, f.node).size) return k.fail(ErrorNumber.EIO);
      const read = !isPresent(k, f.node, f.index) && f.index < lowerPages(nodeAt(k, f.node)) ? 1 : 0;
      const frame = mappedPage(k, w, f);
      if (frame === PENDING) return bring(k, 'paged');
      // A file system that is full is one thing, a machine without a frame another: somebody may be made to give some back.
      if (frame === -ErrorNumber.ENOSPC && !isFull(k, f.node)) return k.fail(ErrorNumber.ENOMEM);
      if (frame < 0) return k.fail(-frame);
      k.frames.hold(frame);
      if (f.write === 1) noteChange(k, f.node);
      const node = nodeAt(k, f.node);
      if ((node.flags & NodeFlag.mapped) === 0) node.flags |= NodeFlag.mapped;
      return k.done(frame, read);
    },
    paged: (k, _f, reply) => (reply.error === 0 ? k.goto('begin') : k.fail(reply.error)),
  });
}

export function transferOperations(w: FilesWiring): Operation[] {
  return [readOperation(w), writeOperation(w), pageOperation(w)];
}
