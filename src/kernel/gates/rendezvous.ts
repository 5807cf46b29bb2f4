/**
 * The rendezvous gate: synchronous IPC in L4's manner (Liedtke, 'Improving IPC by Kernel Design', 1993; 'On micro-Kernel
 * Construction', 1995).
 *
 * The sender waits until the receiver takes the message, so that nothing is queued in the kernel. Each part of it can be
 * switched off, to see what it saves: short messages in registers, long ones in one copy through a temporary mapping, the
 * direct switch to the partner without the scheduler, and a path that saves only the registers that it uses.
 */
import { Primitive } from '../../contracts/accounting.ts';
import type { Span } from '../../contracts/service.ts';
import type { Mechanism } from '../../contracts/structure.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { HandingGate } from '../gate.ts';
import type { Kernel } from '../kernel.ts';
import { moveThroughBuffer } from './buffered-copy.ts';
import { moveDirectly } from './direct-copy.ts';
import { enterKernel, FAST_REGISTERS, isUser, leaveKernel, TRAP_REGISTERS } from './mode-switch.ts';

/** Words of a message that registers hold on a machine of 32 registers: a0 to a7. */
const REGISTER_WORDS = 8;
/** Words of a reply: error, value, second value. */
const REPLY_WORDS = 3;
/** Entries of the root table that a temporary mapping takes: 2 regions, since a message may cross into the next. */
const WINDOW_ENTRIES = 2;

function moveThroughWindow(
  k: Kernel,
  span: Span,
  offset: number,
  local: PhysicalAddress,
  length: number,
  toSpan: boolean,
): number {
  if (span.space !== 0) {
    k.meter.charge(Primitive.recordWrite, WINDOW_ENTRIES);
    k.meter.charge(Primitive.tlbFlush, WINDOW_ENTRIES);
  }
  return moveDirectly(k, span, offset, local, length, toSpan);
}

export function rendezvousGate(mechanisms: readonly Mechanism[]): HandingGate {
  const has = (mechanism: Mechanism): boolean => mechanisms.includes(mechanism);
  const registers = has('fastPath') ? FAST_REGISTERS : TRAP_REGISTERS;
  const direct = has('directSwitch');
  const carried = has('registerMessages') ? REGISTER_WORDS : 0;

  /** The words that registers do not hold. */
  function copyRest(k: Kernel, words: number): void {
    const rest = Math.max(0, words - carried);
    if (rest === 0) return;
    k.meter.charge(Primitive.wordCopied, rest);
    k.countCopy(rest * 8);
  }

  function transfer(k: Kernel, from: PhysicalAddress, to: PhysicalAddress, words: number): void {
    if (isUser(k, from)) enterKernel(k, registers);
    copyRest(k, words);
    if (isUser(k, to)) leaveKernel(k, registers);
  }

  return {
    name: 'rendezvous',
    kind: 'ipc',
    handsOver: true,
    request: transfer,
    reply: (k, from, to) => transfer(k, from, to, REPLY_WORDS),
    switchTo(k, sender, receiver) {
      if (!direct || !k.scheduling.handOver(sender, receiver)) k.scheduling.ready(receiver, 'woken');
    },
    notify: copyRest,
    move: has('temporaryMapping') ? moveThroughWindow : moveThroughBuffer,
  };
}
