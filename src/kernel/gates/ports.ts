/**
 * The gate of ports: asynchronous IPC in Mach's manner (Rashid et al., 'Mach: A Foundation for Open Systems', 1989).
 *
 * A request is a message: it is copied into the kernel, queued at the port of the domain asked, and copied out to the server
 * that receives it; the reply comes back in the same way. Who runs next is the scheduler's decision.
 */
import { Primitive } from '../../contracts/accounting.ts';
import type { HandingGate } from '../gate.ts';
import type { Kernel } from '../kernel.ts';
import { moveThroughBuffer } from './buffered-copy.ts';
import { enterKernel, isUser, leaveKernel, TRAP_REGISTERS } from './mode-switch.ts';

/** Words of a message's head: size and kind, destination, reply port, identity. */
const HEAD_WORDS = 3;
/** Words of a reply: error, value, second value. */
const REPLY_WORDS = 3;

/** A message into the kernel's queue and out of it. */
function queueMessage(k: Kernel, words: number): void {
  k.meter.charge(Primitive.wordCopied, 2 * (HEAD_WORDS + words));
  k.meter.charge(Primitive.messageQueued, 1);
  k.countCopy((HEAD_WORDS + words) * 8);
  k.countCopy((HEAD_WORDS + words) * 8);
}

export const portGate: HandingGate = {
  name: 'ports',
  kind: 'ipc',
  handsOver: true,
  request(k, from, to, words) {
    if (isUser(k, from)) enterKernel(k, TRAP_REGISTERS);
    queueMessage(k, words);
    if (isUser(k, to)) leaveKernel(k, TRAP_REGISTERS);
  },
  reply(k, from, to) {
    if (isUser(k, from)) enterKernel(k, TRAP_REGISTERS);
    queueMessage(k, REPLY_WORDS);
    if (isUser(k, to)) leaveKernel(k, TRAP_REGISTERS);
  },
  switchTo(k, _sender, receiver) {
    k.scheduling.ready(receiver, 'woken');
  },
  notify(k, words) {
    // It is made in the kernel, and copied once: to whoever receives it.
    k.meter.charge(Primitive.wordCopied, HEAD_WORDS + words);
    k.meter.charge(Primitive.messageQueued, 1);
    k.countCopy((HEAD_WORDS + words) * 8);
  },
  move: moveThroughBuffer,
};
