/**
 * What the files service tells of a file, as records that callers find in the span they gave: layouts, and the mode's bits.
 *
 * Numbers are those of include/uapi/linux/stat.h, which POSIX names, so that no personality has to translate them.
 */
import { record } from '../../kernel/records.ts';

/** The kind of a file: the mode's upper bits (S_IF*). */
export const FileKind = {
  mask: 0o170000,
  fifo: 0o010000,
  character: 0o020000,
  directory: 0o040000,
  block: 0o060000,
  regular: 0o100000,
  symbolicLink: 0o120000,
  socket: 0o140000,
} as const;

/** The mode's other bits. */
export const ModeBit = {
  permissions: 0o7777,
  /** Without the set-user and set-group bits. */
  ordinary: 0o1777,
  setUser: 0o4000,
  setGroup: 0o2000,
  sticky: 0o1000,
  groupExecute: 0o010,
  anyExecute: 0o111,
} as const;

/** statx(2)'s worth of a file. */
export const Attributes = record('FileAttributes', {
  mode: 'u32',
  links: 'u32',
  user: 'u32',
  group: 'u32',
  /** The inode's number, within its filesystem. */
  number: 'u32',
  /** The filesystem's device number (st_dev), and a device node's own (st_rdev). */
  filesystem: 'u32',
  device: 'u32',
  /** 1 at the root of a mounted tree (STATX_ATTR_MOUNT_ROOT). */
  mountRoot: 'u32',
  size: 'integer',
  /** Units of 512 bytes. */
  blocks: 'integer',
  accessSeconds: 'integer',
  modifySeconds: 'integer',
  changeSeconds: 'integer',
  birthSeconds: 'integer',
  accessNanoseconds: 'u32',
  modifyNanoseconds: 'u32',
  changeNanoseconds: 'u32',
  birthNanoseconds: 'u32',
  /** The word that `setWord` keeps with a node: a FIFO's pipe. */
  word: 'u32',
});

/** What the supplier of a tree tells of one of its nodes. */
export const SuppliedAttributes = record('SuppliedAttributes', {
  mode: 'u32',
  links: 'u32',
  user: 'u32',
  group: 'u32',
  device: 'u32',
  size: 'integer',
  seconds: 'integer',
});

/** statfs(2)'s worth of a mounted tree. Blocks are frames, or a disk's. */
export const FilesystemFigures = record('FilesystemFigures', {
  /** MountKind and MountFlag bits. */
  kind: 'u32',
  flags: 'u32',
  device: 'u32',
  longestName: 'u32',
  blockSize: 'integer',
  blocks: 'integer',
  freeBlocks: 'integer',
  /** Of the free ones, those that only user 0 may take. */
  reservedBlocks: 'integer',
  files: 'integer',
  freeFiles: 'integer',
});

/** The lock that stands in the way. */
export const LockFigures = record('LockFigures', {
  kind: 'u32',
  process: 'u32',
  start: 'integer',
  /** Bytes, or 0 for 'to the end of any file'. */
  length: 'integer',
});

/** One mounted tree for /proc/mounts: the path where it is mounted follows as bytes. */
export const MountFigures = record('MountFigures', {
  kind: 'u32',
  layer: 'u32',
  flags: 'u32',
  device: 'u32',
  parentDevice: 'u32',
  pathLength: 'u32',
});

/** Bits of `path`'s second value. */
export const PathBit = {
  /** The file has been removed: the path is where it was. */
  deleted: 1,
  /** The path does not start at the root given. */
  unreachable: 2,
} as const;
