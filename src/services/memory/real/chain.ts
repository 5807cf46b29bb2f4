/**
 * The chain of memory control blocks: all that says which memory is whose.
 *
 * It is walked for every allocation, and believed: a control block that a program has overwritten ends the system, as it did
 * under DOS. Blocks are whole pages, each behind the page of its control block. Rules of use: addresses of control blocks
 * are good until the next change of the chain.
 */
import type { ViewOf } from '../../../contracts/records.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { ListOfLists, listsAt } from '../../../kernel/resident.ts';
import { ControlBlock, Signature } from './records.ts';

/** One block: its control block's address, its first byte, and the first byte behind it. */
export interface Block {
  readonly control: PhysicalAddress;
  readonly start: PhysicalAddress;
  readonly end: PhysicalAddress;
  readonly owner: PhysicalAddress;
}

const text = new TextEncoder();

export class Chain {
  readonly #k: Kernel;

  constructor(k: Kernel) {
    this.#k = k;
  }

  /** Makes the first chain: one free block. */
  begin(): void {
    const { firstBlock, blocksEnd } = this.#lists();
    this.#write(firstBlock, blocksEnd, 0, Signature.last);
  }

  /** All blocks in order. Throws when the chain is broken: the system halts. */
  *blocks(): Generator<Block> {
    const { firstBlock, blocksEnd } = this.#lists();
    for (let control = firstBlock; ; ) {
      const view = this.#view(control, blocksEnd);
      const { signature, pages, owner } = view;
      const start = control + PAGE_SIZE;
      const end = start + pages * PAGE_SIZE;
      this.#check(control, signature, end, blocksEnd);
      yield { control, start, end, owner };
      if (signature === Signature.last) return;
      control = end;
    }
  }

  /** The block whose pages hold an address, or undefined. */
  holding(address: PhysicalAddress): Block | undefined {
    for (const block of this.blocks())
      if (address < block.end) return address >= block.start ? block : undefined;
    return undefined;
  }

  /** The block behind another. */
  after(block: Block): Block | undefined {
    for (const next of this.blocks()) if (next.control === block.end) return next;
    return undefined;
  }

  /** Blocks that a range of pages, with the page in front of it, touches. */
  touching(start: PhysicalAddress, end: PhysicalAddress): Block[] {
    const from = start - PAGE_SIZE;
    return [...this.blocks()].filter((block) => block.control < end && block.end > from);
  }

  ownedBy(space: PhysicalAddress): Block[] {
    return [...this.blocks()].filter(({ owner }) => owner === space);
  }

  /** Takes `pages` from the highest free block that has them, at its end. The first byte, or 0. */
  takeHigh(owner: PhysicalAddress, pages: number, name: string): PhysicalAddress {
    let found: Block | undefined;
    for (const block of this.blocks()) if (block.owner === 0 && pagesOf(block) >= pages) found = block;
    if (found === undefined) return 0;
    const start = found.end - pages * PAGE_SIZE;
    this.#carve(found, start, found.end, owner, name);
    return start;
  }

  /** Takes `pages` from the lowest place at or above `from`. The first byte, or 0. */
  takeLow(owner: PhysicalAddress, pages: number, from: PhysicalAddress, name: string): PhysicalAddress {
    for (const block of this.blocks()) {
      const start = Math.max(block.start, from);
      const end = start + pages * PAGE_SIZE;
      if (block.owner !== 0 || end > block.end) continue;
      this.#carve(block, start, end, owner, name);
      return start;
    }
    return 0;
  }

  /** Takes [start, end). False when it is not all in one free block. */
  takeAt(owner: PhysicalAddress, start: PhysicalAddress, end: PhysicalAddress, name: string): boolean {
    const block = this.holding(start);
    if (block === undefined || block.owner !== 0 || block.end < end) return false;
    this.#carve(block, start, end, owner, name);
    return true;
  }

  /** Makes a block end at `end`: what it gives up becomes free, what it gains must be. False when that is not so. */
  resize(block: Block, end: PhysicalAddress): boolean {
    if (end === block.end) return true;
    const next = this.after(block);
    const isFree = next !== undefined && next.owner === 0;
    const last = next === undefined || (isFree && this.#isLast(next));
    const room = isFree ? next.end : block.end;
    if (end > room) return false;
    if (room === end) this.#resized(block, end, last ? Signature.last : Signature.more);
    else {
      this.#resized(block, end, Signature.more);
      this.#write(end, room, 0, last ? Signature.last : Signature.more);
    }
    return true;
  }

  /**
   * Frees [start, end), which lies in a block. What is in front of it and behind it stays in use; the control block of the
   * part behind it takes the last page of what is freed.
   */
  release(block: Block, start: PhysicalAddress, end: PhysicalAddress): void {
    const { owner, control } = block;
    const signature = this.#isLast(block) ? Signature.last : Signature.more;
    const behind = end < block.end;
    const freeEnd = behind ? end - PAGE_SIZE : end;
    if (behind) this.#write(freeEnd, block.end, owner, signature);
    const tail = behind ? Signature.more : signature;
    if (start === block.start) this.#write(control, freeEnd, 0, tail);
    else if (start === freeEnd) this.#resized(block, start, tail);
    else {
      this.#resized(block, start, Signature.more);
      this.#write(start, freeEnd, 0, tail);
    }
    this.#join();
  }

  setName(control: PhysicalAddress, name: string): void {
    const at = ControlBlock.at(this.#k.store, control).name;
    this.#k.memory.clear(at, 8);
    this.#k.memory.store(at, text.encode(name).subarray(0, 8));
  }

  /** Cuts [start, end) out of a free block. */
  #carve(
    block: Block,
    start: PhysicalAddress,
    end: PhysicalAddress,
    owner: PhysicalAddress,
    name: string,
  ): void {
    const last = this.#isLast(block) ? Signature.last : Signature.more;
    const control = start - PAGE_SIZE;
    if (start !== block.start) this.#write(block.control, control, 0, Signature.more);
    this.#write(control, end, owner, end === block.end ? last : Signature.more);
    if (end !== block.end) this.#write(end, block.end, 0, last);
    this.setName(control, name);
  }

  /** Joins free neighbours. */
  #join(): void {
    let before: Block | undefined;
    for (const block of [...this.blocks()]) {
      if (before === undefined || before.owner !== 0 || block.owner !== 0) {
        before = block;
        continue;
      }
      const signature = this.#isLast(block) ? Signature.last : Signature.more;
      this.#write(before.control, block.end, 0, signature);
      before = { ...before, end: block.end };
    }
  }

  #isLast({ control }: Block): boolean {
    return ControlBlock.at(this.#k.store, control).signature === Signature.last;
  }

  #resized({ control }: Block, end: PhysicalAddress, signature: number): void {
    const view = ControlBlock.at(this.#k.store, control);
    view.signature = signature;
    view.pages = (end - control) / PAGE_SIZE - 1;
  }

  #write(control: PhysicalAddress, end: PhysicalAddress, owner: PhysicalAddress, signature: number): void {
    const view = ControlBlock.at(this.#k.store, control);
    view.signature = signature;
    view.owner = owner;
    view.pages = (end - control) / PAGE_SIZE - 1;
    if (owner === 0) this.#k.memory.clear(view.name, 8);
  }

  #lists(): ViewOf<typeof ListOfLists.schema> {
    return ListOfLists.at(this.#k.store, listsAt(this.#k.memory));
  }

  #view(control: PhysicalAddress, end: PhysicalAddress): ViewOf<typeof ControlBlock.schema> {
    if (control % PAGE_SIZE !== 0 || control >= end || end > this.#k.memory.size)
      throw halted(`the chain of memory control blocks leads to ${hex(control)}`);
    return ControlBlock.at(this.#k.store, control);
  }

  #check(
    control: PhysicalAddress,
    signature: number,
    end: PhysicalAddress,
    blocksEnd: PhysicalAddress,
  ): void {
    if (signature !== Signature.more && signature !== Signature.last)
      throw halted(
        `the memory control block at ${hex(control)} begins with ${hex(signature)}, not with M or Z`,
      );
    const isLast = signature === Signature.last;
    if (isLast ? end !== blocksEnd : end >= blocksEnd)
      throw halted(`the block behind the memory control block at ${hex(control)} ends at ${hex(end)}`);
  }
}

export const pagesOf = ({ start, end }: Block): number => (end - start) / PAGE_SIZE;

const hex = (value: number): string => `0x${value.toString(16)}`;

/** The end of a system whose chain is broken, in the words of DOS. */
function halted(what: string): Error {
  return new Error(`Memory allocation error: ${what}. Cannot load COMMAND, system halted`);
}
