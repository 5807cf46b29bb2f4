/** Constants of system calls as riscv64 has them, for scripts. */
export const CWD = -100;
export const O = {
  readOnly: 0,
  writeOnly: 1,
  readWrite: 2,
  create: 0o100,
  exclusive: 0o200,
  truncate: 0o1000,
  append: 0o2000,
  nonBlocking: 0o4000,
  largeFile: 0o100000,
  directory: 0o200000,
  noFollow: 0o400000,
  closeOnExec: 0o2000000,
  path: 0o10000000,
  temporary: 0o20200000,
} as const;
export const AT = { noFollow: 0x100, removeDirectory: 0x200, follow: 0x400, emptyPath: 0x1000 } as const;
export const S = {
  regular: 0o100000,
  fifo: 0o010000,
  character: 0o020000,
  directory: 0o040000,
  link: 0o120000,
};
export const F = {
  duplicate: 0,
  getDescriptorFlags: 1,
  setDescriptorFlags: 2,
  getFlags: 3,
  setFlags: 4,
  getLock: 5,
  setLock: 6,
  setLockWait: 7,
  ownedGetLock: 36,
  ownedSetLock: 37,
  duplicateCloseOnExec: 1030,
  setPipeSize: 1031,
  getPipeSize: 1032,
} as const;
export const SEEK = { start: 0, current: 1, end: 2, data: 3, hole: 4 } as const;
export const POLL = { in: 1, out: 4, error: 8, hangUp: 16, notOpen: 32 } as const;
/** Errors as calls return them. */
export const E = {
  PERM: -1,
  NOENT: -2,
  BADF: -9,
  AGAIN: -11,
  ACCES: -13,
  FAULT: -14,
  BUSY: -16,
  EXIST: -17,
  XDEV: -18,
  NOTDIR: -20,
  ISDIR: -21,
  INVAL: -22,
  MFILE: -24,
  NOTTY: -25,
  FBIG: -27,
  NOSPC: -28,
  SPIPE: -29,
  PIPE: -32,
  RANGE: -34,
  DEADLK: -35,
  NAMETOOLONG: -36,
  NOTEMPTY: -39,
  LOOP: -40,
  NXIO: -6,
  OPNOTSUPP: -95,
} as const;
