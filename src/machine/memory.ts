/**
 * Physical memory: RAM as the bus sees it, addressed from 0.
 *
 * One WebAssembly memory holds the engines' own area and then RAM, so that translated code reaches RAM with one addition;
 * the arrays here start at RAM, and an index is a physical address divided by the element's size. Rules of use: kernel code
 * that changes bytes which may hold instructions goes through `copy`, `clear` or `store`, which tell the code cache.
 */
import { PAGE_SHIFT, type PhysicalAddress } from '../contracts/units.ts';

/** Bytes up to which a loop takes less time than a call of the host's copying. */
const SHORT = 32;

/** Told when a frame's bytes change other than by a guest's own store, so that decoded instructions are dropped. */
export type FrameChanged = (frame: number) => void;

export class PhysicalMemory {
  readonly size: number;
  /** Byte offset of physical address 0 in the WebAssembly memory. */
  readonly base: number;
  readonly wasm: WebAssembly.Memory;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  // wiring: set once by the machine when its engine is built
  #frameChanged: FrameChanged = () => undefined;

  /** @param size bytes of RAM, a whole number of frames. @param base bytes before RAM in `wasm`. */
  constructor(wasm: WebAssembly.Memory, base: number, size: number) {
    this.wasm = wasm;
    this.base = base;
    this.size = size;
    this.u8 = new Uint8Array(wasm.buffer, base, size);
    this.u16 = new Uint16Array(wasm.buffer, base, size >>> 1);
    this.u32 = new Uint32Array(wasm.buffer, base, size >>> 2);
    this.i32 = new Int32Array(wasm.buffer, base, size >>> 2);
    this.f64 = new Float64Array(wasm.buffer, base, size >>> 3);
  }

  onFrameChanged(listener: FrameChanged): void {
    this.#frameChanged = listener;
  }

  read8(address: PhysicalAddress): number {
    return this.u8[address] as number;
  }

  read32(address: PhysicalAddress): number {
    return this.u32[address >>> 2] as number;
  }

  write32(address: PhysicalAddress, value: number): void {
    this.u32[address >>> 2] = value;
  }

  readInteger(address: PhysicalAddress): number {
    return this.f64[address / 8] as number;
  }

  writeInteger(address: PhysicalAddress, value: number): void {
    this.f64[address / 8] = value;
  }

  /** Copies bytes between places that may overlap. */
  copy(to: PhysicalAddress, from: PhysicalAddress, length: number): void {
    this.#check(from, length);
    this.#check(to, length);
    if (length <= SHORT && Math.abs(to - from) >= length) {
      const { u8 } = this;
      for (let at = 0; at < length; at++) u8[to + at] = u8[from + at] as number;
    } else this.u8.copyWithin(to, from, from + length);
    this.#changed(to, length);
  }

  clear(start: PhysicalAddress, length: number): void {
    this.#check(start, length);
    this.u8.fill(0, start, start + length);
    this.#changed(start, length);
  }

  /** Puts bytes from the outside into memory. */
  store(to: PhysicalAddress, bytes: Uint8Array): void {
    this.u8.set(bytes, to);
    this.#changed(to, bytes.length);
  }

  bytes(start: PhysicalAddress, length: number): Uint8Array {
    return this.u8.subarray(start, start + length);
  }

  /** Who names what is not RAM has damaged tables. */
  #check(start: PhysicalAddress, length: number): void {
    if (length > 0 && !(start >= 0 && start + length <= this.size))
      throw new RangeError(`${length} bytes at ${start} are not all in memory`);
  }

  #changed(start: PhysicalAddress, length: number): void {
    if (length <= 0) return;
    const last = (start + length - 1) >>> PAGE_SHIFT;
    for (let frame = start >>> PAGE_SHIFT; frame <= last; frame++) this.#frameChanged(frame);
  }
}
