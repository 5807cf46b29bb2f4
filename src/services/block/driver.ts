/**
 * The driver: puts requests into the device's ring, and its thread takes note of those that are finished.
 */
import {
  DISK_REQUEST_BYTES,
  DiskCommand,
  DiskRegister,
  DiskRequest,
  DiskStatus,
} from '../../contracts/disk.ts';
import { serviceInterface } from '../../contracts/service.ts';
import { NEVER, PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import { letFrameGo } from '../../kernel/kept-frames.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { numberOf, UNIT_SECTORS } from './cache.ts';
import { BlockRoot, DiskState, type DiskView, diskAt, rootOf, Unit, UnitFlag, unitAt } from './records.ts';

export const driving = serviceInterface('block', {
  /** A disk's thread: never ends. */
  drive: { disk: 'number' },
});

/** Entries of a ring: half of a frame's, so that a batch of write-back leaves room in time for reads. */
const RING_ENTRIES = 64;
/** Finished requests noted in one step, at most. */
const BATCH = 16;

/** Lays the ring down and tells the device. */
export function openRing(k: Kernel, disk: DiskView): void {
  k.devices.write(disk.device, DiskRegister.ring, disk.ring * PAGE_SIZE);
  k.devices.write(disk.device, DiskRegister.entries, RING_ENTRIES);
  k.devices.listen(disk.device, disk.address + DiskState.offsets.line);
}

/** Is there room for another request? If not: wait in `slotsQueue`. */
export function hasSlot(disk: DiskView): boolean {
  return disk.submitted - disk.completed < RING_ENTRIES;
}

export function slotsQueue(disk: PhysicalAddress): PhysicalAddress {
  return disk + DiskState.offsets.slots;
}

function putRequest(k: Kernel, disk: DiskView, command: number, unit: PhysicalAddress): void {
  const at = disk.ring * PAGE_SIZE + (disk.submitted % RING_ENTRIES) * DISK_REQUEST_BYTES;
  const sector = unit === 0 ? 0 : numberOf(k, unit) * UNIT_SECTORS;
  const { memory, store } = k;
  memory.write32(at + DiskRequest.command, command);
  memory.write32(at + DiskRequest.status, DiskStatus.pending);
  memory.writeInteger(at + DiskRequest.sector, sector);
  memory.write32(at + DiskRequest.count, Math.min(UNIT_SECTORS, disk.sectors - sector));
  memory.write32(at + DiskRequest.buffer, unit === 0 ? 0 : unitAt(k, unit).frame * PAGE_SIZE);
  memory.write32(at + DiskRequest.tag, unit);
  (store.f64[store.writeCell] as number) += 6;
  disk.submitted += 1;
  k.devices.write(disk.device, DiskRegister.tail, disk.submitted);
}

/** Has a unit read. Needs a slot. */
export function startReading(k: Kernel, unit: PhysicalAddress): void {
  const view = unitAt(k, unit);
  view.flags |= UnitFlag.reading;
  putRequest(k, diskAt(k, view.disk), DiskCommand.read, unit);
}

/** Has a dirty unit written. Needs a slot. Whoever changes it meanwhile makes it dirty again. */
export function startWriting(k: Kernel, unit: PhysicalAddress): void {
  const view = unitAt(k, unit);
  const disk = diskAt(k, view.disk);
  const root = rootOf(k);
  view.flags = (view.flags & ~UnitFlag.dirty) | UnitFlag.writing;
  root.dirty -= 1;
  root.writtenBack += 1;
  disk.writing += 1;
  putRequest(k, disk, DiskCommand.write, unit);
}

/** Has the device make safe what it was given. Needs a slot. Returns which flush it is. */
export function startFlush(k: Kernel, disk: DiskView): number {
  disk.flushesAsked += 1;
  putRequest(k, disk, DiskCommand.flush, 0);
  return disk.flushesAsked;
}

function finishRead(k: Kernel, unit: PhysicalAddress, done: boolean): void {
  const view = unitAt(k, unit);
  view.flags = (view.flags & ~UnitFlag.reading) | (done ? UnitFlag.valid : UnitFlag.failed);
  if (!done) rootOf(k).errors += 1;
  k.wake(unit + Unit.offsets.waiters);
}

function finishWrite(k: Kernel, disk: DiskView, unit: PhysicalAddress, done: boolean): void {
  const view = unitAt(k, unit);
  view.flags &= ~UnitFlag.writing;
  if ((view.flags & UnitFlag.dirty) === 0) letFrameGo(k, view.frame);
  disk.writing -= 1;
  if (!done) {
    // What the disk does not take is lost: the next flush says so.
    disk.failed = 1;
    rootOf(k).errors += 1;
  }
  k.wake(unit + Unit.offsets.waiters);
  if (disk.writing === 0) k.wake(disk.address + DiskState.offsets.idle);
}

/** Takes note of a request at the ring's completed end. */
function finishOne(k: Kernel, disk: DiskView): void {
  const at = disk.ring * PAGE_SIZE + (disk.completed % RING_ENTRIES) * DISK_REQUEST_BYTES;
  const { memory, store } = k;
  const command = memory.read32(at + DiskRequest.command);
  const done = memory.read32(at + DiskRequest.status) === DiskStatus.done;
  const unit = memory.read32(at + DiskRequest.tag);
  (store.f64[store.readCell] as number) += 3;
  disk.completed += 1;
  if (command === DiskCommand.read) finishRead(k, unit, done);
  else if (command === DiskCommand.write) finishWrite(k, disk, unit, done);
  else {
    disk.flushesDone += 1;
    if (!done) disk.failed = 1;
    k.wake(disk.address + DiskState.offsets.idle);
  }
}

export const driveOperation: Operation = operation(driving.drive, [], {
  begin(k, f) {
    const disk = diskAt(k, f.disk);
    const head = k.devices.read(disk.device, DiskRegister.head);
    if (disk.completed === head) return k.wait([f.disk + DiskState.offsets.line], NEVER, 'begin', false);
    for (let left = BATCH; left > 0 && disk.completed < head; left--) finishOne(k, disk);
    k.wake(slotsQueue(f.disk));
    k.wake(rootOf(k).address + BlockRoot.offsets.room);
    return k.goto('begin');
  },
});
