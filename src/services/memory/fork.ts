/**
 * fork: a copy of a space whose private pages are shared until one side writes.
 *
 * Entries of private regions that have pages of their own are copied, both sides without the right to write; a write fault
 * copies the page, or takes it over when it holds it alone. Other regions get their pages by faults.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { type EntryPlace, entryFrame, entryRights } from '../../kernel/page-table.ts';
import { goOn } from './finish.ts';
import { memory, Protection } from './interface.ts';
import { makeSpace } from './life.ts';
import { install, rightsUnder } from './pages.ts';
import { RegionFlag } from './records.ts';
import { askReserve, noteReserve, wantsReserve } from './shortage.ts';
import { Space, STEP_PAGES } from './space.ts';
import type { MemoryWiring } from './wiring.ts';

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

/** Gives the child the next region. Returns false when there is no memory; `regions` is -1 when all are copied. */
function copyRegion(parent: Space, child: Space, f: ForkFrame): boolean {
  const region = parent.tree.atLeast(f.regions);
  if (region === 0) {
    f.regions = -1;
    return true;
  }
  const start = parent.start(region);
  const { end, protection, flags, backing, offset } = parent.region(region);
  if ((flags & RegionFlag.notForked) === 0) {
    const copied = flags & ~RegionFlag.locked;
    if (child.insert({ start, end, protection, flags: copied, backing, offset }) === 0) return false;
    if ((flags & RegionFlag.touched) !== 0 && (flags & RegionFlag.clearedInFork) === 0) {
      f.cursor = start;
      f.pieceEnd = end;
    }
  }
  f.regions = end;
  return true;
}

/** Shares pages of the piece at hand. Returns false when the child has no frame for a table: `cursor` is where it lacks. */
function sharePages(parent: Space, child: Space, f: ForkFrame): boolean {
  const region = parent.find(f.cursor);
  const rights = rightsUnder(parent.region(region).protection, false);
  let lacking = -1;
  const share = (address: number, place: EntryPlace, entry: number): void => {
    if (lacking < 0 && !sharePage(parent, child, address, place, entry, rights)) lacking = address;
  };
  const reached = parent.tables.scan(parent.table.root, f.cursor, f.pieceEnd, STEP_PAGES, share);
  f.cursor = lacking < 0 ? reached : lacking;
  return lacking < 0;
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
function copyMore(k: Kernel, f: ForkFrame, wiring: MemoryWiring): OutcomeNumber {
  const parent = new Space(k, f.space);
  const child = new Space(k, f.child);
  const fits = f.cursor < f.pieceEnd ? sharePages(parent, child, f) : copyRegion(parent, child, f);
  if (!fits) return askReserve(k, wiring, 'reclaimed');
  if (f.regions >= 0 || f.cursor < f.pieceEnd) return goOn(k, f, parent, 'copy');
  parent.yieldTurn(f.claimed);
  return k.done(f.child);
}

function begin(k: Kernel, f: ForkFrame): OutcomeNumber {
  const parent = new Space(k, f.space);
  if (parent.mustWait) return parent.wait('begin');
  const child = makeSpace(k, f.domain);
  if (child === 0) return k.fail(ErrorNumber.ENOMEM);
  f.child = child;
  copyFigures(parent, new Space(k, child));
  return goOn(k, f, parent, 'copy');
}

export function forkOperation(wiring: MemoryWiring): Operation {
  return operation(memory.fork, ['child', 'regions', 'cursor', 'pieceEnd', 'claimed', 'value', 'error'], {
    begin: (k, f) => (wantsReserve(k, wiring) ? askReserve(k, wiring, 'reserved') : begin(k, f)),
    reserved(k, f, reply) {
      noteReserve(k, reply);
      return begin(k, f);
    },
    copy: (k, f) => copyMore(k, f, wiring),
    reclaimed(k, f, reply) {
      if (wiring.reclaim && reply.error === 0 && reply.value > 0) return k.goto('copy');
      return k.call(memory.destroy, { space: f.child }, 'undone');
    },
    undone(k, f) {
      new Space(k, f.space).yieldTurn(f.claimed);
      return k.fail(ErrorNumber.ENOMEM);
    },
  });
}
