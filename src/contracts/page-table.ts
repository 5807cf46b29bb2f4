/**
 * Page-table entries of Sv48 as the machine walks them and kernels write them (RISC-V privileged manual, 'Sv39' and 'Sv48').
 *
 * An entry is 8 bytes: flags in bits 9..0, the frame number from bit 10 on. RAM is below 2^32, so the frame number is in the
 * low word and the high word is 0.
 */
export const PageEntry = {
  valid: 1 << 0,
  read: 1 << 1,
  write: 1 << 2,
  execute: 1 << 3,
  user: 1 << 4,
  global: 1 << 5,
  accessed: 1 << 6,
  dirty: 1 << 7,
  /** Two bits that the machine leaves to software. */
  software: 3 << 8,
  /** Where the frame number begins. */
  frameShift: 10,
} as const;

/** Any of these makes a valid entry a leaf; none makes it a pointer to the next table. */
export const LEAF_BITS = PageEntry.read | PageEntry.write | PageEntry.execute;

/** Tables between the root and a page of 4 KiB, the root included. */
export const TABLE_LEVELS = 4;
/** Entries of a table, and log2 of it. */
export const TABLE_ENTRIES = 512;
export const TABLE_SHIFT = 9;

/** The first address above those of user programs. */
export const USER_END = 2 ** 47;

/**
 * From here on to USER_END are the windows: pages there are mapped by other programs through the kernel, and nothing else ever is. They
 * are one entry of the root table.
 */
export const WINDOWS_START = USER_END - 2 ** 39;
