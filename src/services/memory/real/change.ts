/** munmap, mprotect, mremap and madvise in real memory: what they come to when nothing is translated or checked. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import { USER_END } from '../../../contracts/page-table.ts';
import { PAGE_SIZE } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { Advice, memory, RemapFlag } from '../interface.ts';
import { type Block, Chain } from './chain.ts';
import { ControlBlock } from './records.ts';
import { clear, copyPage, noteSize, pageUp, STEP_PAGES } from './space.ts';

const isAligned = (address: number): boolean => address % PAGE_SIZE === 0;

/** The first of a space's blocks that a range touches, with the part of it in the range. */
function partIn(
  k: Kernel,
  space: number,
  start: number,
  end: number,
): { block: Block; from: number; to: number } | undefined {
  const block = new Chain(k).ownedBy(space).find((own) => own.start < end && own.end > start);
  if (block === undefined) return undefined;
  return { block, from: Math.max(block.start, start), to: Math.min(block.end, end) };
}

/** Is all of a range a program's own? */
function isOwn(k: Kernel, space: number, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    const part = partIn(k, space, at, at + 1);
    if (part === undefined) return false;
    at = part.block.end;
  }
  return true;
}

export const unmapOperation: Operation = operation(memory.unmap, [], {
  begin(k, f) {
    if (!isAligned(f.address) || f.length <= 0) return k.fail(ErrorNumber.EINVAL);
    if (f.address + pageUp(f.length) > USER_END) return k.fail(ErrorNumber.EINVAL);
    const part = partIn(k, f.space, f.address, f.address + pageUp(f.length));
    if (part === undefined) return k.done();
    new Chain(k).release(part.block, part.from, part.to);
    return k.goto('begin');
  },
});

/** Nothing checks an access, so that a protection is only heard. */
export const protectOperation: Operation = operation(memory.protect, [], {
  begin(k, f) {
    if (!isAligned(f.address) || f.length < 0) return k.fail(ErrorNumber.EINVAL);
    return isOwn(k, f.space, f.address, f.address + pageUp(f.length)) ? k.done() : k.fail(ErrorNumber.ENOMEM);
  },
});

/** Grows a block where it is, or moves what it has to a new one. */
export const remapOperation: Operation = operation(memory.remap, ['target', 'cursor'], {
  begin(k, f) {
    const [before, after] = [pageUp(f.oldLength), pageUp(f.newLength)];
    if (!isAligned(f.address) || after <= 0 || before <= 0) return k.fail(ErrorNumber.EINVAL);
    if ((f.flags & ~RemapFlag.mayMove) !== 0) return k.fail(ErrorNumber.EINVAL);
    const part = partIn(k, f.space, f.address, f.address + before);
    if (part === undefined || part.to - f.address < before) return k.fail(ErrorNumber.EFAULT);
    const chain = new Chain(k);
    if (after <= before) {
      if (after < before) chain.release(part.block, f.address + after, f.address + before);
      return k.done(f.address);
    }
    if (part.to === part.block.end && chain.resize(part.block, f.address + after)) {
      clear(k, f.address + before, f.address + after);
      noteSize(k, f.space);
      return k.done(f.address);
    }
    if ((f.flags & RemapFlag.mayMove) === 0) return k.fail(ErrorNumber.ENOMEM);
    f.target = chain.takeHigh(f.space, after / PAGE_SIZE, 'DATA');
    return f.target === 0 ? k.fail(ErrorNumber.ENOMEM) : k.goto('copy');
  },
  copy(k, f) {
    const before = pageUp(f.oldLength);
    const next = Math.min(before, f.cursor + STEP_PAGES * PAGE_SIZE);
    for (; f.cursor < next; f.cursor += PAGE_SIZE) copyPage(k, f.target + f.cursor, f.address + f.cursor);
    if (f.cursor < before) return k.goto('copy');
    clear(k, f.target + before, f.target + pageUp(f.newLength));
    noteSize(k, f.space);
    return k.call(memory.unmap, { space: f.space, address: f.address, length: before }, 'moved');
  },
  moved: (k, f, reply) => (reply.error === 0 ? k.done(f.target) : k.fail(reply.error)),
});

/** Is a block anonymous memory, which is clear again when it is not needed? */
function isData(k: Kernel, block: Block): boolean {
  const { name } = ControlBlock.at(k.store, block.control);
  return k.memory.u8[name] === 'D'.charCodeAt(0);
}

export const adviseOperation: Operation = operation(memory.advise, ['cursor'], {
  begin(k, f) {
    if (!isAligned(f.address) || f.length < 0) return k.fail(ErrorNumber.EINVAL);
    const end = f.address + pageUp(f.length);
    if (!isOwn(k, f.space, f.address, end)) return k.fail(ErrorNumber.ENOMEM);
    f.cursor = f.address;
    return f.advice === Advice.doNotNeed ? k.goto('forget') : k.done();
  },
  forget(k, f) {
    const part = partIn(k, f.space, f.cursor, f.address + pageUp(f.length));
    if (part === undefined) return k.done();
    const to = Math.min(part.to, part.from + STEP_PAGES * PAGE_SIZE);
    if (isData(k, part.block)) clear(k, part.from, to);
    f.cursor = to;
    return k.goto('forget');
  },
});

/** What is mapped of files was read into memory, and goes nowhere. */
export const synchroniseOperation: Operation = operation(memory.synchronise, [], {
  begin: (k, f) => (isAligned(f.address) ? k.done() : k.fail(ErrorNumber.EINVAL)),
});

/** What was read of a file into memory stays there when the file changes. */
export const forgetFileOperation: Operation = operation(memory.forgetFile, [], { begin: (k) => k.done() });
