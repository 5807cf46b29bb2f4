/**
 * Strings in L4's messages: one copy from the sender's space to the receiver's, through a temporary mapping; two, through a buffer
 * of the kernel's, where the structure does without that. Bounded work in each step; missing pages are asked for.
 */
import { Primitive } from '../../contracts/accounting.ts';
import { Access } from '../../contracts/machine.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import type { IpcFrame } from './ipc.ts';
import { IpcResult } from './ipc-queues.ts';
import type { IpcView } from './thread-numbers.ts';
import { supply } from './user.ts';

const STEP_BYTES = 8 * PAGE_SIZE;
/** Entries of the receiver's root table that a temporary mapping takes: two regions, since a string may cross into the next. */
const WINDOW_ENTRIES = 2;

/** Copies some of a string. The outcome of the step when there is more to do, else undefined. */
export function copyString(
  k: Kernel,
  f: IpcFrame,
  sender: IpcView,
  receiver: IpcView,
): OutcomeNumber | undefined {
  const { sendLength } = sender;
  if (sendLength === 0 || f.result !== IpcResult.success) return undefined;
  const { receiveLength } = receiver;
  const wanted = Math.min(sendLength, receiveLength);
  const end = Math.min(wanted, f.at + STEP_BYTES);
  if (f.at === 0) openWindow(k);
  const [from, to] = [k.spaceOf(sender.thread), k.spaceOf(receiver.thread)];
  while (f.at < end) {
    const source = sender.sendString + f.at;
    const target = receiver.receiveString + f.at;
    const readable = k.locate(from, source, Access.read);
    if (readable < 0) return supply(k, from, source, wanted - f.at, false, 'supplied');
    const writable = k.locate(to, target, Access.write);
    if (writable < 0) return supply(k, to, target, wanted - f.at, true, 'supplied');
    const room = Math.min(PAGE_SIZE - (source % PAGE_SIZE), PAGE_SIZE - (target % PAGE_SIZE), end - f.at);
    move(k, readable, writable, room);
    f.at += room;
  }
  if (f.at < wanted) return k.goto('work');
  f.bytes = wanted;
  if (sendLength > receiveLength) f.result = IpcResult.cut;
  return undefined;
}

const hasWindow = (k: Kernel): boolean => (k.structure.mechanisms ?? []).includes('temporaryMapping');

function openWindow(k: Kernel): void {
  if (!hasWindow(k)) return;
  k.meter.charge(Primitive.recordWrite, WINDOW_ENTRIES);
  k.meter.charge(Primitive.tlbFlush, WINDOW_ENTRIES);
}

function move(k: Kernel, from: number, to: number, length: number): void {
  k.memory.copy(to, from, length);
  const copies = hasWindow(k) ? 1 : 2;
  k.meter.charge(Primitive.wordCopied, copies * Math.ceil(length / 8));
  for (let copy = 0; copy < copies; copy++) k.countCopy(length);
}
