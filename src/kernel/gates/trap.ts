/**
 * The trap gate: from a program into the kernel domain by an exception, and back by `sret`. The thread goes on on its own
 * kernel stack; its registers are saved there and restored from it. The kernel reaches the program's memory through the
 * program's translation, so that a span costs one copy.
 */
import { Primitive } from '../../contracts/accounting.ts';
import type { Gate } from '../gate.ts';
import { moveDirectly } from './direct-copy.ts';

/** Registers that a trap handler must keep: x1 to x31 and the pc. Float registers are switched with the thread. */
const KEPT_REGISTERS = 32;

export const trapGate: Gate = {
  kind: 'trap',
  request(k, thread) {
    k.meter.charge(Primitive.trapEntry, 1);
    k.meter.charge(Primitive.registerSaved, KEPT_REGISTERS);
    return thread;
  },
  reply(k) {
    k.meter.charge(Primitive.registerRestored, KEPT_REGISTERS);
    k.meter.charge(Primitive.trapReturn, 1);
  },
  move: moveDirectly,
};
