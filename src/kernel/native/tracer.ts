/** Watching native calls go by. A tracer only looks; it must not change anything of the machine. */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';

export interface NativeTracer {
  /** A thread's call begins: its name, and its arguments by their names. */
  enterNative(
    k: Kernel,
    thread: PhysicalAddress,
    name: string,
    request: Readonly<Record<string, number>>,
  ): void;
  /** What it answers: a0, and a1 where the call gives a value. */
  leaveNative(k: Kernel, thread: PhysicalAddress, result: number, value?: number): void;
}
