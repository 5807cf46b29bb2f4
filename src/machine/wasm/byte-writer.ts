/**
 * A growing byte buffer with the primitive encodings of the WebAssembly binary format
 * (WebAssembly Core Specification 2.0, chapter 5, "Binary Format"): bytes, LEB128 integers, names, vectors.
 */

const INITIAL_CAPACITY = 256;

/** A signed integer of 32 bits in LEB128, in five bytes, so that any other one can stand in its place. */
export function paddedInteger(value: number): readonly number[] {
  const groups = [0, 7, 14, 21].map((shift) => ((value >> shift) & 0x7f) | 0x80);
  return [...groups, (value >> 28) & 0x7f];
}

// scratch: one per module that is generated
export class ByteWriter {
  private buffer = new Uint8Array(INITIAL_CAPACITY);
  private used = 0;

  get length(): number {
    return this.used;
  }

  byte(value: number): void {
    if (this.used === this.buffer.length) this.reserve(1);
    this.buffer[this.used++] = value;
  }

  bytes(values: Uint8Array | readonly number[]): void {
    this.reserve(values.length);
    this.buffer.set(values, this.used);
    this.used += values.length;
  }

  /** An unsigned LEB128 integer, 0 <= value < 2^32. */
  unsigned(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** A signed LEB128 integer; a `number` must be a safe integer, a `bigint` must fit in 64 bits signed. */
  signed(value: number | bigint): void {
    if (typeof value === 'number' && value === (value | 0)) this.signed32(value);
    else this.signed64(BigInt(value));
  }

  private signed32(value: number): void {
    let rest = value;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      const signBit = low & 0x40;
      if ((rest === 0 && signBit === 0) || (rest === -1 && signBit !== 0)) {
        this.byte(low);
        return;
      }
      this.byte(low | 0x80);
    }
  }

  private signed64(value: bigint): void {
    let rest = BigInt.asIntN(64, value);
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      const signBit = low & 0x40;
      if ((rest === 0n && signBit === 0) || (rest === -1n && signBit !== 0)) {
        this.byte(low);
        return;
      }
      this.byte(low | 0x80);
    }
  }

  /** A name: its UTF-8 bytes with their count before them. */
  name(text: string): void {
    this.sized(new TextEncoder().encode(text));
  }

  /** A byte vector: the count, then the bytes. */
  sized(values: Uint8Array): void {
    this.unsigned(values.length);
    this.bytes(values);
  }

  /** A copy of everything written. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(0, this.used);
  }

  private reserve(more: number): void {
    if (this.used + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.used + more));
    larger.set(this.buffer.subarray(0, this.used));
    this.buffer = larger;
  }
}
