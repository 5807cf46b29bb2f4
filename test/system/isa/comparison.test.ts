/**
 * Random sequences of instructions, every opcode among them, here and under QEMU: registers, float status, memory and
 * traps must agree. Here every other sequence runs in slices of random budgets, so that stops fall everywhere, and now
 * and then all caches are dropped.
 *
 * Needs `riscv64-linux-gnu-gcc` and `qemu-riscv64-static`, and fails without them. To repeat a run, or to draw other
 * sequences, set ISA_SEED.
 */

import { beforeAll, describe, expect, it } from 'vitest';
import { floatOperation } from '../../../src/machine/float/float-operation.ts';
import { RunExit } from '../../../src/machine/interpreter/exits.ts';
import { TrapCause } from '../../../src/machine/isa/trap-causes.ts';
import { FRAME_SIZE, HartBlock } from '../../../src/machine/layout.ts';
import { FlatMachine } from '../../machine/isa/support/flat-machine.ts';
import { ALL_NAMES, generateSequence, WRITABLE } from './generator.ts';
import { readState, STATE_SIZE, type State, writeState } from './machine-state.ts';
import { runUnderQemu } from './native-program.ts';
import { Random } from './random.ts';

const SEED = Number(process.env.ISA_SEED ?? 20260101);
const SEQUENCES = 24_000;
const LENGTH = 12;
const CODE = 0x2000_0000;
const DATA = WRITABLE;
const DATA_SIZE = 3 * FRAME_SIZE;
const READ_ONLY_SIZE = FRAME_SIZE;
const HEADER_SIZE = 48;
const SIGNAL: Record<number, bigint> = {
  [TrapCause.illegalInstruction]: 4n,
  [TrapCause.breakpoint]: 5n,
  [TrapCause.storeAddressMisaligned]: 7n,
  [TrapCause.instructionPageFault]: 11n,
  [TrapCause.loadPageFault]: 11n,
  [TrapCause.storePageFault]: 11n,
};

interface Program {
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

function makeProgram(random: Random): Program {
  const bytes: number[] = [];
  const states: State[] = [];
  const counts = new Map<string, number>();
  const names = new Map<number, string>();
  for (let k = 0; k < SEQUENCES; k += 1) {
    states.push(randomState(random, CODE + bytes.length));
    for (const { name, length, word } of generateSequence(random, LENGTH)) {
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

function encode({ code, data, states }: Program): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE + code.length + data.length + states.length * STATE_SIZE);
  const view = new DataView(bytes.buffer);
  [states.length, CODE, code.length, DATA, DATA_SIZE, READ_ONLY_SIZE].forEach((value, i) => {
    view.setBigUint64(i * 8, BigInt(value), true);
  });
  bytes.set(code, HEADER_SIZE);
  bytes.set(data, HEADER_SIZE + code.length);
  states.forEach((state, i) => {
    writeState(view, HEADER_SIZE + code.length + data.length + i * STATE_SIZE, state);
  });
  return bytes;
}

class Here {
  readonly machine: FlatMachine;
  private readonly dataPlace: number;

  constructor({ code, data }: Program) {
    const codeFrames = code.length / FRAME_SIZE;
    const dataFrames = data.length / FRAME_SIZE;
    this.machine = new FlatMachine({
      ramSize: code.length + data.length,
      decodedPages: 64,
      floatOperation: (machine, operation, a, b, c, rounding) => {
        let raised = 0;
        const bits = floatOperation(operation, a, b, c, rounding, (flags) => {
          raised = flags;
        });
        machine.view.setInt32(HartBlock.floatFlags, raised, true);
        return bits;
      },
    });
    this.machine.map(CODE, 0, codeFrames, 'rwx');
    this.machine.map(DATA, codeFrames, DATA_SIZE / FRAME_SIZE, 'rw');
    this.machine.map(DATA + DATA_SIZE, codeFrames + DATA_SIZE / FRAME_SIZE, READ_ONLY_SIZE / FRAME_SIZE, 'r');
    this.dataPlace = this.machine.place(codeFrames * FRAME_SIZE);
    this.machine.bytes.set(code, this.machine.place(0));
    this.machine.bytes.set(data, this.dataPlace);
    expect(dataFrames).toBe((DATA_SIZE + READ_ONLY_SIZE) / FRAME_SIZE);
  }

  /** Runs one sequence to its trap, in slices. Returns the state after it and the instructions retired. */
  run(from: State, slice: () => number): { state: State; retired: number } {
    const { machine } = this;
    machine.pc = from.pc;
    from.x.forEach((value, i) => {
      machine.setX(i + 1, value);
    });
    from.f.forEach((value, i) => {
      machine.setF(i, value);
    });
    machine.view.setInt32(HartBlock.fflags, Number(from.fcsr & 31n), true);
    machine.view.setInt32(HartBlock.frm, Number(from.fcsr >> 5n), true);
    let retired = 0;
    for (;;) {
      const budget = slice();
      const exit = machine.run(budget);
      retired += budget - machine.remaining;
      if (exit === RunExit.trap) return { state: this.observe(), retired };
      if (exit !== RunExit.budget) throw new Error(`exit ${exit} at ${machine.pc.toString(16)}`);
    }
  }

  private observe(): State {
    const { machine } = this;
    const signal = SIGNAL[machine.trapCause];
    if (signal === undefined) throw new Error(`trap ${machine.trapCause} at ${machine.pc.toString(16)}`);
    const flags = machine.view.getInt32(HartBlock.fflags, true);
    return {
      pc: machine.pc,
      x: Array.from({ length: 31 }, (_, i) => machine.x(i + 1)),
      f: Array.from({ length: 32 }, (_, i) => machine.f(i)),
      fcsr: BigInt((machine.view.getInt32(HartBlock.frm, true) << 5) | flags),
      signal,
      address: signal === 11n ? machine.trapValue : 0n,
      checksum: this.checksum(),
    };
  }

  private checksum(): bigint {
    // FNV-1a over 32-bit words in 64 bits, the product put together from 32-bit halves of the prime 2^40 + 0x1b3.
    let low = 0x84222325;
    let high = 0xcbf29ce4;
    for (let at = 0; at < DATA_SIZE; at += 4) {
      low = (low ^ this.machine.view.getUint32(this.dataPlace + at, true)) >>> 0;
      const product = low * 0x1b3;
      high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
      low = product >>> 0;
    }
    return (BigInt(high) << 32n) | BigInt(low);
  }
}

function show(state: State): Record<string, string> {
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

function listing({ names, states }: Program, k: number): string {
  const start = Number(states[k]?.pc);
  const end = Number(states[k + 1]?.pc ?? BigInt(start + 100));
  const lines = [...names].filter(([address]) => address >= start && address < end);
  return lines.map(([address, name]) => `${address.toString(16)} ${name}`).join('\n');
}

describe('the same instructions here and under QEMU', () => {
  const random = new Random(SEED);
  let program: Program;
  let reference: DataView;

  beforeAll(() => {
    program = makeProgram(random);
    const output = runUnderQemu('sequences.c', encode(program));
    expect(output.length).toBe(program.states.length * STATE_SIZE);
    reference = new DataView(output.buffer, output.byteOffset, output.length);
  }, 600_000);

  it('leave the same state', () => {
    const here = new Here(program);
    let retired = 0;
    program.states.forEach((from, k) => {
      const randomSlice = (): number => {
        if (random.chance(3)) here.machine.engine.dropCaches();
        return random.between(1, 9);
      };
      const slice = k % 2 === 0 ? (): number => 1000 : randomSlice;
      const after = here.run(from, slice);
      retired += after.retired;
      const want = readState(reference, k * STATE_SIZE);
      // QEMU reports what its own host does, which beyond 2^47 is not the address.
      if (after.state.address >> 47n !== 0n) want.address = after.state.address;
      const [mine, theirs] = [show(after.state), show(want)];
      if (JSON.stringify(mine) === JSON.stringify(theirs)) return;
      const context = `sequence ${k}, seed ${SEED}\n${listing(program, k)}\nfrom ${JSON.stringify(show(from))}`;
      expect(mine, context).toEqual(theirs);
    });
    expect(retired).toBeGreaterThan(200_000);
    console.log(`${retired} instructions retired in ${program.states.length} sequences`);
  }, 600_000);

  it('cover every instruction', () => {
    const rows = ALL_NAMES.map((name) => `${name} ${program.counts.get(name) ?? 0}`);
    console.log(rows.join(', '));
    expect(ALL_NAMES.filter((name) => (program.counts.get(name) ?? 0) < 10)).toEqual([]);
  });
});
