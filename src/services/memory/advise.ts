/** madvise: forgets pages, marks regions for fork, makes pages present; other advice is heard and changes nothing. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { ENDING, type Ending, failWith, finish, goOn } from './finish.ts';
import { Advice, memory } from './interface.ts';
import { zap } from './pages.ts';
import { allows } from './presence.ts';
import { RegionFlag } from './records.ts';
import { isAligned, pageUp, Space, STEP_PAGES } from './space.ts';
import { isUserRange } from './unmap.ts';
import type { MemoryWiring } from './wiring.ts';

/** Advice that changes nothing here: pages are neither read ahead, nor merged, nor written out, nor larger than 4 KiB. */
const HEARD: readonly number[] = [
  Advice.normal,
  Advice.random,
  Advice.sequential,
  Advice.willNeed,
  Advice.mergeable,
  Advice.unmergeable,
  Advice.hugePage,
  Advice.noHugePage,
  Advice.doNotDump,
  Advice.doDump,
  Advice.cold,
  Advice.pageOut,
];

/** Which flag of a region an advice sets or clears. */
const MARKS: { readonly [advice: number]: { readonly flag: number; readonly set: boolean } } = {
  [Advice.doNotFork]: { flag: RegionFlag.notForked, set: true },
  [Advice.doFork]: { flag: RegionFlag.notForked, set: false },
  [Advice.wipeOnFork]: { flag: RegionFlag.clearedInFork, set: true },
  [Advice.keepOnFork]: { flag: RegionFlag.clearedInFork, set: false },
};

const FORGETTING: readonly number[] = [Advice.doNotNeed, Advice.free, Advice.doNotNeedLocked];
const isForgetting = (advice: number): boolean => FORGETTING.includes(advice);
const isPopulating = (advice: number): boolean =>
  advice === Advice.populateRead || advice === Advice.populateWrite;

function isKnown(advice: number): boolean {
  return HEARD.includes(advice) || advice in MARKS || isForgetting(advice) || isPopulating(advice);
}

/** `cursor` is where to go on; `gap` is 1 once a hole was met, which ends populating and nothing else. */
interface AdviseFrame extends Ending {
  readonly address: number;
  readonly length: number;
  readonly advice: number;
  cursor: number;
  gap: number;
}

/** May a region be given an advice? An ErrorNumber or 0. */
function objection(space: Space, region: PhysicalAddress, advice: number): number {
  const { flags, backing, protection } = space.region(region);
  const ownMemory = backing === 0 && (flags & RegionFlag.shared) === 0;
  const spares = isForgetting(advice) && advice !== Advice.doNotNeedLocked;
  if (spares && (flags & RegionFlag.locked) !== 0) return ErrorNumber.EINVAL;
  if ((advice === Advice.free || advice === Advice.wipeOnFork) && !ownMemory) return ErrorNumber.EINVAL;
  if (!isPopulating(advice)) return 0;
  const access = advice === Advice.populateWrite ? Access.write : Access.read;
  return allows(protection, access) ? 0 : ErrorNumber.EINVAL;
}

/** Sets or clears a region's flag in [start, end), apart from its rest. */
function mark(space: Space, start: number, end: number, advice: number): number {
  const { flag, set } = MARKS[advice] as { flag: number; set: boolean };
  const { flags } = space.region(space.find(start));
  if (((flags & flag) !== 0) === set) return 0;
  if (!space.split(start) || !space.split(end)) return ErrorNumber.ENOMEM;
  space.region(space.find(start)).flags = set ? flags | flag : flags & ~flag;
  return 0;
}

function next(k: Kernel, f: AdviseFrame, wiring: MemoryWiring): OutcomeNumber {
  const space = new Space(k, f.space);
  const end = f.address + pageUp(f.length);
  const region = space.firstFrom(f.cursor);
  const start = region === 0 ? end : Math.min(space.start(region), end);
  if (start > f.cursor) {
    f.gap = 1;
    f.cursor = isPopulating(f.advice) ? end : start;
  }
  if (f.cursor >= end) {
    if (f.advice in MARKS) space.merge(f.address, end);
    return failWith(k, f, wiring, f.gap === 1 ? ErrorNumber.ENOMEM : 0);
  }
  const error = objection(space, region, f.advice);
  if (error !== 0) return failWith(k, f, wiring, error);
  return advisePiece(k, f, space, Math.min(space.region(region).end, end), wiring);
}

/** Applies the advice to [cursor, pieceEnd), which is in one region. */
function advisePiece(
  k: Kernel,
  f: AdviseFrame,
  space: Space,
  pieceEnd: number,
  wiring: MemoryWiring,
): OutcomeNumber {
  if (isPopulating(f.advice)) {
    const access = f.advice === Advice.populateWrite ? Access.write : Access.read;
    const request = { space: f.space, address: f.cursor, length: pieceEnd - f.cursor, access };
    return k.call(memory.supply, request, 'supplied');
  }
  if (isForgetting(f.advice)) f.cursor = zap(space, f.cursor, pieceEnd, STEP_PAGES);
  else {
    const error = f.advice in MARKS ? mark(space, f.cursor, pieceEnd, f.advice) : 0;
    if (error !== 0) return failWith(k, f, wiring, error);
    f.cursor = pieceEnd;
  }
  return goOn(k, f, space, 'next');
}

export function adviseOperation(wiring: MemoryWiring): Operation {
  return operation(memory.advise, ['cursor', 'gap', ...ENDING], {
    begin(k, f) {
      if (!isAligned(f.address) || !isKnown(f.advice) || f.length < 0) return k.fail(ErrorNumber.EINVAL);
      if (!isUserRange(f.address, pageUp(f.length))) return k.fail(ErrorNumber.EINVAL);
      if (f.length === 0) return k.done();
      const space = new Space(k, f.space);
      if (space.mustWait) return space.wait('begin');
      f.cursor = f.address;
      return next(k, f, wiring);
    },
    next: (k, f) => next(k, f, wiring),
    supplied(k, f, reply) {
      if (reply.error !== 0) return failWith(k, f, wiring, reply.error);
      f.cursor += reply.value;
      return next(k, f, wiring);
    },
    released: (k, f) => finish(k, f, wiring),
  });
}
