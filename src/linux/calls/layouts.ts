/**
 * The structures in which file calls answer, as riscv64 has them: struct stat (asm-generic/stat.h), struct statx
 * (linux/stat.h), struct statfs (asm-generic/statfs.h). 64-bit fields are written as numbers, exact up to 2^53.
 */
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Attributes, FileKind, FilesystemFigures } from '../../services/files/attributes.ts';
import { MountFlag, MountKind } from '../../services/files/interface.ts';

const HALF = 2 ** 32;

/** Writes a signed 64-bit integer. */
export function write64(k: Kernel, at: PhysicalAddress, value: number): void {
  k.memory.write32(at, value >>> 0);
  k.memory.write32(at + 4, Math.floor(value / HALF) >>> 0);
}

/** Reads a signed 64-bit integer; beyond 2^53 the nearest number. */
export function read64(k: Kernel, at: PhysicalAddress): number {
  return (k.memory.read32(at + 4) | 0) * HALF + k.memory.read32(at);
}

export const STAT_BYTES = 128;

/** struct stat at `to`, of the Attributes record at `from`. */
export function putStat(k: Kernel, from: PhysicalAddress, to: PhysicalAddress): void {
  const a = Attributes.at(k.store, from);
  k.memory.clear(to, STAT_BYTES);
  write64(k, to, a.filesystem);
  write64(k, to + 8, a.number);
  k.memory.write32(to + 16, a.mode);
  k.memory.write32(to + 20, a.links);
  k.memory.write32(to + 24, a.user);
  k.memory.write32(to + 28, a.group);
  write64(k, to + 32, a.device);
  write64(k, to + 48, a.size);
  k.memory.write32(to + 56, PAGE_SIZE);
  write64(k, to + 64, a.blocks);
  write64(k, to + 72, a.accessSeconds);
  write64(k, to + 80, a.accessNanoseconds);
  write64(k, to + 88, a.modifySeconds);
  write64(k, to + 96, a.modifyNanoseconds);
  write64(k, to + 104, a.changeSeconds);
  write64(k, to + 112, a.changeNanoseconds);
}

export const STATX_BYTES = 256;
/** STATX_BASIC_STATS and STATX_BTIME: what is told in any case. */
const STATX_TOLD = 0xfff;
const STATX_MOUNT_ROOT = 0x2000;

function putInstant(k: Kernel, to: PhysicalAddress, seconds: number, nanoseconds: number): void {
  write64(k, to, seconds);
  k.memory.write32(to + 8, nanoseconds);
}

/** Major and minor number of a device number as new_encode_dev packs them. */
function putDevice(k: Kernel, to: PhysicalAddress, device: number): void {
  k.memory.write32(to, (device >>> 8) & 0xfff);
  k.memory.write32(to + 4, (device & 0xff) | ((device >>> 12) & 0xfff00));
}

/** struct statx at `to`, of the Attributes record at `from`. */
export function putStatx(k: Kernel, from: PhysicalAddress, to: PhysicalAddress): void {
  const a = Attributes.at(k.store, from);
  k.memory.clear(to, STATX_BYTES);
  k.memory.write32(to, STATX_TOLD);
  k.memory.write32(to + 4, PAGE_SIZE);
  write64(k, to + 8, a.mountRoot === 1 ? STATX_MOUNT_ROOT : 0);
  k.memory.write32(to + 16, a.links);
  k.memory.write32(to + 20, a.user);
  k.memory.write32(to + 24, a.group);
  k.memory.write32(to + 28, a.mode);
  write64(k, to + 32, a.number);
  write64(k, to + 40, a.size);
  write64(k, to + 48, a.blocks);
  write64(k, to + 56, STATX_MOUNT_ROOT);
  putInstant(k, to + 64, a.accessSeconds, a.accessNanoseconds);
  putInstant(k, to + 80, a.birthSeconds, a.birthNanoseconds);
  putInstant(k, to + 96, a.changeSeconds, a.changeNanoseconds);
  putInstant(k, to + 112, a.modifySeconds, a.modifyNanoseconds);
  putDevice(k, to + 128, a.device);
  putDevice(k, to + 136, a.filesystem);
}

/** What a description without a node looks like: a pipe, the console, an event counter. */
export function putNameless(k: Kernel, to: PhysicalAddress, mode: number, number: number): void {
  k.memory.clear(to, Attributes.size);
  const a = Attributes.at(k.store, to);
  a.mode = mode;
  a.links = 1;
  a.number = number;
  const { user, group } = k.credentials;
  a.user = user;
  a.group = group;
  if ((mode & FileKind.mask) === FileKind.character) a.device = PSEUDO_TERMINAL;
}

/** /dev/pts/0. */
const PSEUDO_TERMINAL = 0x8800;

export const STATFS_BYTES = 120;

/** f_type by MountKind, from linux/magic.h: tmpfs, overlayfs, ext2 to 4 for the host, proc, ext2. */
const MAGIC: readonly number[] = [0x0102_1994, 0x794c_7630, 0xef53, 0x9fa0, 0xef53];
const StatfsFlag = { readOnly: 1, valid: 0x20, relativeAccessTime: 0x1000 } as const;

/** struct statfs at `to`, of the FilesystemFigures record at `from`. */
export function putStatfs(k: Kernel, from: PhysicalAddress, to: PhysicalAddress): void {
  const a = FilesystemFigures.at(k.store, from);
  k.memory.clear(to, STATFS_BYTES);
  write64(k, to, MAGIC[a.kind] ?? (MAGIC[MountKind.memory] as number));
  write64(k, to + 8, a.blockSize);
  write64(k, to + 16, a.blocks);
  write64(k, to + 24, a.freeBlocks);
  write64(k, to + 32, Math.max(0, a.freeBlocks - a.reservedBlocks));
  write64(k, to + 40, a.files);
  write64(k, to + 48, a.freeFiles);
  k.memory.write32(to + 56, a.device);
  write64(k, to + 64, a.longestName);
  write64(k, to + 72, a.blockSize);
  const readOnly = (a.flags & MountFlag.readOnly) !== 0 ? StatfsFlag.readOnly : 0;
  write64(k, to + 80, readOnly | StatfsFlag.valid | StatfsFlag.relativeAccessTime);
}
