/** Watching system calls go by: what a tracer is told. A tracer only looks; it must not change anything of the machine. */
import type { Kernel } from '../kernel/kernel.ts';
import type { SystemCall } from './call.ts';

export interface Tracer {
  /** A call begins; `call` is undefined when it is absent. Arguments are in the calling thread's registers. */
  enter(k: Kernel, number: number, call: SystemCall | undefined): void;
  leave(k: Kernel, number: number, call: SystemCall | undefined, value: number, error: number): void;
  /** A signal is delivered, and how a process ends, as strace shows them. */
  signal?(k: Kernel, signal: number, code: number, value: number): void;
  ended?(k: Kernel, status: number): void;
}
