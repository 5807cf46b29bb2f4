/**
 * The operations `describe`, `read` and `write`: bytes between spans and the cache's units.
 *
 * A unit that is not there is read first, also for a write that does not cover it; whoever needs it waits, and others run.
 * A read that follows on the last one has the next units read as well.
 */
import { SECTOR_SIZE } from '../../contracts/disk.ts';
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import type { OutcomeNumber, Span } from '../../contracts/service.ts';
import { NEVER, PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { dropUnit, findUnit, makeUnit, markDirty, markUsed, UNIT_SECTORS } from './cache.ts';
import { hasSlot, slotsQueue, startReading } from './driver.ts';
import { blocks, DiskFlag } from './interface.ts';
import { BlockRoot, diskAt, diskOf, rootOf, Unit, UnitFlag, type UnitView, unitAt } from './records.ts';
import type { BlockWiring } from './wiring.ts';

/** Bytes moved in one step at most. */
const STEP_BYTES = 16 * PAGE_SIZE;
/** Units read ahead of a sequential reader. */
const READ_AHEAD = 8;

interface TransferFrame {
  readonly disk: number;
  readonly sector: number;
  address: number;
  moved: number;
  /** 1 when the unit at hand has been counted as a hit or a miss. */
  counted: number;
}

/** What a unit is wanted for. */
interface Want {
  readonly number: number;
  /** Bytes of it that are moved from `within` on. */
  readonly within: number;
  readonly count: number;
  readonly whole: boolean;
}

function wantOf(f: TransferFrame, length: number): Want {
  const at = f.sector * SECTOR_SIZE + f.moved;
  const within = at % PAGE_SIZE;
  const count = Math.min(PAGE_SIZE - within, length - f.moved);
  return { number: Math.floor(at / PAGE_SIZE), within, count, whole: count === PAGE_SIZE };
}

/** 0, or the error number of a transfer that may not begin. */
function check(k: Kernel, f: TransferFrame, span: Span): number {
  f.address = diskOf(k, f.disk);
  if (f.address === 0) return ErrorNumber.ENXIO;
  const { sectors } = diskAt(k, f.address);
  if (span.length % SECTOR_SIZE !== 0 || !Number.isSafeInteger(f.sector)) return ErrorNumber.EINVAL;
  return f.sector < 0 || f.sector + span.length / SECTOR_SIZE > sectors ? ErrorNumber.EINVAL : 0;
}

/** Has a unit made for a number; undefined when that needs a wait, whose outcome is then in `stopped`. */
function bringUnit(k: Kernel, w: BlockWiring, f: TransferFrame, want: Want, fresh: boolean): OutcomeNumber {
  const disk = diskAt(k, f.address);
  if (!fresh && !hasSlot(disk)) return k.wait([slotsQueue(f.address)], NEVER, 'transfer', false);
  const unit = makeUnit(k, w.policy, f.address, want.number);
  if (unit === 0) return awaitRoom(k, f);
  if (fresh) {
    unitAt(k, unit).flags = UnitFlag.valid;
    return k.goto('transfer');
  }
  startReading(k, unit);
  if (disk.expected === want.number) readAhead(k, w, f.address, want.number + 1);
  return k.wait([unit + Unit.offsets.waiters], NEVER, 'transfer', false);
}

/** Nothing may make way: what is dirty is written back at once, if it can be. */
function awaitRoom(k: Kernel, f: TransferFrame): OutcomeNumber {
  const root = rootOf(k);
  const kept = (diskAt(k, f.address).flags & DiskFlag.writeProtected) !== 0;
  if (kept && root.dirty === 0) return k.fail(ErrorNumber.ENOSPC);
  root.urgent = 1;
  k.wake(root.address + BlockRoot.offsets.work);
  return k.wait([root.address + BlockRoot.offsets.room], NEVER, 'transfer', false);
}

function readAhead(k: Kernel, w: BlockWiring, address: PhysicalAddress, from: number): void {
  const disk = diskAt(k, address);
  const end = Math.min(from + READ_AHEAD, Math.ceil(disk.sectors / UNIT_SECTORS));
  for (let number = from; number < end && hasSlot(disk); number++) {
    if (findUnit(k, address, number) !== 0) continue;
    const unit = makeUnit(k, w.policy, address, number);
    if (unit === 0) return;
    startReading(k, unit);
    rootOf(k).readAhead += 1;
  }
}

/** The unit at hand when its bytes can be moved; or the outcome of waiting for it. */
type Ready = { readonly unit: UnitView } | { readonly outcome: OutcomeNumber };

function ready(k: Kernel, w: BlockWiring, f: TransferFrame, want: Want, writes: boolean): Ready {
  const root = rootOf(k);
  const address = findUnit(k, f.address, want.number);
  const unit = address === 0 ? undefined : unitAt(k, address);
  if (f.counted === 0) {
    if (unit === undefined) root.misses += 1;
    else root.hits += 1;
    f.counted = 1;
  }
  if (unit === undefined) return { outcome: bringUnit(k, w, f, want, writes && want.whole) };
  const { flags } = unit;
  if ((flags & UnitFlag.valid) !== 0) return { unit };
  if ((flags & UnitFlag.failed) !== 0) {
    dropUnit(k, address);
    return { outcome: k.fail(ErrorNumber.EIO) };
  }
  return { outcome: k.wait([address + Unit.offsets.waiters], NEVER, 'transfer', false) };
}

/** Goes on in the step 'transfer' when the span's pages are there; EFAULT when nobody can be asked for them. */
function supply(k: Kernel, w: BlockWiring, f: TransferFrame, span: Span, access: 0 | 1): OutcomeNumber {
  if (w.supply === undefined || span.space === 0) return k.fail(ErrorNumber.EFAULT);
  const { space, start, length } = span;
  const request = { space, address: start + f.moved, length: length - f.moved, access };
  return k.call(w.supply, request, 'supplied');
}

function readOperation(w: BlockWiring): Operation {
  return operation(blocks.read, ['address', 'moved', 'counted'], {
    begin(k, f) {
      const error = check(k, f, f.into);
      return error === 0 ? k.goto('transfer') : k.fail(error);
    },
    transfer(k, f) {
      const { into } = f;
      const stop = Math.min(into.length, f.moved + STEP_BYTES);
      while (f.moved < stop) {
        const want = wantOf(f, into.length);
        const at = ready(k, w, f, want, false);
        if (!('unit' in at)) return at.outcome;
        const moved = k.toSpan(into, f.moved, at.unit.frame * PAGE_SIZE + want.within, want.count);
        f.moved += moved;
        if (moved < want.count) return supply(k, w, f, into, Access.write);
        f.counted = 0;
        markUsed(k, w.policy, at.unit.address);
        diskAt(k, f.address).expected = want.number + 1;
      }
      return f.moved < into.length ? k.goto('transfer') : k.done(f.moved);
    },
    supplied: (k, _f, reply) => (reply.error === 0 ? k.goto('transfer') : k.fail(ErrorNumber.EFAULT)),
  });
}

function writeOperation(w: BlockWiring): Operation {
  return operation(blocks.write, ['address', 'moved', 'counted'], {
    begin(k, f) {
      const error = check(k, f, f.from);
      return error === 0 ? k.goto('transfer') : k.fail(error);
    },
    transfer(k, f) {
      const { from } = f;
      const stop = Math.min(from.length, f.moved + STEP_BYTES);
      while (f.moved < stop) {
        const want = wantOf(f, from.length);
        const at = ready(k, w, f, want, true);
        if (!('unit' in at)) return at.outcome;
        const moved = k.fromSpan(from, f.moved, at.unit.frame * PAGE_SIZE + want.within, want.count);
        f.moved += moved;
        if (moved > 0) markDirty(k, at.unit.address);
        if (moved < want.count) return supply(k, w, f, from, Access.read);
        f.counted = 0;
        markUsed(k, w.policy, at.unit.address);
      }
      return f.moved < from.length ? k.goto('transfer') : k.done(f.moved);
    },
    supplied: (k, _f, reply) => (reply.error === 0 ? k.goto('transfer') : k.fail(ErrorNumber.EFAULT)),
  });
}

const describeOperation = operation(blocks.describe, [], {
  begin(k, f) {
    const address = diskOf(k, f.disk);
    if (address === 0) return k.fail(ErrorNumber.ENXIO);
    const disk = diskAt(k, address);
    return k.done(disk.sectors, disk.flags);
  },
});

export function transferOperations(w: BlockWiring): Operation[] {
  return [describeOperation, readOperation(w), writeOperation(w)];
}
