/**
 * Giving up clean pages: page-cache frames that a lower layer can fill again and that nobody else holds.
 *
 * The search goes round the frame table like a clock's hand; a page that was used since the hand last passed is spared once
 * (Corbató's CLOCK, 1968). A file page's frame record says: `next` its node, `index` its place, `inUse` its PageFlag bits.
 */
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse, KernelRoot } from '../../kernel/objects.ts';
import { rootOf } from './records.ts';
import { forgetSlot } from './slots.ts';

/** What a file page's frame record says of it, in its field `inUse`. */
export const PageFlag = {
  /** The lower layer has the same bytes. */
  clean: 1,
  /** It was used since the clock's hand last passed. */
  used: 2,
} as const;

/** Frames looked at in one call, at most: a bound to a step. */
const LONGEST_SEARCH = 8192;

/** Gives up to `count` clean frames back; returns how many. May be called from outside the service's domain. */
export function reclaim(k: Kernel, count: number): number {
  if (k.serviceRoot('files') === 0) return 0;
  const root = rootOf(k);
  if (root.cleanPages === 0) return 0;
  const { firstFrame, frameCount } = KernelRoot.at(k.meter.observer, k.rootAddress);
  let hand = Math.max(root.clockHand, firstFrame);
  let freed = 0;
  const longest = Math.min(LONGEST_SEARCH, 2 * frameCount);
  for (let looked = 0; looked < longest && freed < count; looked++) {
    if (consider(k, hand)) freed += 1;
    hand = hand + 1 < firstFrame + frameCount ? hand + 1 : firstFrame;
  }
  root.clockHand = hand;
  root.cleanPages -= freed;
  return freed;
}

/** Gives up the page in a frame if it is clean, unused and held by nobody else. */
function consider(k: Kernel, frame: number): boolean {
  const view = k.frames.at(frame);
  if (view.use !== FrameUse.file || view.references !== 1) return false;
  const flags = view.inUse;
  if ((flags & PageFlag.clean) === 0) return false;
  if ((flags & PageFlag.used) !== 0) {
    k.frames.ask();
    view.inUse = flags & ~PageFlag.used;
    return false;
  }
  forgetSlot(k, view.next, view.index);
  k.frames.release(frame);
  return true;
}
