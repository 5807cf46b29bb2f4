/** The break and the stack in real memory: the one is the end of the program's block, the other a block of its own. */
import { ErrorNumber } from '../../../contracts/errors.ts';
import { PAGE_SIZE } from '../../../contracts/units.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { memory } from '../interface.ts';
import { Chain } from './chain.ts';
import { clear, noteSize, pageUp, realSpace } from './space.ts';

/** A stack cannot grow, so that it has this from the beginning, unless its limit is less. */
const STACK_BYTES = 1024 * 1024;

/** DOS's function 4Ah: the program's block is made to end elsewhere. It never fails: the value is where the break is. */
export const setBreakOperation: Operation = operation(memory.setBreak, [], {
  begin(k, f) {
    const space = realSpace(k, f.space);
    const { breakStart, breakEnd } = space;
    if (f.address < breakStart || f.address >= k.memory.size) return k.done(breakEnd);
    const chain = new Chain(k);
    const block = chain.holding(breakStart - 1);
    const end = pageUp(f.address);
    if (block === undefined || block.owner !== f.space) return k.done(breakEnd);
    if (block.end !== pageUp(breakEnd) || !chain.resize(block, end)) return k.done(breakEnd);
    clear(k, block.end, end);
    space.breakEnd = f.address;
    noteSize(k, f.space);
    return k.done(f.address);
  },
});

export const startBreakOperation: Operation = operation(memory.startBreak, [], {
  begin(k, f) {
    const space = realSpace(k, f.space);
    space.breakStart = f.address;
    space.breakEnd = f.address;
    const chain = new Chain(k);
    const block = chain.holding(f.address - 1);
    if (block?.owner === f.space) chain.setName(block.control, 'PROGRAM');
    return k.done();
  },
});

export const mapStackOperation: Operation = operation(memory.mapStack, [], {
  begin(k, f) {
    const bytes = pageUp(Math.max(f.size, Math.min(f.limit, STACK_BYTES)));
    const start = new Chain(k).takeHigh(f.space, bytes / PAGE_SIZE, 'STACK');
    if (start === 0) return k.fail(ErrorNumber.ENOMEM);
    clear(k, start, start + bytes);
    realSpace(k, f.space).stackTop = start + bytes;
    noteSize(k, f.space);
    return k.done(start, start + bytes);
  },
});

/** Blocks are as large as they are asked for: only the machine's memory is a limit. */
export const setLimitsOperation: Operation = operation(memory.setLimits, [], {
  begin: (k) => k.done(),
});
