/**
 * fork: a copy of a space whose private pages are shared until one side writes.
 *
 * Entries of private regions that have pages of their own are copied, both sides without the right to write; a write fault
 * copies the page, or takes it over when it holds it alone. Other regions get their pages by faults.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { type EntryPlace, entryFrame, entryRights } from '../../kernel/page-table.ts';
import { goOn } from './finish.ts';
import { memory, Protection } from './interface.ts';
import { makeSpace } from './life.ts';
import { install, rightsUnder } from './pages.ts';
import { RegionFlag } from './records.ts';
import { Space, STEP_PAGES } from './space.ts';

/** `regions` is where to look for the next region to copy; pages of [cursor, pieceEnd) of the present one are still to be shared. */
interface ForkFrame {
  readonly space: number;
  readonly domain: number;
  child: number;
  regions: number;
  cursor: number;
  pieceEnd: number;
  claimed: number;
  value: number;
  error: number;
}

function copyFigures(from: Space, to: Space): void {
  const { breakStart, breakEnd, mapTop, stackTop } = from.map;
  const { stackLimit, addressSpaceLimit, dataLimit } = from.map;
  Object.assign(to.map, { breakStart, breakEnd, mapTop, stackTop });
  Object.assign(to.map, { stackLimit, addressSpaceLimit, dataLimit });
}

/** Gives the child the next region. Returns false when there is no memory; `regions` is 0 when all are copied. */
function copyRegion(parent: Space, child: Space, f: ForkFrame): boolean {
  const region = parent.tree.atLeast(f.regions);
  if (region === 0) {
    f.regions = -1;
    return true;
  }
  const start = parent.start(region);
  const { end, protection, flags, backing, offset } = parent.region(region);
  f.regions = end;
  if ((flags & RegionFlag.notForked) !== 0) return true;
  const copied = flags & ~RegionFlag.locked;
  if (child.insert({ start, end, protection, flags: copied, backing, offset }) === 0) return false;
  if ((flags & RegionFlag.touched) === 0 || (flags & RegionFlag.clearedInFork) !== 0) return true;
  f.cursor = start;
  f.pieceEnd = end;
  return true;
}

/** Shares pages of the piece at hand. Returns false when the child has no frame for a table. */
function sharePages(parent: Space, child: Space, f: ForkFrame): boolean {
  const region = parent.find(f.cursor);
  const rights = rightsUnder(parent.region(region).protection, false);
  let short = false;
  f.cursor = parent.tables.scan(
    parent.table.root,
    f.cursor,
    f.pieceEnd,
    STEP_PAGES,
    (address, place, entry) => {
      if (short) return;
      short = !sharePage(parent, child, address, place, entry, rights);
    },
  );
  return !short;
}

function sharePage(
  parent: Space,
  child: Space,
  address: number,
  place: EntryPlace,
  entry: number,
  rights: number,
): boolean {
  const copy = child.tables.makePlace(child.table, address);
  if (copy === 0) return false;
  if ((entryRights(entry) & Protection.write) !== 0)
    parent.tables.protectAt(parent.table, address, place, entry, rights);
  parent.k.frames.hold(entryFrame(entry));
  install(child, copy, entryFrame(entry), rights);
  return true;
}

/** One bounded part of the copying. */
function copyMore(k: Kernel, f: ForkFrame): OutcomeNumber {
  const parent = new Space(k, f.space);
  const child = new Space(k, f.child);
  let fits = true;
  if (f.cursor < f.pieceEnd) fits = sharePages(parent, child, f);
  else fits = copyRegion(parent, child, f);
  if (!fits) return k.call(memory.destroy, { space: f.child }, 'undone');
  if (f.regions >= 0 || f.cursor < f.pieceEnd) return goOn(k, f, parent, 'copy');
  parent.yieldTurn(f.claimed);
  return k.done(f.child);
}

export const forkOperation: Operation = operation(
  memory.fork,
  ['child', 'regions', 'cursor', 'pieceEnd', 'claimed', 'value', 'error'],
  {
    begin(k, f) {
      const parent = new Space(k, f.space);
      if (parent.mustWait) return parent.wait('begin');
      const child: PhysicalAddress = makeSpace(k, f.domain);
      if (child === 0) return k.fail(ErrorNumber.ENOMEM);
      f.child = child;
      copyFigures(parent, new Space(k, child));
      return goOn(k, f, parent, 'copy');
    },
    copy: (k, f) => copyMore(k, f),
    undone(k, f) {
      new Space(k, f.space).yieldTurn(f.claimed);
      return k.fail(ErrorNumber.ENOMEM);
    },
  },
);
