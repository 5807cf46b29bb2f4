/** Programs of many random sequences, each with the state that it begins in. What `DATA` says is mapped for them. */

import { FRAME_SIZE } from '../../../src/machine/layout.ts';
import { generateSequence, WRITABLE } from './generator.ts';
import type { State } from './machine-state.ts';
import type { Random } from './random.ts';

export const CODE = 0x2000_0000;
export const DATA = WRITABLE;
export const DATA_SIZE = 3 * FRAME_SIZE;
export const READ_ONLY_SIZE = FRAME_SIZE;
const LENGTH = 12;

export interface Program {
  readonly code: Uint8Array;
  readonly data: Uint8Array;
  readonly states: readonly State[];
  readonly counts: Map<string, number>;
  /** What each instruction is, by address. */
  readonly names: Map<number, string>;
}

const SPECIAL_INTEGERS = [0n, 1n, -1n, 1n << 63n, (1n << 63n) - 1n, 1n << 31n, (1n << 31n) - 1n, 0xffffffffn];
const SPECIAL_SINGLES = [
  ...[0x00000000, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001],
  ...[
    0x00000001, 0x807fffff, 0x00800000, 0x7f7fffff, 0x4f000000, 0xcf000000, 0x5f000000, 0x3effffff,
    0x3f000000,
  ],
];
const SPECIAL_DOUBLES = [
  ...[0n, 1n << 63n, 0x3ff0000000000000n, 0xbff0000000000000n, 0x7ff0000000000000n, 0xfff0000000000000n],
  ...[0x7ff8000000000000n, 0x7ff0000000000001n, 1n, 0x800fffffffffffffn, 0x0010000000000000n],
  ...[
    0x7fefffffffffffffn,
    0x41e0000000000000n,
    0xc1e0000000200000n,
    0x43e0000000000000n,
    0x47efffffe0000000n,
  ],
  ...[0x380fffffffffffffn, 0x3fdfffffffffffffn, 0x3fe0000000000000n],
];
const BOX = 0xffffffff00000000n;

function randomInteger(random: Random): bigint {
  if (random.chance(30)) return BigInt.asUintN(64, random.pick(SPECIAL_INTEGERS));
  if (random.chance(30)) return BigInt(random.between(0, 100));
  return random.chance(50) ? random.u64() : BigInt.asUintN(64, BigInt.asIntN(32, random.u64()));
}

function randomFloat(random: Random): bigint {
  const kind = random.between(0, 9);
  if (kind < 2) return random.pick(SPECIAL_DOUBLES);
  if (kind < 4) return BOX | BigInt(random.pick(SPECIAL_SINGLES));
  if (kind === 4) return random.u64();
  const fraction = random.chance(50) ? random.u64() & 0xfffffffffffffn : random.u64() & 0xfff0000000000n;
  const nearOne = BigInt(random.between(1023 - 60, 1023 + 60)) << 52n;
  if (kind < 7) return (BigInt(random.between(0, 1)) << 63n) | nearOne | fraction;
  const single = (BigInt(random.between(127 - 40, 127 + 40)) << 23n) | (fraction >> 29n);
  return BOX | (BigInt(random.between(0, 1)) << 31n) | single;
}

function randomState(random: Random, pc: number): State {
  const x = Array.from({ length: 31 }, () => randomInteger(random));
  x[1] = BigInt(DATA + FRAME_SIZE + 0x800);
  x[7] = BigInt(random.chance(5) ? DATA : DATA + FRAME_SIZE);
  x[8] = BigInt(
    random.chance(5) ? DATA + DATA_SIZE + READ_ONLY_SIZE : DATA + DATA_SIZE - 64 * random.between(0, 1),
  );
  const f = Array.from({ length: 32 }, () => randomFloat(random));
  const rounding = random.chance(5) ? random.between(5, 7) : random.between(0, 4);
  const fcsr = BigInt((rounding << 5) | (random.chance(50) ? random.between(0, 31) : 0));
  return { pc: BigInt(pc), x, f, fcsr, signal: 0n, address: 0n, checksum: 0n };
}

/**
 * @param sequences how many
 * @param asLoops whether the end of a sequence leads back to its beginning, so that only a trap or the budget ends it
 */
export function makeProgram(random: Random, sequences: number, asLoops = false): Program {
  const bytes: number[] = [];
  const states: State[] = [];
  const counts = new Map<string, number>();
  const names = new Map<number, string>();
  for (let k = 0; k < sequences; k += 1) {
    states.push(randomState(random, CODE + bytes.length));
    for (const { name, length, word } of generateSequence(random, LENGTH, asLoops)) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      names.set(CODE + bytes.length, `${name} (${word.toString(16)})`);
      for (let i = 0; i < length; i += 1) bytes.push((word >>> (8 * i)) & 0xff);
    }
  }
  const size = Math.ceil((bytes.length + 4) / FRAME_SIZE) * FRAME_SIZE;
  const code = new Uint8Array(size);
  code.set(bytes);
  const data = new Uint8Array(DATA_SIZE + READ_ONLY_SIZE).map(() => random.next());
  return { code, data, states, counts, names };
}
export function show(state: State): Record<string, string> {
  const hex = (value: bigint): string => value.toString(16);
  const fields: Record<string, string> = {
    pc: hex(state.pc),
    fcsr: hex(state.fcsr),
    signal: hex(state.signal),
    address: hex(state.address),
    checksum: hex(state.checksum),
  };
  state.x.forEach((value, i) => {
    fields[`x${i + 1}`] = hex(value);
  });
  state.f.forEach((value, i) => {
    fields[`f${i}`] = hex(value);
  });
  return fields;
}

export function listing({ names, states }: Program, k: number): string {
  const start = Number(states[k]?.pc);
  const end = Number(states[k + 1]?.pc ?? BigInt(start + 100));
  const lines = [...names].filter(([address]) => address >= start && address < end);
  return lines.map(([address, name]) => `${address.toString(16)} ${name}`).join('\n');
}
