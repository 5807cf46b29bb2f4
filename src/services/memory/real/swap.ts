/**
 * Swapping: the block of a program that waits is written to a file when its place is wanted by the program that it
 * executes, and comes back when that one has ended. The file is on the disk, where there is one that may be written.
 */
import { ErrorNumber } from '../../../contracts/errors.ts';
import { serviceInterface } from '../../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import type { MemoryWiring } from '../wiring.ts';
import { type Block, Chain, pagesOf } from './chain.ts';
import { ControlBlock, RealRoot, SwappedBlock } from './records.ts';
import { copyPage } from './space.ts';

/** The service's operations for itself. */
export const swap = serviceInterface('memory', {
  /** Makes [start, end) and the page in front free, for a space: other spaces' blocks that touch it are swapped out. ENOMEM. */
  makeRoom: { space: 'number', start: 'number', end: 'number' },
  /** The blocks that a space has displaced come back, but for those whose place has another taker now. */
  bringBack: { space: 'number' },
});

const NAME_BYTES = 8;

function root(k: Kernel) {
  return RealRoot.at(k.store, k.serviceRoot('memory'));
}

function swappedAt(k: Kernel, address: PhysicalAddress) {
  return SwappedBlock.at(k.store, address);
}

/** The first swapped block of which something holds, with the cell that leads to it; 0 when there is none. */
function find(
  k: Kernel,
  holds: (block: ReturnType<typeof swappedAt>) => boolean,
): { found: PhysicalAddress; before: PhysicalAddress } {
  let before = 0;
  for (let at = root(k).swapped; at !== 0; at = swappedAt(k, at).next) {
    if (holds(swappedAt(k, at))) return { found: at, before };
    before = at;
  }
  return { found: 0, before: 0 };
}

function unlink(k: Kernel, found: PhysicalAddress, before: PhysicalAddress): void {
  const { next } = swappedAt(k, found);
  if (before === 0) root(k).swapped = next;
  else swappedAt(k, before).next = next;
  k.slab.release(found);
}

/** Gives up a swapped block of a space that ends: its file, which the caller releases, or 0. */
export function dropSwapped(k: Kernel, space: PhysicalAddress): number {
  const { found, before } = find(k, ({ owner }) => owner === space);
  if (found === 0) return 0;
  const { file } = swappedAt(k, found);
  unlink(k, found, before);
  return file;
}

/** The block that is in the way, if any. */
function obstacle(k: Kernel, f: { space: number; start: number; end: number }): Block | undefined {
  return new Chain(k).touching(f.start, f.end).find(({ owner }) => owner !== 0 && owner !== f.space);
}

/** Notes a block as swapped out, and frees its place. False when there is no memory. */
function moveOut(k: Kernel, block: Block, taker: PhysicalAddress, file: number): boolean {
  const address = k.slab.allocate(k.domain, SwappedBlock.size);
  if (address === 0) return false;
  const view = swappedAt(k, address);
  view.owner = block.owner;
  view.taker = taker;
  view.data = block.start;
  view.pages = pagesOf(block);
  view.file = file;
  k.memory.copy(view.name, ControlBlock.at(k.store, block.control).name, NAME_BYTES);
  view.next = root(k).swapped;
  root(k).swapped = address;
  new Chain(k).release(block, block.start, block.end);
  return true;
}

function makeRoomOperation({ backing, createSwapFile }: MemoryWiring): Operation {
  return operation(swap.makeRoom, ['file', 'index', 'stored'], {
    begin(k, f) {
      if (obstacle(k, f) === undefined) return k.done();
      return createSwapFile === undefined ? k.fail(ErrorNumber.ENOMEM) : k.call(createSwapFile, {}, 'made');
    },
    made(k, f, reply) {
      if (reply.error !== 0) return k.fail(ErrorNumber.ENOMEM);
      f.file = reply.value;
      f.stored = reply.second;
      f.index = 0;
      const size = pagesOf(obstacle(k, f) as Block) * PAGE_SIZE;
      return k.call(backing.truncate, { node: f.file, size }, 'write');
    },
    write(k, f, reply) {
      if (reply.error !== 0) return k.goto('short');
      const block = obstacle(k, f) as Block;
      if (f.index < pagesOf(block))
        return k.call(backing.page, { node: f.file, index: f.index, write: 1 }, 'page');
      return f.stored === 0 ? k.goto('leave') : k.call(backing.synchronise, { node: f.file }, 'stored');
    },
    stored: (k, _f, reply) => (reply.error === 0 ? k.goto('leave') : k.goto('short')),
    leave(k, f) {
      return moveOut(k, obstacle(k, f) as Block, f.space, f.file) ? k.goto('begin') : k.goto('short');
    },
    page(k, f, reply) {
      if (reply.error !== 0) return k.goto('short');
      const { start } = obstacle(k, f) as Block;
      copyPage(k, reply.value * PAGE_SIZE, start + f.index * PAGE_SIZE);
      k.frames.release(reply.value);
      f.index += 1;
      return k.goto('write');
    },
    short(k, f) {
      return k.call(backing.release, { node: f.file }, 'failed');
    },
    failed: (k) => k.fail(ErrorNumber.ENOMEM),
  });
}

/** Hands a swapped block over to whoever has its place now; true when the place is free and the block may come back. */
function isPlaceFree(k: Kernel, address: PhysicalAddress): boolean {
  const view = swappedAt(k, address);
  const { data, pages } = view;
  const [blocker] = new Chain(k).touching(data, data + pages * PAGE_SIZE).filter(({ owner }) => owner !== 0);
  if (blocker === undefined) return true;
  view.taker = blocker.owner;
  return false;
}

function bringBackOperation({ backing }: MemoryWiring): Operation {
  return operation(swap.bringBack, ['swapped', 'index'], {
    begin(k, f) {
      const { found } = find(k, ({ taker }) => taker === f.space);
      if (found === 0) return k.done();
      if (!isPlaceFree(k, found)) return k.goto('begin');
      const { data, pages, owner } = swappedAt(k, found);
      if (!new Chain(k).takeAt(owner, data, data + pages * PAGE_SIZE, '')) return k.fail(ErrorNumber.ENOMEM);
      const { name } = ControlBlock.at(k.store, data - PAGE_SIZE);
      k.memory.copy(name, swappedAt(k, found).name, NAME_BYTES);
      f.swapped = found;
      f.index = 0;
      return k.goto('read');
    },
    read(k, f) {
      const { pages, file } = swappedAt(k, f.swapped);
      if (f.index < pages) return k.call(backing.page, { node: file, index: f.index, write: 0 }, 'page');
      const { found, before } = find(k, ({ address }) => address === f.swapped);
      unlink(k, found, before);
      return k.call(backing.release, { node: file }, 'begin');
    },
    page(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      copyPage(k, swappedAt(k, f.swapped).data + f.index * PAGE_SIZE, reply.value * PAGE_SIZE);
      k.frames.release(reply.value);
      f.index += 1;
      return k.goto('read');
    },
  });
}

export const swapOperations = (wiring: MemoryWiring): readonly Operation[] => [
  makeRoomOperation(wiring),
  bringBackOperation(wiring),
];
