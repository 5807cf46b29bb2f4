/**
 * A thread's saved registers, as its kernel-stack page holds them while it is in the kernel.
 *
 * Values of 64 bits come in halves; `unsigned` and `signed` give a number that is exact up to 2^53 and otherwise so large
 * that no range check passes it.
 */
import { CONTEXT_FCSR, CONTEXT_FLOATS, CONTEXT_PC, CONTEXT_SIZE } from '../contracts/machine.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../contracts/units.ts';

const HALF = 2 ** 32;

/** Where the context lies in a kernel-stack page: at its end, the frames growing up from its start. */
export const CONTEXT_OFFSET = PAGE_SIZE - CONTEXT_SIZE;

export class Context {
  readonly #u32: Uint32Array;
  readonly #base: number;
  /** Physical address of the saved registers. */
  readonly address: PhysicalAddress;

  constructor(u32: Uint32Array, stack: PhysicalAddress) {
    this.#u32 = u32;
    this.address = stack + CONTEXT_OFFSET;
    this.#base = this.address >>> 2;
  }

  low(register: number): number {
    return this.#u32[this.#base + register * 2] as number;
  }

  high(register: number): number {
    return this.#u32[this.#base + register * 2 + 1] as number;
  }

  unsigned(register: number): number {
    return this.high(register) * HALF + this.low(register);
  }

  signed(register: number): number {
    return (this.high(register) | 0) * HALF + this.low(register);
  }

  /** The low 32 bits as a signed integer, as C passes an `int`. */
  int(register: number): number {
    return this.low(register) | 0;
  }

  /** Sets a register to a safe integer, negative or not. */
  set(register: number, value: number): void {
    const low = value | 0;
    // Mostly it is an integer of 32 bits.
    if (low === value) this.setHalves(register, low, low >> 31);
    else this.setHalves(register, value >>> 0, Math.floor(value / HALF) >>> 0);
  }

  setHalves(register: number, low: number, high: number): void {
    if (register === 0) return;
    this.#u32[this.#base + register * 2] = low;
    this.#u32[this.#base + register * 2 + 1] = high;
  }

  get pc(): number {
    return this.unsigned(CONTEXT_PC / 8);
  }

  set pc(value: number) {
    this.set(CONTEXT_PC / 8, value);
  }

  get fcsr(): number {
    return this.low(CONTEXT_FCSR / 8);
  }

  set fcsr(value: number) {
    this.set(CONTEXT_FCSR / 8, value);
  }

  /** Clears every register, as exec does. */
  clear(): void {
    this.#u32.fill(0, this.#base, this.#base + CONTEXT_SIZE / 4);
  }

  copyFrom(other: Context): void {
    this.#u32.copyWithin(this.#base, other.#base, other.#base + CONTEXT_SIZE / 4);
  }

  /** Are all float registers, and their control word, as they were at the program's start? */
  get hasInitialFloats(): boolean {
    const words = this.#u32;
    const start = this.floats;
    // Every switch asks, and mostly they are: all are put together and compared once.
    let all = 0;
    for (let word = start; word < start + 64; word += 4)
      all |=
        (words[word] as number) |
        (words[word + 1] as number) |
        (words[word + 2] as number) |
        (words[word + 3] as number);
    if (all !== 0) return false;
    return this.fcsr === 0;
  }

  /** Word index in `u32` of float register 0, for signal frames. */
  get floats(): number {
    return this.#base + CONTEXT_FLOATS / 4;
  }
}
