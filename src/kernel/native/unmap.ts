/** l4_unmap: takes pages back from everybody to whom they were mapped, however far they were mapped on. */

import { WINDOWS_START } from '../../contracts/page-table.ts';
import type { Kernel } from '../kernel.ts';
import { answer, type NativeCall, nativeCall } from './call.ts';
import { type Flexpage, flexpageOf } from './flexpages.ts';
import { nodeFrom, pageOf, revoke, revokeBelow } from './mappings.ts';

const STEP_PAGES = 64;

/** Takes pages of a range back, from a page on; returns where to go on, or a place behind the range when all is done. */
function takeBack(k: Kernel, f: { at: number; taken: number; own: number }, page: Flexpage): void {
  const space = k.spaceOf(k.thread);
  const end = page.base + page.size;
  for (let left = STEP_PAGES; left > 0; ) {
    const view = nodeFrom(k, space, f.at);
    const address = view === undefined ? end : pageOf(k, view);
    if (view === undefined || address >= end) {
      f.at = end;
      return;
    }
    const whole = f.own !== 0 || address < WINDOWS_START;
    const taken = whole ? revoke(k, view, left) : revokeBelow(k, view, left);
    left -= Math.max(1, taken);
    // An own page's node is only a note.
    f.taken += taken;
    if (left > 0) {
      if (address < WINDOWS_START) f.taken -= 1;
      f.at = address + 1;
    }
  }
}

export const unmapCall: NativeCall = nativeCall({
  name: 'l4_unmap',
  arguments: { page: 'address', own: 'word' },
  locals: ['at', 'taken'],
  gate: 'shortTrap',
  steps: {
    begin(k, f) {
      const page = flexpageOf(f.page);
      if (page === undefined) return answer(k, 0);
      f.at = page.base;
      return k.goto('take');
    },
    take(k, f) {
      const page = flexpageOf(f.page) as Flexpage;
      takeBack(k, f, page);
      return f.at < page.base + page.size ? k.goto('take') : answer(k, f.taken);
    },
  },
});
