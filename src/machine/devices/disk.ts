/**
 * The disk: takes requests from a ring in memory, spends the time that its mechanics take, and moves the bytes itself.
 *
 * Its whole state is its registers, in memory of the machine, so a machine saved in the midst of a transfer goes on with it.
 * The contents are the outside world's. A transfer takes effect at one instant, when it is due: what memory holds then is
 * what is written, and the medium has it from then on.
 */
import {
  DISK_REQUEST_BYTES,
  DiskCommand,
  DiskMechanics,
  type DiskProfile,
  DiskRegister,
  DiskRequest,
  type DiskRotation,
  DiskStatus,
  SECTOR_SIZE,
} from '../../contracts/disk.ts';
import type { Device, Memory } from '../../contracts/machine.ts';
import { type OutsideDisk, OutsideError } from '../../contracts/outside.ts';
import { type Cycles, NEVER, type PhysicalAddress } from '../../contracts/units.ts';

/** Sectors of one request, at most. */
const LONGEST = 2048;

export interface DiskParts {
  readonly memory: Memory;
  /** Where its registers lie. */
  readonly registers: PhysicalAddress;
  readonly contents: OutsideDisk;
  readonly profile: DiskProfile;
  /** Cycles in a second. */
  readonly hertz: number;
}

/** The registers that a driver may write. */
const WRITABLE: readonly number[] = [DiskRegister.ring, DiskRegister.entries, DiskRegister.tail];

export class DiskDevice implements Device {
  readonly name: string;
  readonly #memory: Memory;
  readonly #registers: PhysicalAddress;
  readonly #contents: OutsideDisk;
  readonly #profile: DiskProfile;
  readonly #hertz: number;

  constructor(parts: DiskParts) {
    this.name = `disk ${parts.contents.description}`;
    this.#memory = parts.memory;
    this.#registers = parts.registers;
    this.#contents = parts.contents;
    this.#profile = parts.profile;
    this.#hertz = parts.hertz;
  }

  /** Switched on: nothing is under way, and the arm rests at the outermost cylinder. */
  reset(): void {
    this.#memory.clear(this.#registers, 8 * Object.keys({ ...DiskRegister, ...DiskMechanics }).length);
    this.#set(DiskRegister.sectors, Math.floor(this.#contents.size / SECTOR_SIZE));
    this.#set(DiskRegister.writeProtected, this.#contents.writable ? 0 : 1);
    this.#set(DiskMechanics.due, NEVER);
  }

  /** Its driver is gone: requests that are not finished are forgotten with their ring. The arm stays where it is. */
  stop(): void {
    for (const register of [...WRITABLE, DiskRegister.head]) this.#set(register, 0);
    this.#set(DiskMechanics.due, NEVER);
  }

  nextInterrupt(): Cycles {
    return this.read(DiskMechanics.due);
  }

  read(register: number): number {
    return this.#memory.readInteger(this.#registers + 8 * register);
  }

  write(register: number, value: number, now: Cycles): void {
    if (!WRITABLE.includes(register)) return;
    this.#set(register, value);
    if (register === DiskRegister.tail && this.nextInterrupt() === NEVER) this.#begin(now);
  }

  /** Finishes the request that is due and begins the next one at that very instant. */
  fire(): void {
    const due = this.nextInterrupt();
    const request = this.#current();
    this.#memory.write32(request + DiskRequest.status, this.#transfer(request));
    this.#set(DiskRegister.head, this.read(DiskRegister.head) + 1);
    this.#set(DiskMechanics.busy, this.read(DiskMechanics.busy) + due - this.read(DiskMechanics.busySince));
    this.#set(DiskMechanics.due, NEVER);
    this.#begin(due);
  }

  #set(register: number, value: number): void {
    this.#memory.writeInteger(this.#registers + 8 * register, value);
  }

  /** The request that is worked on: the one at the head of the ring. */
  #current(): PhysicalAddress {
    const index = this.read(DiskRegister.head) % this.read(DiskRegister.entries);
    return this.read(DiskRegister.ring) + index * DISK_REQUEST_BYTES;
  }

  #begin(now: Cycles): void {
    if (this.read(DiskRegister.head) >= this.read(DiskRegister.tail)) return;
    const request = this.#current();
    const command = this.#memory.read32(request + DiskRequest.command);
    const sector = this.#memory.readInteger(request + DiskRequest.sector);
    const count = this.#memory.read32(request + DiskRequest.count);
    const seconds = this.#seconds(command, sector, count, now);
    this.#set(DiskMechanics.busySince, now);
    this.#set(DiskMechanics.due, now + Math.max(1, Math.ceil(seconds * this.#hertz)));
  }

  /** How long a request takes from now on. Moves the arm. */
  #seconds(command: number, sector: number, count: number, now: Cycles): number {
    const { readStart, writeStart, readRate, writeRate, flush, rotation } = this.#profile;
    if (command === DiskCommand.flush) return flush.value;
    const reads = command === DiskCommand.read;
    const start = reads ? readStart.value : writeStart.value;
    const transfer = (count * SECTOR_SIZE) / (reads ? readRate.value : writeRate.value);
    if (rotation === undefined) return start + transfer;
    const moved = start + this.#seek(rotation, sector);
    const turning = turned(rotation, sector, count, now / this.#hertz + moved);
    return moved + Math.max(turning, transfer);
  }

  #seek(rotation: DiskRotation, sector: number): number {
    const { sectorsPerTrack, tracksPerCylinder } = rotation;
    const target = Math.floor(sector / (sectorsPerTrack.value * tracksPerCylinder.value));
    const distance = Math.abs(target - this.read(DiskMechanics.cylinder));
    this.#set(DiskMechanics.cylinder, target);
    if (distance === 0) return 0;
    if (distance < rotation.shortSeek.value)
      return rotation.shortFixed.value + rotation.shortRoot.value * Math.sqrt(distance);
    return rotation.longFixed.value + rotation.longLinear.value * distance;
  }

  /** Moves the bytes. Returns the request's status. */
  #transfer(request: PhysicalAddress): number {
    const memory = this.#memory;
    const command = memory.read32(request + DiskRequest.command);
    const sector = memory.readInteger(request + DiskRequest.sector);
    const count = memory.read32(request + DiskRequest.count);
    const buffer = memory.read32(request + DiskRequest.buffer);
    if (command !== DiskCommand.flush && !this.#isWithin(sector, count, buffer)) return DiskStatus.outOfRange;
    if (command === DiskCommand.write && !this.#contents.writable) return DiskStatus.refused;
    try {
      this.#move(command, sector * SECTOR_SIZE, buffer, count * SECTOR_SIZE);
    } catch (refusal) {
      if (refusal instanceof OutsideError) return DiskStatus.failed;
      throw refusal;
    }
    return DiskStatus.done;
  }

  #move(command: number, offset: number, buffer: PhysicalAddress, length: number): void {
    if (command === DiskCommand.read) {
      const bytes = new Uint8Array(length);
      this.#contents.read(offset, bytes);
      this.#memory.store(buffer, bytes);
      this.#set(DiskMechanics.reads, this.read(DiskMechanics.reads) + 1);
    } else if (command === DiskCommand.write) {
      this.#contents.write(offset, this.#memory.bytes(buffer, length));
      this.#set(DiskMechanics.writes, this.read(DiskMechanics.writes) + 1);
    } else this.#contents.flush();
  }

  #isWithin(sector: number, count: number, buffer: PhysicalAddress): boolean {
    const sectors = this.read(DiskRegister.sectors);
    if (!Number.isSafeInteger(sector) || sector < 0 || count > LONGEST) return false;
    return sector + count <= sectors && buffer + count * SECTOR_SIZE <= this.#memory.size;
  }
}

/** Seconds until the last of the sectors has passed under the heads, which are on their cylinder at an instant. */
function turned(rotation: DiskRotation, sector: number, count: number, at: number): number {
  const turn = 60 / rotation.perMinute.value;
  const perTrack = rotation.sectorsPerTrack.value;
  const angle = at / turn - Math.floor(at / turn);
  const wanted = (sector % perTrack) / perTrack;
  const wait = wanted >= angle ? wanted - angle : 1 + wanted - angle;
  return (wait + count / perTrack) * turn;
}
