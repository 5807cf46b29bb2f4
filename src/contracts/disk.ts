/**
 * The disk as its driver sees it: registers, requests in memory, and a model of its mechanics as data.
 *
 * A driver lays a ring of requests down in memory, tells the device where it is, and raises `tail` for each one that is
 * ready. The device works on them in order, one at a time, moves the bytes itself, writes the request's status, raises
 * `head`, and interrupts. All registers are safe integers.
 */

/** Bytes in a sector: the unit of every request. */
export const SECTOR_SIZE = 512;

export const DiskRegister = {
  /** Sectors of the disk. Read only. */
  sectors: 0,
  /** 1 when the disk refuses writes. Read only. */
  writeProtected: 1,
  /** Physical address of the ring of requests, and the number of its entries. */
  ring: 2,
  entries: 3,
  /** Requests that have been made ready, and that have been finished, since the ring was laid down. */
  tail: 4,
  head: 5,
} as const;
/** Registers that a driver has no use for: they are the mechanics' own. */
export const DiskMechanics = { due: 6, cylinder: 7, busySince: 8, reads: 9, writes: 10, busy: 11 } as const;

/** Bytes of a device's registers in memory. */
export const DEVICE_BYTES = 4096;

export const DiskCommand = { read: 1, write: 2, flush: 3 } as const;
export const DiskStatus = { pending: 0, done: 1, outOfRange: 2, refused: 3, failed: 4 } as const;

/** Where the parts of a request are, in bytes from its start. `sector` is a safe integer, the others are words. */
export const DiskRequest = { command: 0, status: 4, sector: 8, count: 16, buffer: 20, tag: 24 } as const;
export const DISK_REQUEST_BYTES = 32;

/** A number of a disk's data sheet, and where it comes from. */
export interface DiskFigure {
  readonly value: number;
  readonly source: string;
}

/** What turns: sectors come by under the heads, which have to be moved to their cylinder first. */
export interface DiskRotation {
  readonly perMinute: DiskFigure;
  readonly sectorsPerTrack: DiskFigure;
  readonly tracksPerCylinder: DiskFigure;
  /** Moves of fewer cylinders than this take fixed + root x sqrt(distance) seconds; longer ones fixed + linear x distance. */
  readonly shortSeek: DiskFigure;
  readonly shortFixed: DiskFigure;
  readonly shortRoot: DiskFigure;
  readonly longFixed: DiskFigure;
  readonly longLinear: DiskFigure;
}

/** A disk as data. Times are seconds. */
export interface DiskProfile {
  readonly name: string;
  readonly title: string;
  /** What every request takes before its first byte. */
  readonly readStart: DiskFigure;
  readonly writeStart: DiskFigure;
  /** Bytes a second between medium and memory; of a disk that turns, the rotation gives it. */
  readonly readRate: DiskFigure;
  readonly writeRate: DiskFigure;
  readonly flush: DiskFigure;
  readonly rotation?: DiskRotation;
}
