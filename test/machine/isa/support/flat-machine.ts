/**
 * The least machine an engine runs on: RAM, and a host that maps pages as a test says. Virtual page v is mapped by
 * `map` to a physical page with rights; what is not mapped faults.
 */

import { Access, type AccessKind, type InterpreterHost } from '../../../../src/machine/interpreter/host.ts';
import { Interpreter } from '../../../../src/machine/interpreter/interpreter.ts';
import type { InterpreterOptions } from '../../../../src/machine/interpreter/interpreter-options.ts';
import { TrapCause } from '../../../../src/machine/isa/trap-causes.ts';
import {
  computeLayout,
  FRAME_SIZE,
  HartBlock,
  type Layout,
  type LayoutSizes,
} from '../../../../src/machine/layout.ts';
import { USUAL } from '../../../../src/machine/translator/eagerness.ts';

/** Small programs are translated too. */
const SOON = { ...USUAL, samples: 8, forRegion: 0, forInstruction: 0, atFirst: 0, early: 0, together: 0 };

const FAULT: Record<AccessKind, number> = {
  [Access.read]: TrapCause.loadPageFault,
  [Access.write]: TrapCause.storePageFault,
  [Access.execute]: TrapCause.instructionPageFault,
};

interface Mapping {
  readonly frame: number;
  readonly rights: string;
}

export type FloatOperationFunction = InterpreterHost['floatOperation'];

export interface FlatMachineOptions extends Partial<LayoutSizes>, Partial<InterpreterOptions> {
  readonly floatOperation?: (machine: FlatMachine, ...args: Parameters<FloatOperationFunction>) => bigint;
  /** Cycles charged for each translation asked for. */
  readonly translationPrice?: number;
}

export class FlatMachine {
  readonly layout: Layout;
  readonly view: DataView;
  readonly bytes: Uint8Array;
  readonly engine: Interpreter;
  /** Each translation asked for: "access address". */
  readonly translations: string[] = [];
  private readonly mappings = new Map<bigint, Mapping>();

  constructor(options: FlatMachineOptions = {}) {
    this.layout = computeLayout({
      ramSize: options.ramSize ?? 1 << 20,
      translationSets: options.translationSets ?? 2,
      decodedPages: options.decodedPages ?? 16,
      flatTables: (options.translate ?? false) !== false,
    });
    const pages = this.layout.memoryPages;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.view = new DataView(memory.buffer);
    this.bytes = new Uint8Array(memory.buffer);
    const host: InterpreterHost = {
      translatePage: (low, high, access) =>
        this.translatePage(low, high, access, options.translationPrice ?? 0),
      floatOperation: (...args) => {
        if (options.floatOperation === undefined) throw new Error('no exact floating point here');
        return options.floatOperation(this, ...args);
      },
    };
    this.engine = new Interpreter(memory, this.layout, host, {
      instructionPrice: 1,
      ...options,
      translate: options.translate === true ? SOON : (options.translate ?? false),
    });
  }

  private translatePage(low: number, high: number, access: AccessKind, price: number): number {
    const address = (BigInt(high) << 32n) | BigInt(low >>> 0);
    this.translations.push(`${'rwx'[access]} ${address.toString(16)}`);
    this.view.setInt32(HartBlock.charged, this.view.getInt32(HartBlock.charged, true) + price, true);
    const mapping = this.mappings.get(address >> 12n);
    if (mapping === undefined || !mapping.rights.includes('rwx'[access] as string)) return -FAULT[access];
    return this.layout.ramBase + mapping.frame * FRAME_SIZE;
  }

  /** Maps consecutive pages from a virtual address on to consecutive frames. */
  map(address: bigint | number, frame: number, pages: number, rights: string): void {
    for (let page = 0; page < pages; page += 1) {
      this.mappings.set((BigInt(address) >> 12n) + BigInt(page), { frame: frame + page, rights });
    }
  }

  unmap(address: bigint | number): void {
    this.mappings.delete(BigInt(address) >> 12n);
  }

  /** Offset in memory of a physical address. */
  place(physical: number): number {
    return this.layout.ramBase + physical;
  }

  /** Writes 32-bit words at a physical address. */
  words(physical: number, words: readonly number[]): void {
    words.forEach((word, i) => {
      this.view.setUint32(this.place(physical) + i * 4, word, true);
    });
  }

  x(register: number): bigint {
    return this.view.getBigUint64(HartBlock.x + register * 8, true);
  }

  setX(register: number, value: bigint | number): void {
    this.view.setBigInt64(HartBlock.x + register * 8, BigInt.asIntN(64, BigInt(value)), true);
  }

  f(register: number): bigint {
    return this.view.getBigUint64(HartBlock.f + register * 8, true);
  }

  setF(register: number, value: bigint): void {
    this.view.setBigUint64(HartBlock.f + register * 8, BigInt.asUintN(64, value), true);
  }

  get pc(): bigint {
    return this.view.getBigUint64(HartBlock.pc, true);
  }

  set pc(address: bigint | number) {
    this.view.setBigInt64(HartBlock.pc, BigInt.asIntN(64, BigInt(address)), true);
  }

  get trapCause(): number {
    return this.view.getInt32(HartBlock.trapCause, true);
  }

  get trapValue(): bigint {
    return this.view.getBigUint64(HartBlock.trapValue, true);
  }

  get remaining(): number {
    return this.view.getInt32(HartBlock.remaining, true);
  }

  run(budget: number): number {
    return this.engine.run(budget);
  }
}
