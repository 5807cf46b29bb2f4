/**
 * The processor of the active hart: the interpreter, address translation and control registers behind one interface.
 *
 * A run may be several of the engine's, when the machine does an instruction that the engine leaves to it. Nothing is kept
 * here but the result of the last run, until the next one.
 */
import type { MachineProfile } from '../contracts/accounting.ts';
import {
  Access,
  type AccessKind,
  type ChargeSink,
  ExitReason,
  type ExitReasonNumber,
  type Processor,
  type Touching,
  type TranslationKindNumber,
  type Trap,
  TrapCause,
} from '../contracts/machine.ts';
import { TABLE_LEVELS } from '../contracts/page-table.ts';
import type { Cycles, PhysicalAddress, VirtualAddress } from '../contracts/units.ts';
import { accessControlRegister } from './control-registers.ts';
import { floatOperation } from './float/float-operation.ts';
import { RunExit, type RunExitCode } from './interpreter/exits.ts';
import { Interpreter } from './interpreter/interpreter.ts';
import type { KeptBytes } from './kept-bytes.ts';
import { HartBlock, type Layout } from './layout.ts';
import type { PhysicalMemory } from './memory.ts';
import type { RefillPlan } from './refill/refill-plan.ts';
import { translationStateSize } from './translation/hart-state.ts';
import { type CachedTranslation, type LookupFigures, Translation } from './translation/translation.ts';
import type { Eagerness } from './translator/eagerness.ts';
import type { TranslatorFigures } from './translator/translated.ts';

/** Bytes of translation state for one hart. */
export function translationBytes(profile: MachineProfile, modelled: boolean): number {
  return Math.ceil(translationStateSize(modelled ? profile : undefined) / 64) * 64;
}

export interface ProcessorParts {
  readonly memory: PhysicalMemory;
  readonly layout: Layout;
  readonly profile: MachineProfile;
  readonly charges: ChargeSink;
  /** Instructions that the active hart had retired before the run in progress. */
  readonly retiredBefore: () => number;
  readonly harts: number;
  /** Where the harts' translation state lies. */
  readonly translationState: PhysicalAddress;
  /** Is the architectural TLB modelled? */
  readonly modelTranslation: boolean;
  /** May generated code refill the modelled TLB (the default)? No result depends on it. */
  readonly refillsInCode?: boolean;
  /** Is code that is executed often translated, and how soon? No result depends on it. */
  readonly translate?: boolean | Eagerness;
  /** Where generated engines are kept for later processes, if anywhere. */
  readonly engines?: KeptBytes | undefined;
  /** Where translated code is kept for later runs of the same guest program, if anywhere. */
  readonly translations?: KeptBytes | undefined;
}

/** Instructions that come back to `time` in one second, as the device tree of common boards says. */
const TIME_HERTZ = 10_000_000;
const CODE_PAGE_SLOT_BYTES = 4;

export class RiscvProcessor implements Processor, Touching {
  readonly #words: Uint32Array;
  readonly #signed: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #engine: Interpreter;
  readonly #translation: Translation;
  readonly #charges: ChargeSink;
  readonly #retiredBefore: () => number;
  readonly #profile: MachineProfile;
  readonly #price: number;
  readonly #base: number;
  readonly #isModelled: boolean;
  // cache: what the last run did, until the next one
  #retired = 0;
  // cache: as #retired
  #charged = 0;

  constructor(parts: ProcessorParts) {
    const { memory, layout, profile } = parts;
    const { buffer } = memory.wasm;
    this.#words = new Uint32Array(buffer);
    this.#signed = new Int32Array(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#charges = parts.charges;
    this.#retiredBefore = parts.retiredBefore;
    this.#profile = profile;
    this.#price = profile.prices.instruction.cycles;
    this.#engine = new Interpreter(memory.wasm, layout, this.#host(), {
      instructionPrice: this.#price,
      countDataAccesses: parts.modelTranslation,
      translate: parts.translate ?? false,
      engines: parts.engines,
      translations: parts.translations,
      refill: refillPlan(parts),
    });
    this.#base = memory.base;
    this.#isModelled = parts.modelTranslation;
    this.#translation = new Translation({
      u32: memory.u32,
      size: memory.size,
      base: memory.base,
      state: parts.translationState,
      harts: parts.harts,
      charges: { charge: (primitive, count) => this.#charge(primitive, count), clock: 0 },
      engine: {
        sets: layout.translationSets,
        selectSet: (index) => this.#engine.selectSet(index),
        flushSet: (index) => this.#engine.flushSet(index),
        flushPage: (set, low, high) => this.#engine.flushPage(set, low, high),
      },
      shapes: parts.modelTranslation ? profile : undefined,
    });
    memory.onFrameChanged((frame) => this.#engine.invalidateFrame(frame));
  }

  get retired(): number {
    return this.#retired;
  }

  get trap(): Trap {
    return {
      cause: this.#signed[HartBlock.trapCause / 4] as number,
      valueLow: this.#words[HartBlock.trapValue / 4] as number,
      valueHigh: this.#words[HartBlock.trapValue / 4 + 1] as number,
    };
  }

  get trapCause(): number {
    return this.#signed[HartBlock.trapCause / 4] as number;
  }

  run(budget: Cycles): ExitReasonNumber {
    this.#begin();
    return this.#end(this.#runOn(this.#engine.run(budget), budget));
  }

  runFrom(context: PhysicalAddress, budget: Cycles): ExitReasonNumber {
    this.#begin();
    const exit = this.#engine.runFrom(this.#base + context, budget);
    if (!this.#isModelled && exit !== RunExit.system) {
      const spent = budget - (this.#signed[HartBlock.remaining / 4] as number) - this.#charged;
      this.#retired = spent / this.#price;
      return exit === RunExit.trap ? ExitReason.trap : ExitReason.budget;
    }
    if (exit !== RunExit.system) return this.#end(this.#runOn(exit, budget));
    const reason = this.#runOn(exit, budget);
    this.#engine.saveContext(this.#base + context);
    return this.#end(reason);
  }

  #begin(): void {
    this.#words[HartBlock.dataAccesses / 4] = 0;
    this.#retired = 0;
    this.#charged = 0;
  }

  #end(reason: ExitReasonNumber): ExitReasonNumber {
    this.#translation.countRetired(this.#retired, this.#words[HartBlock.dataAccesses / 4] as number);
    return reason;
  }

  /** Goes on after a run of the engine's with a budget, until the program traps or the budget is spent. */
  #runOn(ended: RunExitCode, budget: Cycles): ExitReasonNumber {
    let exit = ended;
    let left = budget;
    for (;;) {
      this.#countRefills();
      const remaining = this.#signed[HartBlock.remaining / 4] as number;
      this.#retired += (left - remaining - this.#charged) / this.#price;
      if (exit === RunExit.trap) return ExitReason.trap;
      if (exit === RunExit.budget) return ExitReason.budget;
      if (!this.#control()) return ExitReason.trap;
      this.#retired += 1;
      left = remaining - this.#price;
      if (left < this.#price) return ExitReason.budget;
      this.#charged = 0;
      exit = this.#engine.run(left);
    }
  }

  /** Charges what generated code has refilled; the engine has taken its cycles off the budget. */
  #countRefills(): void {
    const data = this.#words[HartBlock.dataRefills / 4] as number;
    const code = this.#words[HartBlock.codeRefills / 4] as number;
    if (data === 0 && code === 0) return;
    const before = this.#charges.clock;
    this.#words[HartBlock.dataRefills / 4] = 0;
    this.#words[HartBlock.codeRefills / 4] = 0;
    if (data !== 0) this.#translation.countRefills(Access.read, data);
    if (code !== 0) this.#translation.countRefills(Access.execute, code);
    this.#charged += this.#charges.clock - before;
  }

  /** Does the control-register instruction at pc; false when it is illegal, which is then the trap. */
  #control(): boolean {
    const instruction = this.#instructionAtPc();
    const cycle = this.#charges.clock + this.#retired * this.#price;
    const time = Math.floor((cycle * TIME_HERTZ) / this.#profile.hertz);
    const instructions = this.#retiredBefore() + this.#retired;
    if (!accessControlRegister(this.#words, instruction, { cycle, time, instructions })) {
      this.#signed[HartBlock.trapCause / 4] = TrapCause.illegalInstruction;
      this.#words[HartBlock.trapValue / 4] = instruction;
      this.#words[HartBlock.trapValue / 4 + 1] = 0;
      return false;
    }
    const pc = HartBlock.pc / 4;
    const low = (this.#words[pc] as number) + CODE_PAGE_SLOT_BYTES;
    this.#words[pc] = low;
    if (low >= 2 ** 32) this.#words[pc + 1] = (this.#words[pc + 1] as number) + 1;
    return true;
  }

  /** The engine has just fetched it, so that its pages are there. */
  #instructionAtPc(): number {
    let instruction = 0;
    for (const offset of [0, 2]) {
      const pc =
        (this.#words[HartBlock.pc / 4] as number) + (this.#words[HartBlock.pc / 4 + 1] as number) * 2 ** 32;
      const address = pc + offset;
      const frame = this.#translation.translatePage(address >>> 0, Math.floor(address / 2 ** 32), 2);
      const at = frame + (address % 4096);
      const half = (this.#bytes[at] as number) | ((this.#bytes[at + 1] as number) << 8);
      instruction |= half << (offset * 8);
    }
    return instruction >>> 0;
  }

  #charge(primitive: Parameters<ChargeSink['charge']>[0], count: number): void {
    this.#charges.charge(primitive, count);
  }

  /** What the engine asks: translations, whose charges it must know, and exact arithmetic. */
  #host(): ConstructorParameters<typeof Interpreter>[2] {
    return {
      translatePage: (low, high, access) => {
        const before = this.#charges.clock;
        const result = this.#translation.translatePage(low >>> 0, high >>> 0, access);
        const charged = this.#charges.clock - before;
        if (charged !== 0) {
          this.#charged += charged;
          (this.#signed[HartBlock.charged / 4] as number) += charged;
        }
        return result;
      },
      floatOperation: (operation, a, b, c, rounding) => {
        this.#signed[HartBlock.floatFlags / 4] = 0;
        return floatOperation(operation, a, b, c, rounding, (flags) => {
          this.#signed[HartBlock.floatFlags / 4] = flags;
        });
      },
    };
  }

  activate(hart: number): void {
    this.#translation.activate(hart);
  }

  useSpace(kind: TranslationKindNumber, root: number, tag: number, small = false): void {
    // Segments are for machines whose translation caches have no tags.
    this.#translation.useSpace(kind, root, tag, small && !this.#profile.taggedTranslation);
  }

  translate(
    root: number,
    tag: number,
    address: VirtualAddress,
    access: AccessKind,
    kind?: TranslationKindNumber,
  ): PhysicalAddress | -1 {
    return this.#translation.translate(root, tag, address, access, kind);
  }

  forgetPage(root: number, tag: number, address: VirtualAddress): void {
    this.#translation.forgetPage(root, tag, address);
  }

  forgetSpace(root: number, tag: number): void {
    this.#translation.forgetSpace(root, tag);
  }

  touch(tag: number, address: PhysicalAddress, access: AccessKind): boolean {
    return this.#translation.touch(tag, address, access);
  }

  touchAsKernel(address: PhysicalAddress, access: AccessKind): boolean {
    return this.#translation.touchAsKernel(address, access);
  }

  touchAgain(access: AccessKind): void {
    this.#translation.touchAgain(access);
  }

  get translationChanges(): number {
    return this.#translation.changes;
  }

  /** How often a hart's TLB was asked; undefined when it is not modelled. */
  translationLookups(hart: number): LookupFigures | undefined {
    return this.#translation.lookups(hart);
  }

  /** Live entries of a hart's TLB, for inspectors; none when it is not modelled. */
  cachedTranslations(hart: number): Iterable<CachedTranslation> {
    return this.#translation.entries(hart);
  }

  /** What the translator has done; undefined when there is none. */
  /** Keeps translated code for later runs, if there is a place for it. */
  keepTranslations(): void {
    this.#engine.keepTranslations();
  }

  get translatorFigures(): TranslatorFigures | undefined {
    return this.#engine.translatorFigures;
  }

  /** What the translator would make of the code at an address of the space in use, as text; undefined when it makes nothing. */
  describeRegion(address: VirtualAddress): string | undefined {
    return this.#engine.describeRegion(address);
  }

  clearReservation(): void {
    this.#words[HartBlock.reservationWidth / 4] = 0;
  }

  /** The active hart's reservation of LR: physical address and width in bytes, 0 when there is none. For snapshots. */
  get reservation(): readonly [number, number] {
    return [
      this.#words[HartBlock.reservationAddress / 4] as number,
      this.#words[HartBlock.reservationWidth / 4] as number,
    ];
  }

  set reservation([address, width]: readonly [number, number]) {
    this.#words[HartBlock.reservationAddress / 4] = address;
    this.#words[HartBlock.reservationWidth / 4] = width;
  }

  /** Forgets all that is only cached, as after memory was replaced from a snapshot. No result changes. */
  dropCaches(): void {
    this.#engine.dropCaches();
    this.#translation.dropEngineCaches();
  }
}

/** What generated code refills the modelled TLB by; undefined when it does not. */
function refillPlan(parts: ProcessorParts): RefillPlan | undefined {
  const { profile, harts, translationState, modelTranslation, refillsInCode = true } = parts;
  if (!modelTranslation || !refillsInCode) return undefined;
  const { tlbMiss, walkStep } = profile.prices;
  const cycles = tlbMiss.cycles + TABLE_LEVELS * walkStep.cycles;
  return { shapes: profile, harts, state: translationState, cycles };
}
