/**
 * Disks as data: one of the nineties with a modelled arm and rotation, a solid-state one of today, and one that takes no time.
 */
import type { DiskProfile } from '../../contracts/disk.ts';

const RUEMMLER =
  'Ruemmler and Wilkes, An introduction to disk drive modeling, IEEE Computer, March 1994, HP 97560';
const SAMSUNG = 'Samsung, 970 EVO data sheet, 1 TB';

const hp97560: DiskProfile = {
  name: 'hp97560',
  title: 'HP 97560, 1.3 GB, SCSI, 1991',
  readStart: {
    value: 0.0022,
    source: 'assumption: controller and bus, of the size given for SCSI disks of its time',
  },
  writeStart: { value: 0.0022, source: 'assumption: as reading; the disk has no cache here' },
  readRate: { value: 10_000_000, source: `${RUEMMLER}: SCSI-II, 10 MB/s; the rotation is slower` },
  writeRate: { value: 10_000_000, source: `${RUEMMLER}: SCSI-II, 10 MB/s; the rotation is slower` },
  flush: { value: 0.0022, source: 'assumption: nothing is cached in the disk' },
  rotation: {
    perMinute: { value: 4002, source: RUEMMLER },
    sectorsPerTrack: { value: 72, source: RUEMMLER },
    tracksPerCylinder: { value: 19, source: RUEMMLER },
    shortSeek: { value: 383, source: RUEMMLER },
    shortFixed: { value: 0.00324, source: RUEMMLER },
    shortRoot: { value: 0.0004, source: RUEMMLER },
    longFixed: { value: 0.008, source: RUEMMLER },
    longLinear: { value: 0.000008, source: RUEMMLER },
  },
};

const ssd: DiskProfile = {
  name: 'ssd',
  title: 'Samsung 970 EVO, NVMe, 2018',
  readStart: { value: 1 / 15_000, source: `${SAMSUNG}: 15,000 random reads a second at queue depth 1` },
  writeStart: { value: 1 / 50_000, source: `${SAMSUNG}: 50,000 random writes a second at queue depth 1` },
  readRate: { value: 3_400_000_000, source: `${SAMSUNG}: 3,400 MB/s sequential` },
  writeRate: { value: 2_500_000_000, source: `${SAMSUNG}: 2,500 MB/s sequential` },
  flush: { value: 0.001, source: 'assumption: its cache is written to flash' },
};

const NOTHING = 'by definition';
const instant: DiskProfile = {
  name: 'instant',
  title: 'a disk that answers at once',
  readStart: { value: 0, source: NOTHING },
  writeStart: { value: 0, source: NOTHING },
  readRate: { value: Number.POSITIVE_INFINITY, source: NOTHING },
  writeRate: { value: Number.POSITIVE_INFINITY, source: NOTHING },
  flush: { value: 0, source: NOTHING },
};

export const DISK_PROFILES: readonly DiskProfile[] = [ssd, hp97560, instant];

/** The disk of a name. Throws an Error that lists the names there are. */
export function diskNamed(name: string): DiskProfile {
  const found = DISK_PROFILES.find((profile) => profile.name === name);
  if (found === undefined)
    throw new Error(`no disk is called '${name}'; there are ${DISK_PROFILES.map((p) => p.name).join(', ')}`);
  return found;
}
