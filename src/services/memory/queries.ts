/** Operations that only look: figures, regions, residency. What they tell goes to the asker's span, record by record. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import type { OutcomeNumber, Span } from '../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { MemoryFigures, RegionFigures, RegionKind } from './figures.ts';
import { memory, Protection } from './interface.ts';
import { RegionFlag } from './records.ts';
import { isAligned, pageUp, Space } from './space.ts';
import { isUserRange } from './unmap.ts';

/** Bytes of the buffer in which answers are put together: the slab's largest class. */
const BUFFER = 2048;

/** Asks for the pages of a span from `offset` on; step `then` sees whether they came. */
function supply(k: Kernel, span: Span, offset: number, then: string): OutcomeNumber {
  if (span.space === 0) return k.fail(ErrorNumber.EFAULT);
  const { space, start, length } = span;
  const request = { space, address: start + offset, length: length - offset, access: Access.write };
  return k.call(memory.supply, request, then);
}

/** Fills a buffer, copies `length` bytes of it to a span at `offset`, and frees it. Returns the bytes moved, or -1. */
function send(
  k: Kernel,
  span: Span,
  offset: number,
  length: number,
  fill: (at: PhysicalAddress) => void,
): number {
  const buffer = k.slab.allocate(k.domain, length);
  if (buffer === 0) return -1;
  fill(buffer);
  const moved = k.toSpan(span, offset, buffer, length);
  k.slab.release(buffer);
  return moved;
}

function sumRegions(space: Space, figures: ReturnType<typeof MemoryFigures.at>): void {
  let text = 0;
  let stack = 0;
  let locked = 0;
  for (let region = space.tree.first(); region !== 0; region = space.tree.after(region)) {
    const { end, protection, flags } = space.region(region);
    const bytes = end - space.start(region);
    if ((flags & RegionFlag.growsDown) !== 0) stack += bytes;
    else if ((protection & (Protection.execute | Protection.write)) === Protection.execute) text += bytes;
    if ((flags & RegionFlag.locked) !== 0) locked += bytes;
  }
  Object.assign(figures, { textBytes: text, stackBytes: stack, lockedBytes: locked });
}

function fillFigures(space: Space, at: PhysicalAddress): void {
  const figures = MemoryFigures.at(space.k.store, at);
  const { mappedBytes, peakBytes, dataBytes, anonymousPages, filePages, peakPages } = space.map;
  const { breakStart, breakEnd, stackTop, regionCount } = space.map;
  Object.assign(figures, { mappedBytes, peakBytes, dataBytes, anonymousPages, filePages, peakPages });
  Object.assign(figures, { breakStart, breakEnd, stackTop, regionCount });
  figures.tableBytes = space.tables.count(space.table.root) * PAGE_SIZE;
  sumRegions(space, figures);
}

export const presentOperation: Operation = operation(memory.present, [], {
  begin(k, f) {
    const { anonymousPages, filePages, peakPages } = new Space(k, f.space).map;
    return k.done(anonymousPages + filePages, peakPages);
  },
});

export const figuresOperation: Operation = operation(memory.figures, [], {
  begin(k, f) {
    const space = new Space(k, f.space);
    const moved = send(k, f.into, 0, MemoryFigures.size, (at) => fillFigures(space, at));
    if (moved < 0) return k.fail(ErrorNumber.ENOMEM);
    return moved === MemoryFigures.size ? k.done(moved) : supply(k, f.into, moved, 'supplied');
  },
  supplied: (k, _f, reply) => (reply.error === 0 ? k.goto('begin') : k.fail(reply.error)),
});

function kindOf(space: Space, region: PhysicalAddress): number {
  const { flags, backing, end } = space.region(region);
  const { breakStart, breakEnd, stackTop } = space.map;
  let kind = 0;
  if ((flags & RegionFlag.shared) !== 0) kind |= RegionKind.shared;
  if ((flags & RegionFlag.growsDown) !== 0) kind |= RegionKind.growsDown;
  if (backing !== 0 && space.backing(backing).unnamed === 1) kind |= RegionKind.unnamed;
  if (backing === 0 && space.start(region) < breakEnd && end > breakStart) kind |= RegionKind.heap;
  if (end === stackTop && stackTop !== 0) kind |= RegionKind.stack;
  return kind;
}

function fillRegion(space: Space, region: PhysicalAddress, at: PhysicalAddress): void {
  const figures = RegionFigures.at(space.k.store, at);
  const { end, protection, backing, offset } = space.region(region);
  figures.start = space.start(region);
  figures.end = end;
  figures.protection = protection;
  figures.offset = offset;
  figures.kind = kindOf(space, region);
  figures.file = backing === 0 ? 0 : space.backing(backing).file;
}

/** The regions from the cursor on that fit the buffer and the span. */
export const regionsOperation: Operation = operation(memory.regions, [], {
  begin(k, f) {
    const space = new Space(k, f.space);
    const { size } = RegionFigures;
    const most = Math.floor(Math.min(f.into.length, BUFFER) / size);
    let region = space.firstFrom(f.cursor);
    if (region === 0) return k.done(0, 0);
    if (most === 0) return k.fail(ErrorNumber.EINVAL);
    let count = 0;
    const moved = send(k, f.into, 0, most * size, (at) => {
      for (; count < most && region !== 0; count += 1, region = space.tree.after(region))
        fillRegion(space, region, at + count * size);
    });
    if (moved < 0) return k.fail(ErrorNumber.ENOMEM);
    if (moved < count * size) return supply(k, f.into, moved, 'supplied');
    return k.done(count, region === 0 ? 0 : space.start(region));
  },
  supplied: (k, _f, reply) => (reply.error === 0 ? k.goto('begin') : k.fail(reply.error)),
});

/** Is all of [start, end) mapped? */
function isMapped(space: Space, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const region = space.find(at);
    if (region === 0) return false;
    at = space.region(region).end;
  }
  return true;
}

/** mincore: `told` pages have been answered. A file's page that this space has not touched counts as absent. */
export const residencyOperation: Operation = operation(memory.residency, ['told'], {
  begin(k, f) {
    if (!isAligned(f.address)) return k.fail(ErrorNumber.EINVAL);
    if (!isUserRange(f.address, pageUp(f.length))) return k.fail(ErrorNumber.ENOMEM);
    return k.goto('tell');
  },
  tell(k, f) {
    const space = new Space(k, f.space);
    const start = f.address + f.told * PAGE_SIZE;
    const pages = Math.min(BUFFER, pageUp(f.length) / PAGE_SIZE - f.told);
    if (pages <= 0) return k.done();
    const end = start + pages * PAGE_SIZE;
    if (!isMapped(space, start, end)) return k.fail(ErrorNumber.ENOMEM);
    const moved = send(k, f.into, f.told, pages, (at) => {
      space.tables.scan(space.table.root, start, end, Number.POSITIVE_INFINITY, (address) => {
        k.memory.u8[at + (address - start) / PAGE_SIZE] = 1;
      });
    });
    if (moved < 0) return k.fail(ErrorNumber.ENOMEM);
    f.told += moved;
    return moved === pages ? k.goto('tell') : supply(k, f.into, f.told, 'supplied');
  },
  supplied: (k, _f, reply) => (reply.error === 0 ? k.goto('tell') : k.fail(ErrorNumber.EFAULT)),
});

export const freezeOperation: Operation = operation(memory.freeze, [], {
  begin(k, f) {
    const space = new Space(k, f.space);
    if (space.mustWait) return space.wait('begin');
    space.claim();
    return k.done();
  },
});

export const thawOperation: Operation = operation(memory.thaw, [], {
  begin(k, f) {
    new Space(k, f.space).yieldTurn(1);
    return k.done();
  },
});
