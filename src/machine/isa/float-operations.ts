/**
 * The floating-point operations that need exact arithmetic, by number.
 *
 * The engine computes most floating-point instructions itself and asks for one of these when the host's own
 * arithmetic would not give the exact result or the exact flags. An implementation is a pure function
 *
 *     (operation, a, b, c, rounding) -> { bits, flags }
 *
 * Rules:
 * - `a`, `b` and `c` are 64-bit patterns and may arrive as signed or unsigned bigints; take them modulo 2^64.
 *   Operands an operation does not use are 0.
 * - A single-precision operand is in the low 32 bits; the bits above it are to be ignored. The engine has already
 *   checked the NaN boxing and put the canonical NaN in place of a badly boxed operand.
 * - An integer operand is in the low 32 bits (from W, WU; the bits above are to be ignored) or in all 64 (from L, LU).
 * - A single-precision result is returned in the low 32 bits with zeros above (the engine boxes it), a double result
 *   in 64 bits. A NaN result is always the canonical quiet NaN (0x7fc00000, 0x7ff8000000000000).
 * - A 32-bit integer result (to W and to WU alike) is sign-extended to 64 bits, as the instruction writes it.
 * - `rounding` is one of the five `RoundingMode` values (the engine resolves `dyn` and traps on the reserved ones).
 * - Tininess is detected after rounding, as the RISC-V manual requires ("F" extension, subnormal arithmetic).
 */

export const FloatOperation = {
  // Single precision: a op b.
  addSingle: 0,
  subtractSingle: 1,
  multiplySingle: 2,
  divideSingle: 3,
  squareRootSingle: 4,
  /** a * b + c with one rounding; the engine flips signs of a and c for fmsub, fnmsub and fnmadd. */
  fusedMultiplyAddSingle: 5,
  /** IEEE 754-2019 minimumNumber: -0 is below +0, one NaN gives the other operand, a signalling NaN raises NV. */
  minimumSingle: 6,
  maximumSingle: 7,

  // Double precision: a op b.
  addDouble: 8,
  subtractDouble: 9,
  multiplyDouble: 10,
  divideDouble: 11,
  squareRootDouble: 12,
  fusedMultiplyAddDouble: 13,
  minimumDouble: 14,
  maximumDouble: 15,

  // Single to integer: a is the single; out-of-range and NaN saturate as in the manual and raise NV (not NX).
  singleToInt32: 16,
  singleToUint32: 17,
  singleToInt64: 18,
  singleToUint64: 19,

  // Double to integer.
  doubleToInt32: 20,
  doubleToUint32: 21,
  doubleToInt64: 22,
  doubleToUint64: 23,

  // Integer to single: a is the integer.
  int32ToSingle: 24,
  uint32ToSingle: 25,
  int64ToSingle: 26,
  uint64ToSingle: 27,

  // Integer to double.
  int32ToDouble: 28,
  uint32ToDouble: 29,
  int64ToDouble: 30,
  uint64ToDouble: 31,

  // Between formats.
  doubleToSingle: 32,
  singleToDouble: 33,
} as const;

export type FloatOperationName = keyof typeof FloatOperation;
export type FloatOperationNumber = (typeof FloatOperation)[FloatOperationName];

/** Rounding modes as encoded in the `rm` field and in `frm`; 5 and 6 are reserved, 7 in `rm` means `frm`. */
export const RoundingMode = {
  /** Round to nearest, ties to even. */
  rne: 0,
  /** Round towards zero. */
  rtz: 1,
  /** Round down, towards minus infinity. */
  rdn: 2,
  /** Round up, towards plus infinity. */
  rup: 3,
  /** Round to nearest, ties away from zero. */
  rmm: 4,
} as const;

export type RoundingModeName = keyof typeof RoundingMode;

/** Accrued exception flags as encoded in `fflags`. */
export const FloatFlag = {
  /** Inexact. */
  nx: 1,
  /** Underflow. */
  uf: 2,
  /** Overflow. */
  of: 4,
  /** Divide by zero. */
  dz: 8,
  /** Invalid operation. */
  nv: 16,
} as const;
