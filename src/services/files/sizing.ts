/**
 * The operations on a file's extent: `truncate`, `allocate` (fallocate) and `seek` (SEEK_DATA, SEEK_HOLE).
 */
import { Primitive } from '../../contracts/accounting.ts';
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import { NEVER, PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { FileKind } from './attributes.ts';
import { touchModified } from './clock.ts';
import { formatOf } from './format.ts';
import { AllocateFlag, files } from './interface.ts';
import { isHosted, pathInLayer } from './layers.ts';
import { kindOf } from './nodes.ts';
import { clearWithin, dropPages, holdsData, lowerPages, pageFor, punchPage } from './pages.ts';
import { bring, PENDING } from './pending.ts';
import { isReadOnly } from './permissions.ts';
import { NodeFlag, nodeAt } from './records.ts';
import { HOLE, LARGEST_FILE, nextSlot, readSlot } from './slots.ts';
import { dropPrivileges } from './transfer.ts';
import type { FilesWiring } from './wiring.ts';
import { claim, unclaim, writersQueue } from './writers.ts';

/** Pages freed, and pages made, in one step at most. */
const FREE_BATCH = 64;
const MAKE_BATCH = 16;
/** Slots looked at in one step at most. */
const SEEK_BATCH = 4096;

/** Clears what a page holds behind the end of the file. The page stays as clean as it was: the lower layer is cut as well. */
function clearTail(k: Kernel, address: PhysicalAddress, size: number): void {
  const within = size % PAGE_SIZE;
  if (within === 0) return;
  const slot = readSlot(k, address, Math.floor(size / PAGE_SIZE));
  if (slot === 0 || slot === HOLE) return;
  k.memory.clear(slot * PAGE_SIZE + within, PAGE_SIZE - within);
  k.meter.charge(Primitive.wordCleared, Math.ceil((PAGE_SIZE - within) / 8));
}

/** Ends an operation that has taken pages away; the second value tells whether mappings may still show them. */
function shrunk(k: Kernel, address: PhysicalAddress): OutcomeNumber {
  return k.done(0, (nodeAt(k, address).flags & NodeFlag.mapped) === 0 ? 0 : 1);
}

interface SizeFrame {
  readonly node: number;
  readonly size: number;
  extent: number;
}

function checkSize(k: Kernel, f: SizeFrame, limit: number): number {
  const node = nodeAt(k, f.node);
  const kind = kindOf(node);
  if (kind === FileKind.directory) return -ErrorNumber.EISDIR;
  if (kind !== FileKind.regular || f.size < 0) return -ErrorNumber.EINVAL;
  if (isReadOnly(k, node.mount)) return -ErrorNumber.EROFS;
  return f.size > LARGEST_FILE || (f.size > limit && f.size > node.size) ? -ErrorNumber.EFBIG : 0;
}

/** The file's size changes at once; pages behind a new end are freed a part at a time in the step 'free'. */
function setSize(k: Kernel, w: FilesWiring, f: SizeFrame, limit: number): OutcomeNumber {
  const error = checkSize(k, f, limit);
  if (error !== 0) return k.fail(-error);
  if (!claim(k, f.node)) return k.wait([writersQueue(f.node)], NEVER, 'begin', false);
  const refused = readyToCut(k, w, f) || formatOf(k, w, f.node).change(k, w, f.node, f.size);
  if (refused === PENDING) return bringClaimed(k, f.node);
  if (refused !== 0) {
    unclaim(k, f.node);
    return k.fail(-refused);
  }
  const node = nodeAt(k, f.node);
  f.extent = lowerPages(node);
  const shrinks = f.size <= node.size;
  node.size = f.size;
  if (shrinks) {
    node.lowerSize = Math.min(node.lowerSize, f.size);
    clearTail(k, f.node, f.size);
  }
  grownOutside(k, f.node, f.size);
  dropPrivileges(k, f.node);
  touchModified(k, w, f.node);
  if (shrinks) return k.goto('free');
  unclaim(k, f.node);
  return k.done();
}

/** A page of a disk's file whose end is to be cleared must be here. 0, PENDING, or a negative error number. */
function readyToCut(k: Kernel, w: FilesWiring, f: SizeFrame): number {
  const { size } = nodeAt(k, f.node);
  const within = f.size % PAGE_SIZE;
  if (f.size >= size || within === 0 || !formatOf(k, w, f.node).onDisk) return 0;
  const error = clearWithin(k, w, f.node, f.size, PAGE_SIZE - within);
  return error;
}

/** Lets others write while something is brought; then all is begun anew. */
function bringClaimed(k: Kernel, node: PhysicalAddress): OutcomeNumber {
  unclaim(k, node);
  return bring(k, 'begin');
}

/** A host mount's file has its new size on the host as well. */
function grownOutside(k: Kernel, address: PhysicalAddress, size: number): void {
  if (!isHosted(k, address) || pathInLayer(k, address) === undefined) return;
  const node = nodeAt(k, address);
  node.lowerSize = size;
  node.flags |= NodeFlag.touched;
}

function freeBehind(k: Kernel, w: FilesWiring, f: SizeFrame): OutcomeNumber {
  const from = Math.ceil(f.size / PAGE_SIZE);
  if (dropPages(k, f.node, from, f.extent, FREE_BATCH) >= 0) return k.goto('free');
  const left = formatOf(k, w, f.node).cut(k, w, f.node);
  if (left === PENDING) return bring(k, 'free');
  if (left === 0) return k.goto('free');
  unclaim(k, f.node);
  return left < 0 ? k.fail(-left) : shrunk(k, f.node);
}

function truncateOperation(w: FilesWiring): Operation {
  return operation(files.truncate, ['extent'], {
    begin: (k, f) => setSize(k, w, f, NEVER),
    free: (k, f) => freeBehind(k, w, f),
  });
}

function resizeOperation(w: FilesWiring): Operation {
  return operation(files.resize, ['extent'], {
    begin(k, f) {
      return nodeAt(k, f.node).executors > 0 ? k.fail(ErrorNumber.ETXTBSY) : setSize(k, w, f, f.limit);
    },
    free: (k, f) => freeBehind(k, w, f),
  });
}

interface AllocateFrame {
  readonly node: number;
  readonly mode: number;
  readonly offset: number;
  readonly length: number;
  readonly limit: number;
  index: number;
}

function checkAllocate(k: Kernel, f: AllocateFrame): number {
  const node = nodeAt(k, f.node);
  const kind = kindOf(node);
  if (f.offset < 0 || f.length <= 0) return -ErrorNumber.EINVAL;
  const punches = f.mode === (AllocateFlag.keepSize | AllocateFlag.punchHole);
  if (!punches && f.mode !== 0 && f.mode !== AllocateFlag.keepSize) return -ErrorNumber.EOPNOTSUPP;
  if (kind === FileKind.fifo) return -ErrorNumber.ESPIPE;
  if (kind === FileKind.directory) return -ErrorNumber.EISDIR;
  if (kind !== FileKind.regular) return -ErrorNumber.ENODEV;
  if (isReadOnly(k, node.mount)) return -ErrorNumber.EROFS;
  const end = f.offset + f.length;
  if (end > LARGEST_FILE) return -ErrorNumber.EFBIG;
  return f.mode === 0 && end > f.limit && end > node.size ? -ErrorNumber.EFBIG : 0;
}

/** Makes pages of a range present. Returns 1 when all are, 0 to go on, or a negative error number. */
function makePages(k: Kernel, w: FilesWiring, f: AllocateFrame): number {
  const last = Math.ceil((f.offset + f.length) / PAGE_SIZE);
  for (let made = 0; made < MAKE_BATCH && f.index < last; made++) {
    const frame = pageFor(k, w, f.node, f.index, true);
    if (frame < 0) return frame;
    f.index += 1;
  }
  return f.index < last ? 0 : 1;
}

/** Clears the parts of pages at both ends of a range. Returns the first whole page within, or a negative error number. */
function clearEnds(k: Kernel, w: FilesWiring, f: AllocateFrame): number {
  const end = Math.min(f.offset + f.length, nodeAt(k, f.node).size);
  const first = Math.ceil(f.offset / PAGE_SIZE);
  const head = Math.min(first * PAGE_SIZE, end) - f.offset;
  const error = clearWithin(k, w, f.node, f.offset, head);
  if (error !== 0) return error;
  const tail = Math.floor(end / PAGE_SIZE) * PAGE_SIZE;
  if (tail >= first * PAGE_SIZE) {
    const failed = clearWithin(k, w, f.node, tail, end - tail);
    if (failed !== 0) return failed;
  }
  return first;
}

function punchPages(k: Kernel, f: AllocateFrame): number {
  const last = Math.floor((f.offset + f.length) / PAGE_SIZE);
  for (let done = 0; done < FREE_BATCH && f.index < last; done++) {
    // Beyond the lower layer's file, only pages that are there need a look.
    if (f.index >= lowerPages(nodeAt(k, f.node))) {
      const next = nextSlot(k, f.node, f.index);
      if (next < 0) return 1;
      f.index = Math.min(next, last);
      if (f.index === last) return 1;
    }
    const error = punchPage(k, f.node, f.index);
    if (error !== 0) return error;
    f.index += 1;
  }
  return f.index < last ? 0 : 1;
}

/** The host keeps the room itself: a host mount's file only grows. */
function allocateOutside(k: Kernel, w: FilesWiring, f: AllocateFrame): OutcomeNumber {
  if ((f.mode & AllocateFlag.punchHole) !== 0) return k.fail(ErrorNumber.EOPNOTSUPP);
  const end = f.offset + f.length;
  if (f.mode !== 0 || end <= nodeAt(k, f.node).size) return k.done();
  const refused = formatOf(k, w, f.node).change(k, w, f.node, end);
  if (refused !== 0) return k.fail(-refused);
  nodeAt(k, f.node).size = end;
  grownOutside(k, f.node, end);
  touchModified(k, w, f.node);
  return k.done();
}

function allocateOperation(w: FilesWiring): Operation {
  const finish = (k: Kernel, f: AllocateFrame, error: number): OutcomeNumber => {
    const node = nodeAt(k, f.node);
    if (error === 0) {
      if (f.mode === 0) node.size = Math.max(node.size, f.offset + f.length);
      dropPrivileges(k, f.node);
      touchModified(k, w, f.node);
    }
    unclaim(k, f.node);
    if (error !== 0) return k.fail(error);
    return (f.mode & AllocateFlag.punchHole) === 0 ? k.done() : shrunk(k, f.node);
  };
  return operation(files.allocate, ['index'], {
    begin(k, f) {
      const error = checkAllocate(k, f);
      if (error !== 0) return k.fail(-error);
      const { allocates } = formatOf(k, w, f.node);
      if (allocates === 'never') return k.fail(ErrorNumber.EOPNOTSUPP);
      if (allocates === 'outside') return allocateOutside(k, w, f);
      if (!claim(k, f.node)) return k.wait([writersQueue(f.node)], NEVER, 'begin', false);
      if ((f.mode & AllocateFlag.punchHole) === 0) {
        f.index = Math.floor(f.offset / PAGE_SIZE);
        return k.goto('make');
      }
      f.index = clearEnds(k, w, f);
      return f.index < 0 ? finish(k, f, -f.index) : k.goto('punch');
    },
    make(k, f) {
      const part = makePages(k, w, f);
      if (part === 0) return k.goto('make');
      return finish(k, f, part < 0 ? -part : 0);
    },
    punch(k, f) {
      const part = punchPages(k, f);
      if (part === 0) return k.goto('punch');
      return finish(k, f, part < 0 ? -part : 0);
    },
  });
}

interface SeekFrame {
  readonly node: number;
  readonly offset: number;
  readonly hole: number;
  index: number;
}

/** The next page worth a look after one that is not what is sought; -1 when there is none. */
function nextCandidate(k: Kernel, f: SeekFrame): number {
  const next = f.index + 1;
  if (f.hole === 1 || next < lowerPages(nodeAt(k, f.node))) return next;
  return nextSlot(k, f.node, next);
}

const seekOperation = operation(files.seek, ['index'], {
  begin(k, f) {
    const node = nodeAt(k, f.node);
    if (kindOf(node) !== FileKind.regular) return k.fail(ErrorNumber.EINVAL);
    if (f.offset < 0 || f.offset >= node.size) return k.fail(ErrorNumber.ENXIO);
    f.index = Math.floor(f.offset / PAGE_SIZE);
    return k.goto('search');
  },
  search(k, f) {
    const { size } = nodeAt(k, f.node);
    for (let looked = 0; looked < SEEK_BATCH; looked++) {
      if (f.index < 0 || f.index * PAGE_SIZE >= size)
        return f.hole === 1 ? k.done(size) : k.fail(ErrorNumber.ENXIO);
      if (holdsData(k, f.node, f.index) !== (f.hole === 1))
        return k.done(Math.max(f.offset, f.index * PAGE_SIZE));
      f.index = nextCandidate(k, f);
    }
    return k.goto('search');
  },
});

export function sizingOperations(w: FilesWiring): Operation[] {
  return [truncateOperation(w), resizeOperation(w), allocateOperation(w), seekOperation];
}
