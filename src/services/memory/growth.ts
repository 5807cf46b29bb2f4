/** The regions that the kernel makes for a program: the break and the stack; and the limits of a space. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { WINDOWS_START as REGIONS_END } from '../../contracts/page-table.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { memory, Protection } from './interface.ts';
import { topBelowStack } from './placement.ts';
import { RegionFlag } from './records.ts';
import { pageDown, pageUp, Space } from './space.ts';

const BREAK_PROTECTION = Protection.read | Protection.write;
const ACCESS_BITS = Protection.read | Protection.write | Protection.execute;

/** brk(2): the value is where the break is in the end; it never fails. */
export const setBreakOperation: Operation = operation(memory.setBreak, [], {
  begin(k, f) {
    const space = new Space(k, f.space);
    if (space.mustWait) return space.wait('begin');
    const { breakStart, breakEnd } = space.map;
    if (f.address < breakStart || f.address >= REGIONS_END) return k.done(breakEnd);
    const before = pageUp(breakEnd);
    const after = pageUp(f.address);
    if (after < before)
      return k.call(memory.unmap, { space: f.space, address: after, length: before - after }, 'shrunk');
    if (after > before && !extendBreak(space, before, after)) return k.done(breakEnd);
    space.map.breakEnd = f.address;
    return k.done(f.address);
  },
  shrunk(k, f, reply) {
    const space = new Space(k, f.space);
    if (reply.error === 0) space.map.breakEnd = f.address;
    return k.done(space.map.breakEnd);
  },
});

/** Maps what the break gains, a page short of its neighbour above. */
function extendBreak(space: Space, before: number, after: number): boolean {
  const { breakStart, dataLimit } = space.map;
  if (after - breakStart > dataLimit) return false;
  if (!space.mayGrow(after - before, BREAK_PROTECTION, 0)) return false;
  if (!space.isFree(before, after)) return false;
  const plan = { start: before, end: after, protection: BREAK_PROTECTION, flags: 0, backing: 0, offset: 0 };
  if (space.insert(plan) === 0) return false;
  space.merge(before, after);
  return true;
}

export const startBreakOperation: Operation = operation(memory.startBreak, [], {
  begin(k, f) {
    const space = new Space(k, f.space);
    space.map.breakStart = f.address;
    space.map.breakEnd = f.address;
    return k.done();
  },
});

export const mapStackOperation: Operation = operation(memory.mapStack, [], {
  begin(k, f) {
    const space = new Space(k, f.space);
    if (space.mustWait) return space.wait('begin');
    const end = pageDown(f.top);
    const start = end - pageUp(f.size);
    if (f.size <= 0 || start < 0 || end > REGIONS_END) return k.fail(ErrorNumber.EINVAL);
    if (!space.isFree(start, end)) return k.fail(ErrorNumber.ENOMEM);
    return addStack(k, f, space, start, end);
  },
});

function addStack(
  k: Kernel,
  f: { readonly limit: number; readonly protection: number },
  space: Space,
  start: number,
  end: number,
): OutcomeNumber {
  const protection = f.protection & ACCESS_BITS;
  const flags = RegionFlag.growsDown;
  if (!space.mayGrow(end - start, protection, flags)) return k.fail(ErrorNumber.ENOMEM);
  if (space.insert({ start, end, protection, flags, backing: 0, offset: 0 }) === 0)
    return k.fail(ErrorNumber.ENOMEM);
  space.map.stackTop = end;
  space.map.stackLimit = f.limit;
  space.map.mapTop = topBelowStack(end, f.limit);
  return k.done(start, end);
}

export const setLimitsOperation: Operation = operation(memory.setLimits, [], {
  begin(k, f) {
    const { map } = new Space(k, f.space);
    map.addressSpaceLimit = f.addressSpace;
    map.dataLimit = f.data;
    map.stackLimit = f.stack;
    return k.done();
  },
});
