/**
 * The console's interrupt: bytes from the outside enter the device's ring, and from there the line discipline: at once where
 * the terminal is in the kernel, and by its driver (driver.ts), which is sent a message, where it is a server.
 *
 * Call `deliverInput` within `Executive.interrupt` of hart 0 when the machine is quiet (after the console's `arrival()`) or
 * between two shares of a run. Bytes for which the line buffer has no room stay in the ring until a reader makes some.
 */
import { Phase, Primitive } from '../../contracts/accounting.ts';
import { OutsideError } from '../../contracts/outside.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Domain } from '../../kernel/objects.ts';
import { Discipline } from './discipline.ts';
import { LineBuffer } from './line-buffer.ts';
import { RING, TerminalRoot } from './records.ts';
import { LocalFlag, TerminalSignal } from './settings.ts';
import { isTerminal, type RootView, rootOf, type TerminalWiring } from './wiring.ts';

/** Is there a terminal at the moment? A server that has died is made again. */
function isThere(k: Kernel): boolean {
  return k.serviceRoot('terminal') !== 0;
}

/** Does anybody wait for input? */
export function inputWanted(k: Kernel): boolean {
  if (!isThere(k)) return false;
  const root = rootOf(k);
  if (root.ended === 1) return false;
  return k.waiting.first(root.readQueue) !== 0 || k.waiting.first(root.pollQueue) !== 0;
}

/** Would input make a difference? It is waited for, or it is a terminal's, whose interrupt characters nobody waits for. */
export function inputHeard(k: Kernel): boolean {
  if (!isThere(k)) return false;
  const root = rootOf(k);
  const interrupts = isTerminal(root, 0) && (root.localFlags & LocalFlag.ISIG) !== 0;
  return root.ended === 0 && (interrupts || inputWanted(k));
}

/** Takes what has arrived. Returns the number of bytes, or -1 once the input is at its end. */
export function deliverInput(k: Kernel, wiring: TerminalWiring): number {
  if (!isThere(k)) return 0;
  const home = k.homeOf('terminal');
  if (Domain.at(k.meter.observer, home).privilege === 0) return interruptServer(k, wiring);
  const before = k.meter.account;
  k.meter.select(home, k.root.kernelBeneficiary, Phase.service);
  const root = rootOf(k);
  noticeSize(k, root, wiring);
  const received = fillDevice(k, root, wiring);
  drainDevice(k, root, wiring);
  if (received !== 0) wakeReaders(k, root);
  k.meter.restore(before);
  return received;
}

/** The device fills its ring, which no hart works for; the kernel tells the driver that it has interrupted. */
function interruptServer(k: Kernel, wiring: TerminalWiring): number {
  const root = TerminalRoot.at(k.meter.observer, k.serviceRoot('terminal'));
  const received = fillDevice(k, root, wiring);
  k.devices.notify(root.address + TerminalRoot.offsets.line);
  return received;
}

/** Moves bytes from the device's ring to the line buffer, as far as there is room; returns how many. */
export function drainDevice(k: Kernel, root: RootView, wiring: TerminalWiring): number {
  const { deviceHead, deviceTail, deviceRing } = root;
  if (deviceHead === deviceTail) return 0;
  const take = isTerminal(root, 0) ? cooked(k, root, wiring) : plain(k, root);
  let at = deviceTail;
  while (at < deviceHead && take.hasRoom()) {
    take.receive(k.memory.u8[deviceRing + (at % RING)] as number);
    at += 1;
  }
  root.deviceTail = at;
  const words = Math.ceil((at - deviceTail) / 8);
  k.meter.charge(Primitive.deviceAccess, words);
  k.meter.charge(Primitive.wordExamined, words);
  take.finish();
  return at - deviceTail;
}

/** Where bytes of the device go. */
interface Receiver {
  hasRoom(): boolean;
  receive(byte: number): void;
  finish(): void;
}

/** A terminal that takes no echo any more is gone: its readers see the end. */
function cooked(k: Kernel, root: RootView, wiring: TerminalWiring): Receiver {
  const discipline = new Discipline(k, root, wiring);
  const orGone = (body: () => void): void => {
    try {
      body();
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error;
      root.ended = 1;
    }
  };
  return {
    hasRoom: () => discipline.hasRoom(),
    receive: (byte) => orGone(() => discipline.receive(byte)),
    finish: () => orGone(() => discipline.finish()),
  };
}

function plain(k: Kernel, root: RootView): Receiver {
  const buffer = new LineBuffer(k, root);
  return {
    hasRoom: () => buffer.hasRoom(),
    receive: (byte) => buffer.append(byte, false),
    finish: () => undefined,
  };
}

/** Lets the outside write into the free part of the device's ring: at most twice, for the part may wrap. */
function fillDevice(k: Kernel, root: RootView, wiring: TerminalWiring): number {
  let received = 0;
  for (let pass = 0; pass < 2; pass++) {
    const { deviceHead, deviceTail, deviceRing } = root;
    const index = deviceHead % RING;
    const room = Math.min(RING - index, RING - (deviceHead - deviceTail));
    if (room === 0) break;
    const count = wiring.console.receive(k.memory.bytes(deviceRing + index, room));
    if (count < 0) {
      root.ended = 1;
      return received === 0 ? -1 : received;
    }
    root.deviceHead = deviceHead + count;
    received += count;
    if (count < room) break;
  }
  return received;
}

/** Tells whoever waits for input that there may be some. */
export function wakeReaders(k: Kernel, root: RootView): void {
  const buffer = new LineBuffer(k, root);
  if (buffer.available() === 0 && root.ended === 0) return;
  k.wake(root.readQueue);
  k.wake(root.pollQueue);
}

/** The host's window has another size than when it was last looked at. */
export function noticeSize(k: Kernel, root: RootView, wiring: TerminalWiring): void {
  const { columns, rows } = wiring.console;
  if (root.terminals === 0 || (root.hostColumns === columns && root.hostRows === rows)) return;
  root.hostColumns = columns;
  root.hostRows = rows;
  root.columns = columns;
  root.rows = rows;
  wiring.interruptCharacter(k, TerminalSignal.SIGWINCH, root.group);
}
