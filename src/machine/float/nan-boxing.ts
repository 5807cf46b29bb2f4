/**
 * NaN boxing: how a 64-bit floating-point register holds a single (RISC-V manual, "D" extension).
 *
 * A valid single has all ones in the upper 32 bits; an operation that reads anything else as a single reads the
 * canonical NaN. Moves and stores (fmv.x.w, fsw) take the low bits as they are and must not use {@link unboxSingle}.
 */

import { SINGLE } from './format.ts';

const BOX = 0xffff_ffff_0000_0000n;

/** The register pattern, unsigned, of a single in the low 32 bits of `bits`. */
export function boxSingle(bits: bigint): bigint {
  return BOX | BigInt.asUintN(32, bits);
}

/** The single a register holds, or the canonical NaN if it is not properly boxed; `register` is taken modulo 2^64. */
export function unboxSingle(register: bigint): bigint {
  const unsigned = BigInt.asUintN(64, register);
  return unsigned >= BOX ? unsigned - BOX : SINGLE.canonicalNaN;
}
