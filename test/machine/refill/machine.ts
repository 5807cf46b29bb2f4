/**
 * A processor with a small modelled TLB and page tables written by hand: the least machine whose misses generated code refills.
 * Everything that can be seen of it is compared with another one of the same history.
 */
import {
  type MachineProfile,
  PRIMITIVE_NAMES,
  type PrimitiveName,
  type PrimitiveNumber,
} from '../../../src/contracts/accounting.ts';
import { computeLayout, FRAME_SIZE, HartBlock } from '../../../src/machine/layout.ts';
import { PhysicalMemory } from '../../../src/machine/memory.ts';
import { RiscvProcessor, translationBytes } from '../../../src/machine/processor.ts';
import { modern } from '../../../src/machine/profiles/modern.ts';
import type { Eagerness } from '../../../src/machine/translator/eagerness.ts';
import { HandTables } from '../translation/tables.ts';

export const RAM_SIZE = 1 << 20;
export const HARTS = 2;
export const SPACES = 3;
/** Frames: the first of the harts' translation state, of page tables, of code, and of data. */
const STATE_FRAME = 1;
const TABLE_FRAME = 16;
export const CODE_FRAME = 160;
export const DATA_FRAME = 176;
export const DATA_FRAMES = 80;

export interface SmallCaches {
  readonly instruction: readonly [entries: number, ways: number];
  readonly data: readonly [entries: number, ways: number];
  readonly tagged: boolean;
}

const shape = ([entries, ways]: readonly [number, number]) => ({ entries, ways, source: 'test' });

function profileOf({ instruction, data, tagged }: SmallCaches): MachineProfile {
  return {
    ...modern,
    instructionCache: shape(instruction),
    dataCache: shape(data),
    taggedTranslation: tagged,
  };
}

export class RefillMachine {
  readonly memory: PhysicalMemory;
  readonly processor: RiscvProcessor;
  readonly #profile: MachineProfile;
  readonly #words: Uint32Array;
  #charges: Partial<Record<PrimitiveName, number>> = {};
  #clock = 0;
  tables: HandTables;
  roots: readonly number[] = [];

  constructor(caches: SmallCaches, refillsInCode: boolean, translate: Eagerness | false) {
    const profile = profileOf(caches);
    const layout = computeLayout({
      ramSize: RAM_SIZE,
      translationSets: 3,
      decodedPages: 6,
      flatTables: translate !== false,
    });
    const wasm = new WebAssembly.Memory({ initial: layout.memoryPages, maximum: layout.memoryPages });
    this.memory = new PhysicalMemory(wasm, layout.ramBase, RAM_SIZE);
    this.#profile = profile;
    this.#words = new Uint32Array(wasm.buffer);
    this.tables = new HandTables(this.memory.u32, TABLE_FRAME);
    const self = this;
    this.processor = new RiscvProcessor({
      memory: this.memory,
      layout,
      profile,
      charges: {
        charge: (primitive, count) => this.#charge(primitive, count),
        get clock() {
          return self.#clock;
        },
      },
      retiredBefore: () => 0,
      harts: HARTS,
      translationState: STATE_FRAME * FRAME_SIZE,
      modelTranslation: true,
      refillsInCode,
      translate,
    });
    if (translationBytes(profile, true) * HARTS > (TABLE_FRAME - STATE_FRAME) * FRAME_SIZE)
      throw new Error('no room for the translation state');
  }

  #charge(primitive: PrimitiveNumber, count: number): void {
    const name = PRIMITIVE_NAMES[primitive] as PrimitiveName;
    this.#charges[name] = (this.#charges[name] ?? 0) + count;
    this.#clock += count * this.#profile.prices[name].cycles;
  }

  /** As switched on. */
  reset(): void {
    this.memory.u8.fill(0);
    this.#words.fill(0, HartBlock.x / 4, HartBlock.x / 4 + 256);
    this.#charges = {};
    this.#clock = 0;
    this.tables = new HandTables(this.memory.u32, TABLE_FRAME);
    this.roots = Array.from({ length: SPACES }, () => this.tables.makeRoot());
    this.processor.dropCaches();
    this.processor.activate(0);
  }

  setRegister(number: number, value: number): void {
    this.#words[HartBlock.x / 4 + number * 2] = value >>> 0;
    this.#words[HartBlock.x / 4 + number * 2 + 1] = Math.floor(value / 2 ** 32) >>> 0;
  }

  get pc(): number {
    return this.#words[HartBlock.pc / 4] as number;
  }

  set pc(address: number) {
    this.#words[HartBlock.pc / 4] = address;
    this.#words[HartBlock.pc / 4 + 1] = 0;
  }

  /** What an event leaves that is not in memory: charges, clock, registers, trap and reservation. */
  get seen(): string {
    const { x, trapCause, remaining, trapValue } = HartBlock;
    const registers = this.#words.subarray(x / 4, x / 4 + 64);
    const trap = [trapCause, trapValue, trapValue + 4, remaining].map((cell) => this.#words[cell / 4]);
    const rest = [this.#clock, this.pc, ...trap, ...this.processor.reservation];
    return `${JSON.stringify(this.#charges)} ${rest} ${registers}`;
  }
}
