/**
 * Memory for a policy's records on paper: the same kind of store as the machine's, in a plain buffer that grows.
 */
import type { RecordStore } from '../../kernel/records.ts';

/** Bytes at first; addresses below FIRST are the store's own, so that no record has address 0. */
const INITIAL = 1 << 16;
const FIRST = 64;
const READ_CELL = 1;
const WRITE_CELL = 2;

export class PaperMemory implements RecordStore {
  u8: Uint8Array;
  u16: Uint16Array;
  u32: Uint32Array;
  i32: Int32Array;
  f64: Float64Array;
  readonly readCell = READ_CELL;
  readonly writeCell = WRITE_CELL;
  #end = FIRST;

  constructor() {
    const buffer = new ArrayBuffer(INITIAL);
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }

  /** Record accesses since the last call. */
  settle(): { reads: number; writes: number } {
    const reads = this.f64[READ_CELL] as number;
    const writes = this.f64[WRITE_CELL] as number;
    this.f64[READ_CELL] = 0;
    this.f64[WRITE_CELL] = 0;
    return { reads, writes };
  }

  /** Bytes that records take. */
  get extent(): number {
    return this.#end;
  }

  /** A cleared record of `bytes`. */
  allocate(bytes: number): number {
    const address = this.#end;
    this.#end += Math.ceil(bytes / 8) * 8;
    if (this.#end > this.u8.length) this.#grow();
    return address;
  }

  #grow(): void {
    const buffer = new ArrayBuffer(2 ** Math.ceil(Math.log2(this.#end)) * 2);
    const old = this.u8;
    this.u8 = new Uint8Array(buffer);
    this.u8.set(old);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }
}
