/** Sequences of random instructions on a machine of ours: memory as the program wants it, and its state before and after. */

import { expect } from 'vitest';
import { floatOperation } from '../../../src/machine/float/float-operation.ts';
import { RunExit } from '../../../src/machine/interpreter/exits.ts';
import { TrapCause } from '../../../src/machine/isa/trap-causes.ts';
import { FRAME_SIZE, HartBlock } from '../../../src/machine/layout.ts';
import { FlatMachine, type FlatMachineOptions } from '../../machine/isa/support/flat-machine.ts';
import type { State } from './machine-state.ts';
import { CODE, DATA, DATA_SIZE, type Program, READ_ONLY_SIZE } from './sequences.ts';

const SIGNAL: Record<number, bigint> = {
  [TrapCause.illegalInstruction]: 4n,
  [TrapCause.breakpoint]: 5n,
  [TrapCause.storeAddressMisaligned]: 7n,
  [TrapCause.instructionPageFault]: 11n,
  [TrapCause.loadPageFault]: 11n,
  [TrapCause.storePageFault]: 11n,
};

export class Here {
  readonly machine: FlatMachine;
  private readonly dataPlace: number;

  constructor({ code, data }: Program, options: FlatMachineOptions = {}) {
    const codeFrames = code.length / FRAME_SIZE;
    const dataFrames = data.length / FRAME_SIZE;
    this.machine = new FlatMachine({
      ramSize: code.length + data.length,
      decodedPages: 64,
      ...options,
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

  /** Puts the registers where a sequence begins. */
  begin(from: State): void {
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
  }

  /** Runs one sequence to its trap, in slices. Returns the state after it and the instructions retired. */
  run(from: State, slice: () => number): { state: State; retired: number } {
    const { machine } = this;
    this.begin(from);
    let retired = 0;
    for (;;) {
      const budget = slice();
      const exit = machine.run(budget);
      retired += budget - machine.remaining;
      if (exit === RunExit.trap) return { state: this.observeTrap(), retired };
      if (exit !== RunExit.budget) throw new Error(`exit ${exit} at ${machine.pc.toString(16)}`);
    }
  }

  private observeTrap(): State {
    const { machine } = this;
    const signal = SIGNAL[machine.trapCause];
    if (signal === undefined) throw new Error(`trap ${machine.trapCause} at ${machine.pc.toString(16)}`);
    return { ...this.observe(), signal, address: signal === 11n ? machine.trapValue : 0n };
  }

  /** The state at present, as if there had been no trap. */
  observe(): State {
    const { machine } = this;
    const flags = machine.view.getInt32(HartBlock.fflags, true);
    return {
      pc: machine.pc,
      x: Array.from({ length: 31 }, (_, i) => machine.x(i + 1)),
      f: Array.from({ length: 32 }, (_, i) => machine.f(i)),
      fcsr: BigInt((machine.view.getInt32(HartBlock.frm, true) << 5) | flags),
      signal: 0n,
      address: 0n,
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
