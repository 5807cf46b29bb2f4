/** A host file's status, as the machine's attributes. */
import type { BigIntStats } from 'node:fs';
import type { OutsideAttributes } from '../../contracts/outside.ts';

/** Whose every file shall seem to be. */
export interface Owner {
  readonly user: number;
  readonly group: number;
}

const NANOSECONDS = 1_000_000_000n;

function kindOf(stats: BigIntStats): OutsideAttributes['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isFIFO()) return 'fifo';
  if (stats.isCharacterDevice()) return 'character';
  return stats.isBlockDevice() ? 'block' : 'socket';
}

/** Names a file by device and inode in 52 bits; never 0. */
function identityOf(stats: BigIntStats): number {
  return Number(BigInt.asUintN(52, stats.ino ^ (stats.dev << 36n))) || 1;
}

/** Attributes of a file whose status was taken with `bigint`. */
export function attributesOf(stats: BigIntStats, owner: Owner | undefined): OutsideAttributes {
  const { rdev, mtimeNs } = stats;
  const seconds = mtimeNs / NANOSECONDS - (mtimeNs % NANOSECONDS < 0n ? 1n : 0n);
  return {
    kind: kindOf(stats),
    mode: Number(stats.mode) & 0o7777,
    user: owner?.user ?? Number(stats.uid),
    group: owner?.group ?? Number(stats.gid),
    size: Number(stats.size),
    modifiedSeconds: Number(seconds),
    modifiedNanoseconds: Number(mtimeNs - seconds * NANOSECONDS),
    // As glibc's <sys/sysmacros.h> takes a device number apart.
    deviceMajor: Number(((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xfffff000n)),
    deviceMinor: Number((rdev & 0xffn) | ((rdev >> 12n) & 0xffffff00n)),
    identity: identityOf(stats),
    links: Number(stats.nlink),
  };
}
