/** Exception causes (RISC-V Privileged Architecture manual 20211203, table 3.6, "mcause"). */

export const TrapCause = {
  instructionAddressMisaligned: 0,
  instructionAccessFault: 1,
  illegalInstruction: 2,
  breakpoint: 3,
  loadAddressMisaligned: 4,
  loadAccessFault: 5,
  storeAddressMisaligned: 6,
  storeAccessFault: 7,
  environmentCallFromUser: 8,
  environmentCallFromSupervisor: 9,
  environmentCallFromMachine: 11,
  instructionPageFault: 12,
  loadPageFault: 13,
  storePageFault: 15,
} as const;
