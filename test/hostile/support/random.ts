/** Random numbers that are the same for the same seed, for mutations that can be made again. */

/** Gives whole numbers from 0 to below `options`. Source: Marsaglia, 'Xorshift RNGs' (2003), 32 bits, over a mixed seed. */
export type Random = (options: number) => number;

export function randomFrom(seed: number): Random {
  let state = Math.imul((seed ^ 0x9e3779b9) >>> 0, 0x85ebca6b) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  for (let warm = 0; warm < 8; warm++) next();
  return (options) => Math.floor((next() / 2 ** 32) * options);
}

export function oneOf<T>(random: Random, list: readonly T[]): T {
  return list[random(list.length)] as T;
}

/** Numbers at which sizes, addresses and offsets go wrong. */
export const EDGES: readonly bigint[] = [
  0n,
  1n,
  7n,
  4095n,
  4096n,
  4097n,
  0x10000n,
  0x7fffffffn,
  0x80000000n,
  0xfffff000n,
  0xffffffffn,
  0x100000000n,
  0x7fffffff_f000n,
  0x8000_00000000n,
  0x1f_ffff_ffff_ffffn,
  0x20_0000_0000_0000n,
  0x7fffffff_ffffffffn,
  0x80000000_00000000n,
  0xffffffff_fffff000n,
  0xffffffff_ffffffffn,
];
