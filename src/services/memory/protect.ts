/** mprotect: changes what a range allows, region by region, in bounded steps. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { entryRights } from '../../kernel/page-table.ts';
import { ENDING, type Ending, finish, goOn } from './finish.ts';
import { memory, Protection } from './interface.ts';
import { rightsUnder } from './pages.ts';
import { RegionFlag } from './records.ts';
import { isAligned, pageUp, Space, STEP_PAGES } from './space.ts';
import { isUserRange } from './unmap.ts';
import type { MemoryWiring } from './wiring.ts';

const ACCESS_BITS = Protection.read | Protection.write | Protection.execute;
/** PROT_SEM is accepted and means nothing. */
const SEMAPHORE = 8;
const KNOWN_BITS = ACCESS_BITS | SEMAPHORE | Protection.growsDown;

/** A frame of `protect`: pages of [cursor, pieceEnd) have still to be changed, regions from pieceEnd on. */
interface ProtectFrame extends Ending {
  readonly address: number;
  readonly length: number;
  readonly protection: number;
  start: number;
  cursor: number;
  pieceEnd: number;
}

/** May a region be given a protection? A file open for reading only must not be written through. */
function mayHave(space: Space, region: PhysicalAddress, protection: number): boolean {
  const { backing, flags } = space.region(region);
  if ((protection & Protection.write) === 0 || backing === 0 || (flags & RegionFlag.shared) === 0)
    return true;
  return (space.backing(backing).rights & Protection.write) !== 0;
}

/** What stands against giving a region's bytes a protection: an ErrorNumber or 0. */
function obstacle(space: Space, region: PhysicalAddress, protection: number, bytes: number): number {
  if (!mayHave(space, region, protection)) return ErrorNumber.EACCES;
  const view = space.region(region);
  const gains = (protection & ~view.protection & Protection.write) !== 0;
  return gains && !space.mayBecome(bytes, protection, view.flags) ? ErrorNumber.ENOMEM : 0;
}

/** Gives the next region its protection; returns an error, or 0 with the frame's piece set. */
function nextPiece(space: Space, f: ProtectFrame, end: number): number {
  const from = f.pieceEnd;
  const protection = f.protection & ACCESS_BITS;
  const found = space.find(from);
  if (found === 0) return ErrorNumber.ENOMEM;
  f.pieceEnd = Math.min(space.region(found).end, end);
  f.cursor = f.pieceEnd;
  if (space.region(found).protection === protection) return 0;
  const error = obstacle(space, found, protection, f.pieceEnd - from);
  if (error !== 0) return error;
  if (!space.split(from) || !space.split(f.pieceEnd)) return ErrorNumber.ENOMEM;
  space.setProtection(space.find(from), protection);
  f.cursor = from;
  return 0;
}

/** Changes entries of the piece at hand as far as the budget goes. */
function changePages(space: Space, f: ProtectFrame): void {
  f.cursor = space.tables.scan(
    space.table.root,
    f.cursor,
    f.pieceEnd,
    STEP_PAGES,
    (address, place, entry) => {
      // Whether a page may be written at once, only a write fault finds out: it may be shared, or a file's.
      const writable = (entryRights(entry) & Protection.write) !== 0;
      space.tables.protectAt(space.table, address, place, entry, rightsUnder(f.protection, writable));
    },
  );
}

function change(k: Kernel, f: ProtectFrame, wiring: MemoryWiring): OutcomeNumber {
  const space = new Space(k, f.space);
  const end = f.address + pageUp(f.length);
  if (f.cursor < f.pieceEnd) changePages(space, f);
  if (f.cursor < f.pieceEnd) return goOn(k, f, space, 'change');
  if (f.pieceEnd < end) {
    f.error = nextPiece(space, f, end);
    if (f.error === 0) return goOn(k, f, space, 'change');
  }
  space.merge(f.start, end);
  return finish(k, f, wiring);
}

export function protectOperation(wiring: MemoryWiring): Operation {
  return operation(memory.protect, ['start', 'cursor', 'pieceEnd', ...ENDING], {
    begin(k, f) {
      if (!isAligned(f.address) || (f.protection & ~KNOWN_BITS) !== 0) return k.fail(ErrorNumber.EINVAL);
      if (f.length === 0) return k.done();
      if (!isUserRange(f.address, pageUp(f.length))) return k.fail(ErrorNumber.ENOMEM);
      const space = new Space(k, f.space);
      if (space.mustWait) return space.wait('begin');
      f.start = f.address;
      if ((f.protection & Protection.growsDown) !== 0) {
        const region = space.firstFrom(f.address);
        if (region === 0 || space.start(region) >= f.address + pageUp(f.length))
          return k.fail(ErrorNumber.ENOMEM);
        if ((space.region(region).flags & RegionFlag.growsDown) === 0) return k.fail(ErrorNumber.EINVAL);
        f.start = space.start(region);
      }
      f.cursor = f.start;
      f.pieceEnd = f.start;
      return change(k, f, wiring);
    },
    change: (k, f) => change(k, f, wiring),
    released: (k, f) => finish(k, f, wiring),
  });
}
