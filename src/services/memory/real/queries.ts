/** Operations that only look. Everything is present: what lies in memory can be reached, and nothing else can. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { Span } from '../../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { MemoryFigures, RegionFigures, RegionKind } from '../figures.ts';
import { memory, Protection } from '../interface.ts';
import { type Block, Chain } from './chain.ts';
import { bytesOf, pageUp, realSpace } from './space.ts';

/** Bytes of the buffer in which answers are put together: the slab's largest class. */
const BUFFER = 2048;
const EVERYTHING = Protection.read | Protection.write | Protection.execute;

function send(k: Kernel, span: Span, length: number, fill: (at: PhysicalAddress) => void): boolean {
  const buffer = k.slab.allocate(k.domain, length);
  if (buffer === 0) return false;
  fill(buffer);
  const moved = k.toSpan(span, 0, buffer, length);
  k.slab.release(buffer);
  return moved === length;
}

export const figuresOperation: Operation = operation(memory.figures, [], {
  begin(k, f) {
    const bytes = bytesOf(k, f.space);
    const { breakStart, breakEnd, stackTop, peakBytes } = realSpace(k, f.space);
    const blocks = new Chain(k).ownedBy(f.space);
    const stack = blocks.find(({ end }) => end === stackTop);
    const sent = send(k, f.into, MemoryFigures.size, (at) => {
      const figures = MemoryFigures.at(k.store, at);
      Object.assign(figures, {
        mappedBytes: bytes,
        peakBytes,
        dataBytes: bytes,
        breakStart,
        breakEnd,
        stackTop,
      });
      Object.assign(figures, { textBytes: 0, lockedBytes: 0, tableBytes: 0, filePages: 0 });
      figures.stackBytes = stack === undefined ? 0 : stack.end - stack.start;
      figures.anonymousPages = bytes / PAGE_SIZE;
      figures.peakPages = peakBytes / PAGE_SIZE;
      figures.regionCount = blocks.length;
    });
    return sent ? k.done(MemoryFigures.size) : k.fail(ErrorNumber.EFAULT);
  },
});

export const presentOperation: Operation = operation(memory.present, [], {
  begin(k, f) {
    return k.done(bytesOf(k, f.space) / PAGE_SIZE, realSpace(k, f.space).peakBytes / PAGE_SIZE);
  },
});

function fillRegion(k: Kernel, space: number, { start, end }: Block, at: PhysicalAddress): void {
  const { breakStart, breakEnd, stackTop } = realSpace(k, space);
  const figures = RegionFigures.at(k.store, at);
  Object.assign(figures, { start, end, protection: EVERYTHING, offset: 0, file: 0 });
  figures.kind = end === stackTop ? RegionKind.stack : 0;
  if (breakEnd > breakStart && start < breakEnd && end > breakStart) figures.kind |= RegionKind.heap;
}

export const regionsOperation: Operation = operation(memory.regions, [], {
  begin(k, f) {
    const { size } = RegionFigures;
    const most = Math.floor(Math.min(f.into.length, BUFFER) / size);
    const blocks = new Chain(k).ownedBy(f.space).filter(({ end }) => end > f.cursor);
    if (blocks.length === 0) return k.done(0, 0);
    if (most === 0) return k.fail(ErrorNumber.EINVAL);
    const shown = blocks.slice(0, most);
    const sent = send(k, f.into, shown.length * size, (at) => {
      shown.forEach((block, index) => {
        fillRegion(k, f.space, block, at + index * size);
      });
    });
    return sent ? k.done(shown.length, blocks[most]?.start ?? 0) : k.fail(ErrorNumber.EFAULT);
  },
});

export const residencyOperation: Operation = operation(memory.residency, ['told'], {
  begin(k, f) {
    if (f.address % PAGE_SIZE !== 0) return k.fail(ErrorNumber.EINVAL);
    const { into, length } = f;
    const pages = Math.min(BUFFER, pageUp(length) / PAGE_SIZE - f.told);
    if (pages <= 0) return k.done();
    const rest = { ...into, start: into.start + f.told, length: into.length - f.told };
    const sent = send(k, rest, pages, (at) => k.memory.u8.fill(1, at, at + pages));
    if (!sent) return k.fail(ErrorNumber.EFAULT);
    f.told += pages;
    return k.goto('begin');
  },
});

export const supplyOperation: Operation = operation(memory.supply, [], {
  begin(k, f) {
    const room = f.address < 0 ? 0 : k.memory.size - f.address;
    if (room <= 0 && f.length > 0) return k.fail(ErrorNumber.EFAULT);
    return k.done(Math.min(f.length, room));
  },
});

/** Nothing is ever brought later: an address that is not there never will be. */
export const faultOperation: Operation = operation(memory.fault, [], {
  begin: (k) => k.fail(ErrorNumber.EFAULT),
});

/** Blocks change in single steps, which nobody sees half done. */
export const freezeOperation: Operation = operation(memory.freeze, [], { begin: (k) => k.done() });
export const thawOperation: Operation = operation(memory.thaw, [], { begin: (k) => k.done() });
