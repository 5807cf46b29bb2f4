/**
 * The registers of L4's call, and what is left of a thread's others when it comes back from it.
 *
 * A short message is eight words that stay where they are: the partner finds them in the same registers. Only the program counter,
 * sp, gp and tp are kept over the call; the rest is lost, as it would be on a machine whose kernel saves four registers.
 */
import { Primitive } from '../../contracts/accounting.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Context } from '../context.ts';
import type { Kernel } from '../kernel.ts';
import type { IpcView } from './thread-numbers.ts';

const A0 = 10;
const A1 = 11;
const A2 = 12;
const A3 = 13;
const REGISTERS = 32;
/** sp, gp and tp. */
const KEPT: readonly number[] = [2, 3, 4];
/** a4, a5, a6, t0 to t4. */
const WORDS: readonly number[] = [14, 15, 16, 5, 6, 7, 28, 29];

/** How a message has ended for one side of it. */
export interface Delivery {
  readonly result: number;
  /** The number of its sender. */
  readonly from: number;
  /** Bytes of a string, and pages mapped. */
  readonly bytes: number;
  readonly pages: number;
}

/** Gives a thread what its call answers; `words` are those of a sender's registers, or a fault's, or none. */
export function deliver(
  k: Kernel,
  thread: PhysicalAddress,
  { result, from, bytes, pages }: Delivery,
  sender?: IpcView,
): void {
  const context = k.threads.context(thread);
  const words = sender === undefined ? [] : wordsOf(k, sender);
  for (let register = 1; register < REGISTERS; register++)
    if (!KEPT.includes(register)) context.setHalves(register, 0, 0);
  words.forEach(([low, high], index) => {
    context.setHalves(WORDS[index] as number, low, high);
  });
  context.set(A0, result);
  context.set(A1, from);
  context.set(A2, bytes);
  context.set(A3, pages);
  k.nativeTracer?.leaveNative(k, thread, result, from);
}

/** The words that a thread sends: those in its registers, or what its pager is told of a fault. */
function wordsOf(k: Kernel, sender: IpcView): (readonly [number, number])[] {
  if (sender.faulting !== 0) return [halves(sender.faultWord), halves(sender.faultCounter)];
  const context: Context = k.threads.context(sender.thread);
  if (!(k.structure.mechanisms ?? []).includes('registerMessages')) {
    k.meter.charge(Primitive.wordCopied, WORDS.length);
    k.countCopy(WORDS.length * 8);
  }
  return WORDS.map((register) => [context.low(register), context.high(register)] as const);
}

function halves(value: number): readonly [number, number] {
  return [value >>> 0, Math.floor(value / 2 ** 32) >>> 0];
}
