/**
 * The second extended filesystem as it lies on a disk: where fields are, in bytes, and what their values mean.
 *
 * From Card, Ts'o and Tweedie, 'Design and Implementation of the Second Extended Filesystem' (1994) and the kernel's
 * Documentation/filesystems/ext2. All numbers are little-endian; block numbers are 32 bits.
 */
export const SUPERBLOCK_OFFSET = 1024;
export const SUPERBLOCK_BYTES = 1024;
export const MAGIC = 0xef53;

export const Super = {
  inodes: 0,
  blocks: 4,
  reservedBlocks: 8,
  freeBlocks: 12,
  freeInodes: 16,
  firstDataBlock: 20,
  logBlockSize: 24,
  blocksPerGroup: 32,
  inodesPerGroup: 40,
  mountTime: 44,
  writeTime: 48,
  /** 16 bits each, from here to `magic`. */
  mountCount: 52,
  magic: 56,
  state: 58,
  revision: 76,
  firstInode: 84,
  inodeSize: 88,
  compatible: 92,
  incompatible: 96,
  readOnlyCompatible: 100,
} as const;
export const FilesystemState = { valid: 1, errors: 2 } as const;

/** One group's descriptor. The three counts are 16 bits each. */
export const Group = {
  blockBitmap: 0,
  inodeBitmap: 4,
  inodeTable: 8,
  freeBlocks: 12,
  freeInodes: 14,
  directories: 16,
} as const;
export const GROUP_BYTES = 32;

export const Inode = {
  mode: 0,
  user: 2,
  size: 4,
  accessTime: 8,
  changeTime: 12,
  modifyTime: 16,
  deletionTime: 20,
  group: 24,
  links: 26,
  /** Units of 512 bytes, those of indirect blocks included. */
  blocks: 28,
  flags: 32,
  block: 40,
  /** Which of the files that had this inode it is (Linux's i_generation). */
  incarnation: 100,
  attributesBlock: 104,
  sizeHigh: 108,
  userHigh: 120,
  groupHigh: 122,
  /** Behind here only in inodes of more than 128 bytes, as far as `extra` says. */
  extra: 128,
  changeExtra: 132,
  modifyExtra: 136,
  accessExtra: 140,
  birthTime: 144,
  birthExtra: 148,
} as const;
export const SMALL_INODE = 128;
/** The extra bytes that a new inode uses: as far as `birthExtra`. */
export const EXTRA_BYTES = 32;
/** The directory has a hash index, which whoever changes it without knowing of it takes away. */
export const INDEX_FLAG = 0x1000;
export const IMMUTABLE_FLAGS = 0x10 | 0x20;

export const ROOT_INODE = 2;
/** Direct pointers in an inode; three more lead to trees of indirect blocks. */
export const DIRECT = 12;
/** A symbolic link's target of fewer bytes than this is in the inode's pointers. */
export const FAST_LINK = 60;
export const MOST_LINKS = 32_000;

/** A name in a directory: inode, length of the record (16 bits), length of the name, type, name. */
export const Name = { inode: 0, record: 4, length: 6, type: 7, bytes: 8 } as const;

/** File types in directories, by the mode's kind shifted right by 12. */
export const TYPES: { readonly [kind: number]: number } = { 1: 5, 2: 3, 4: 2, 6: 4, 8: 1, 10: 7, 12: 6 };

export const Incompatible = { fileType: 0x2 } as const;
const INCOMPATIBLE_NAMES: readonly (readonly [number, string])[] = [
  [0x1, 'compression'],
  [0x4, 'journal to be replayed (needs_recovery)'],
  [0x8, 'journal device'],
  [0x10, 'meta_bg'],
  [0x40, 'extents'],
  [0x80, '64bit'],
  [0x100, 'mmp'],
  [0x200, 'flex_bg'],
  [0x400, 'ea_inode'],
  [0x2000, 'metadata_csum_seed'],
  [0x4000, 'large_dir'],
  [0x8000, 'inline_data'],
  [0x10000, 'encrypt'],
  [0x20000, 'casefold'],
];

/** Of the features that only a writer must know: sparse superblocks, large files, and one that nobody ever used. */
export const KNOWN_READ_ONLY = 0x1 | 0x2 | 0x4;

/** The names of features that keep this from being mounted at all. */
export function strangeFeatures(bits: number): string[] {
  const known = INCOMPATIBLE_NAMES.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
  const named = INCOMPATIBLE_NAMES.reduce<number>((all, [bit]) => all | bit, Incompatible.fileType);
  const rest = bits & ~named;
  return rest === 0 ? known : [...known, `0x${(rest >>> 0).toString(16)}`];
}
