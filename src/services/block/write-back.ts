/**
 * Writing back: a thread that brings changes to their disks some seconds after they were made, or at once when many are
 * waiting; and the operation `flush`. Units go out in the order of their numbers, so that an arm sweeps over its disk.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, serviceInterface } from '../../contracts/service.ts';
import { NEVER } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { nextDirty, numberOf } from './cache.ts';
import { hasSlot, slotsQueue, startFlush, startWriting } from './driver.ts';
import { blocks, DiskFlag } from './interface.ts';
import { BlockRoot, DiskState, diskAt, diskOf, rootOf, Unit, UnitFlag, unitAt } from './records.ts';

export const writingBack = serviceInterface('block', {
  /** The thread that writes back: never ends. */
  writeBack: {},
});

/** How old a change becomes before it is written back: as long as Linux's dirty_writeback_centisecs. */
const WRITE_BACK_SECONDS = 5;
/** Requests put into a ring in one step, at most. */
const BATCH = 16;

/** The instant at which writing back is due; NEVER when nothing is dirty. */
function dueAt(k: Kernel): number {
  const root = rootOf(k);
  const { dirty } = root;
  if (dirty === 0) return NEVER;
  if (root.urgent === 1 || dirty > root.limit / 2) return k.now;
  return k.after(root.dirtySince, WRITE_BACK_SECONDS);
}

interface SweepFrame {
  disk: number;
  from: number;
}

/** How a part of a sweep over a disk ended. */
const Sweep = { done: 0, further: 1, full: 2 } as const;

/** Puts some of the dirty units from `from` on into the ring; those that are being written come back to it later. */
function sweep(k: Kernel, f: SweepFrame): number {
  const disk = diskAt(k, f.disk);
  for (let left = BATCH; left > 0; left--) {
    if (!hasSlot(disk)) return Sweep.full;
    const unit = nextDirty(k, f.disk, f.from);
    if (unit === 0) return Sweep.done;
    f.from = numberOf(k, unit) + 1;
    if ((unitAt(k, unit).flags & UnitFlag.writing) === 0) startWriting(k, unit);
  }
  return Sweep.further;
}

export const writeBackOperation: Operation = operation(writingBack.writeBack, ['disk', 'from'], {
  begin(k, f) {
    const root = rootOf(k);
    const due = dueAt(k);
    if (due > k.now) return k.wait([root.address + BlockRoot.offsets.work], due, 'begin', false);
    root.urgent = 0;
    root.dirtySince = k.now;
    f.disk = root.firstDisk;
    f.from = 0;
    return k.goto('sweep');
  },
  sweep(k, f) {
    if (f.disk === 0) return k.goto('begin');
    const kept = (diskAt(k, f.disk).flags & DiskFlag.writeProtected) !== 0;
    const part = kept ? Sweep.done : sweep(k, f);
    if (part === Sweep.full) return k.wait([slotsQueue(f.disk)], NEVER, 'sweep', false);
    if (part === Sweep.further) return k.goto('sweep');
    f.disk = diskAt(k, f.disk).next;
    f.from = 0;
    return k.goto('sweep');
  },
});

interface FlushFrame extends SweepFrame {
  flush: number;
}

/** All is in the disk's hands: the device is told to make it safe. */
function settle(k: Kernel, f: FlushFrame): OutcomeNumber {
  const disk = diskAt(k, f.disk);
  if (disk.writing > 0) return k.wait([f.disk + DiskState.offsets.idle], NEVER, 'settle', false);
  if (!hasSlot(disk)) return k.wait([slotsQueue(f.disk)], NEVER, 'settle', false);
  f.flush = startFlush(k, disk);
  return k.goto('flushed');
}

const FLUSH_LOCALS = ['address', 'from', 'flush', 'unit'] as const;

export const flushOperation: Operation = operation(blocks.flush, FLUSH_LOCALS, {
  begin(k, f) {
    f.address = diskOf(k, f.disk);
    if (f.address === 0) return k.fail(ErrorNumber.ENXIO);
    rootOf(k).flushes += 1;
    if ((diskAt(k, f.address).flags & DiskFlag.writeProtected) !== 0) return k.done();
    return k.goto('sweep');
  },
  sweep(k, f) {
    const disk = diskAt(k, f.address);
    for (let left = BATCH; left > 0; left--) {
      if (!hasSlot(disk)) return k.wait([slotsQueue(f.address)], NEVER, 'sweep', false);
      const unit = nextDirty(k, f.address, f.from);
      if (unit === 0) return k.goto('settle');
      // What is being written is older: the change since must go out as well.
      if ((unitAt(k, unit).flags & UnitFlag.writing) !== 0)
        return k.wait([unit + Unit.offsets.waiters], NEVER, 'sweep', false);
      f.from = numberOf(k, unit) + 1;
      startWriting(k, unit);
    }
    return k.goto('sweep');
  },
  settle(k, f) {
    const frame = { disk: f.address, from: 0, flush: 0 };
    const outcome = settle(k, frame);
    f.flush = frame.flush;
    return outcome;
  },
  flushed(k, f) {
    const disk = diskAt(k, f.address);
    if (disk.flushesDone < f.flush)
      return k.wait([f.address + DiskState.offsets.idle], NEVER, 'flushed', false);
    const { failed } = disk;
    disk.failed = 0;
    return failed === 0 ? k.done() : k.fail(ErrorNumber.EIO);
  },
});
