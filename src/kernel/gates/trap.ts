/**
 * The trap gate: from a program into the kernel domain by an exception, and back by `sret`. The thread goes on on its own
 * kernel stack; its registers are saved there and restored from it. The kernel reaches the program's memory through the
 * program's translation, so that a span costs one copy.
 */
import type { SameThreadGate } from '../gate.ts';
import { moveDirectly } from './direct-copy.ts';
import {
  enterKernel,
  entryCharges,
  FAST_REGISTERS,
  leaveKernel,
  returnCharges,
  TRAP_REGISTERS,
} from './mode-switch.ts';

export const trapGate: SameThreadGate = {
  name: 'trap',
  kind: 'trap',
  handsOver: false,
  requestCharges: entryCharges(TRAP_REGISTERS),
  replyCharges: returnCharges(TRAP_REGISTERS),
  request(k) {
    enterKernel(k, TRAP_REGISTERS);
  },
  reply(k) {
    leaveKernel(k, TRAP_REGISTERS);
  },
  move: moveDirectly,
};

/** The same for calls whose caller expects only a few registers to be kept: L4's calls of programs. */
export const shortTrapGate: SameThreadGate = {
  name: 'shortTrap',
  kind: 'trap',
  handsOver: false,
  requestCharges: entryCharges(FAST_REGISTERS),
  replyCharges: returnCharges(FAST_REGISTERS),
  request(k) {
    enterKernel(k, FAST_REGISTERS);
  },
  reply(k) {
    leaveKernel(k, FAST_REGISTERS);
  },
  move: moveDirectly,
};
