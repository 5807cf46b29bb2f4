/** munmap: takes pages and regions of a range away, in bounded steps. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { WINDOWS_START as REGIONS_END } from '../../contracts/page-table.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { ENDING, failWith, finish, finishWith, goOn } from './finish.ts';
import { memory } from './interface.ts';
import { zap } from './pages.ts';
import { isAligned, pageUp, Space, STEP_PAGES } from './space.ts';
import type { MemoryWiring } from './wiring.ts';

/** Is [address, address + length) a range that a program can name? */
export function isUserRange(address: number, length: number): boolean {
  return address >= 0 && length >= 0 && address <= REGIONS_END && length <= REGIONS_END - address;
}

export function unmapOperation(wiring: MemoryWiring): Operation {
  return operation(memory.unmap, ['cursor', ...ENDING], {
    begin(k, f) {
      const end = f.address + pageUp(f.length);
      if (!isAligned(f.address) || f.length <= 0 || !isUserRange(f.address, pageUp(f.length)))
        return k.fail(ErrorNumber.EINVAL);
      const space = new Space(k, f.space);
      if (space.mustWait) return space.wait('begin');
      if (space.isFree(f.address, end)) return k.done();
      if (!space.split(f.address) || !space.split(end)) return failWith(k, f, wiring, ErrorNumber.ENOMEM);
      f.cursor = f.address;
      return goOn(k, f, space, 'clear');
    },
    clear(k, f) {
      const space = new Space(k, f.space);
      const end = f.address + pageUp(f.length);
      f.cursor = zap(space, f.cursor, end, STEP_PAGES);
      if (f.cursor < end) return k.goto('clear');
      return k.goto('remove');
    },
    remove(k, f) {
      const space = new Space(k, f.space);
      let left = STEP_PAGES;
      for (const region of space.regionsIn(f.address, f.address + pageUp(f.length))) {
        space.remove(region);
        left -= 1;
        if (left === 0) return k.goto('remove');
      }
      return finishWith(k, f, wiring, 0);
    },
    released: (k, f) => finish(k, f, wiring),
  });
}
