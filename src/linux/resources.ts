/** Resource limits by number (asm-generic/resource.h), as getrlimit(2) and the calls that obey them name them. */
export const Resource = {
  cpu: 0,
  fileSize: 1,
  data: 2,
  stack: 3,
  core: 4,
  processes: 6,
  files: 7,
  addressSpace: 9,
  pendingSignals: 11,
  nice: 13,
} as const;
