/** How the fast engine does what instructions mean: see fast-engine.ts. */

import type { Push, Target } from '../isa/lowering.ts';
import { CONSTANTS_LIMIT, HartBlock, Slot, TranslationTable, Workspace } from '../layout.ts';
import type { RefillOptions } from '../refill/refill-plan.ts';
import type { FunctionBuilder, Label } from '../wasm/function-builder.ts';
import type { LoadName, StoreName } from '../wasm/instructions.ts';
import { Stop, type StopCode } from './exits.ts';
import type { SingleHandler } from './handlers.ts';
import { accessSize, SlotOperands } from './slot-operands.ts';

export interface FastEngineOptions {
  /** Cycles an instruction costs. */
  readonly instructionPrice: number;
  readonly countDataAccesses: boolean;
  /** Offset in memory of physical address 0. */
  readonly ramBase: number;
  /** Of the modelled TLB, if there is one that generated code refills. */
  readonly refill?: RefillOptions | undefined;
}

type DataTable = typeof TranslationTable.read | typeof TranslationTable.write;

export const PAGE_MASK = -4096;
export const ENTRY_SHIFT = 8;
/** For the offset of an entry in the execute table, and in the others. */
export const EXECUTE_ENTRY_MASK = (TranslationTable.executeEntries - 1) * TranslationTable.entrySize;
export const DATA_ENTRY_MASK = 0xfff0;

/** Locals of the function. */
export interface FastLocals {
  readonly builder: FunctionBuilder;
  readonly slot: number;
  readonly remaining: number;
  readonly translationSet: number;
  readonly address: number;
  readonly entry: number;
  readonly reason: number;
  readonly target: number;
  readonly constants: ConstantPool;
}

/** Locals and labels of the function, the same for all handlers. */
export interface FastFrame extends FastLocals {
  /** Stops with `reason`. */
  readonly leave: Label;
  /** Stops so that the careful engine executes `slot`. */
  readonly careful: Label;
  /** Stops so that the page in `target`, with bits that make the access misaligned, is refilled. */
  readonly miss: { readonly read: Label; readonly write: Label } | undefined;
  /** Takes the cycles of the straight line at `slot`, then executes it. */
  readonly enter: Label;
  /** Executes the slot. */
  readonly dispatch: Label;
  /** Goes to the address in `target`. */
  readonly jump: Label;
}

/** Pushes the address of the instruction at `slot`, plus `codeOffset`. */
export function pushPc({ builder, slot }: FastLocals, codeOffset: number): void {
  builder.i32(0);
  builder.load('i64.load', HartBlock.currentPage);
  builder.get(slot);
  builder.i32(0);
  builder.load('i32.load', HartBlock.currentSlots);
  builder.op('i32.sub');
  builder.i32(Slot.codeShift);
  builder.op('i32.shr_u');
  builder.op('i64.extend_i32_u');
  builder.op('i64.add');
  if (codeOffset !== 0) {
    builder.i64(codeOffset);
    builder.op('i64.add');
  }
}

/** Turns the address on the stack (an i32) into the offset of its translation entry. */
export function pushEntry({ builder, translationSet }: FastLocals, mask: number): void {
  builder.i32(ENTRY_SHIFT);
  builder.op('i32.shr_u');
  builder.i32(mask);
  builder.op('i32.and');
  builder.get(translationSet);
  builder.op('i32.add');
}

/**
 * Constants kept in memory, as 64-bit patterns. V8 would otherwise compute those that several handlers use before every
 * dispatch and keep all of them alive there: to it a constant that is no immediate operand is a value like others.
 */
// scratch: one per function that is generated
export class ConstantPool {
  private readonly known: bigint[] = [];

  /** Where a constant is. */
  place(pattern: bigint): number {
    let index = this.known.indexOf(pattern);
    if (index < 0) index = this.known.push(pattern) - 1;
    if (index >= CONSTANTS_LIMIT) throw new Error('too many constants');
    return Workspace.constants + index * 8;
  }

  get patterns(): readonly bigint[] {
    return this.known;
  }
}

function bitsOfDouble(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigInt64(0);
}

// scratch: one per function that is generated
export class FastTarget extends SlotOperands implements Target {
  private readonly frame: FastFrame;
  private readonly options: FastEngineOptions;
  private readonly handler: SingleHandler;

  constructor(frame: FastFrame, options: FastEngineOptions, handler: SingleHandler, slotOffset: number) {
    super(frame.builder, frame.slot, slotOffset);
    this.frame = frame;
    this.options = options;
    this.handler = handler;
  }

  override pushInteger(type: 'i32' | 'i64', value: bigint): void {
    if (type === 'i32' || BigInt.asIntN(32, value) === value) {
      super.pushInteger(type, value);
      return;
    }
    this.builder.i32(0);
    this.builder.load('i64.load', this.frame.constants.place(value));
  }

  override pushFloat(type: 'f32' | 'f64', value: number): void {
    this.builder.i32(0);
    this.builder.load('f64.load', this.frame.constants.place(bitsOfDouble(value)));
    if (type === 'f32') this.builder.op('f32.demote_f64');
  }

  pushPc(): void {
    pushPc(this.frame, this.slotOffset >> Slot.codeShift);
  }

  pushNextPc(): void {
    pushPc(this.frame, (this.slotOffset >> Slot.codeShift) + this.handler.length);
  }

  load(access: LoadName, address: Push, into: number): void {
    this.locate(TranslationTable.read, address, accessSize(access));
    this.builder.load(access);
    this.builder.set(into);
  }

  store(access: StoreName, address: Push, value: Push): void {
    this.locate(TranslationTable.write, address, accessSize(access));
    value();
    this.builder.store(access);
  }

  loadReserved(access: LoadName, address: Push, into: number): void {
    const { builder, frame } = this;
    this.locate(TranslationTable.read, address, accessSize(access));
    builder.tee(frame.entry);
    builder.load(access);
    builder.set(into);
    this.writeCell(HartBlock.reservationAddress, () => this.pushPhysical());
    this.writeCell(HartBlock.reservationWidth, () => builder.i32(accessSize(access)));
  }

  /** The physical address of the place in the `entry` local. */
  private pushPhysical(): void {
    this.builder.get(this.frame.entry);
    this.builder.i32(this.options.ramBase);
    this.builder.op('i32.sub');
  }

  storeConditional(access: StoreName, address: Push, value: Push, failed: number): void {
    const { builder, frame } = this;
    this.locate(TranslationTable.write, address, accessSize(access));
    builder.set(frame.entry);
    this.pushCell(HartBlock.reservationWidth);
    builder.i32(accessSize(access));
    builder.op('i32.ne');
    this.pushCell(HartBlock.reservationAddress);
    this.pushPhysical();
    builder.op('i32.ne');
    builder.op('i32.or');
    builder.tee(failed);
    builder.op('i32.eqz');
    builder.if();
    builder.get(frame.entry);
    value();
    builder.store(access);
    builder.end();
    this.writeCell(HartBlock.reservationWidth, () => builder.i32(0));
  }

  modify(load: LoadName, store: StoreName, address: Push, old: number, value: Push): void {
    const { builder, frame } = this;
    this.locate(TranslationTable.write, address, accessSize(load));
    builder.tee(frame.entry);
    builder.load(load);
    builder.set(old);
    builder.get(frame.entry);
    value();
    builder.store(store);
  }

  jump(): void {
    const { builder, frame } = this;
    if (this.handler.near) {
      this.setSlot(() => this.pushImmediate32());
      builder.branch(frame.enter);
      return;
    }
    this.pushPc();
    this.pushImmediate();
    builder.op('i64.add');
    builder.set(frame.target);
    builder.branch(frame.jump);
  }

  jumpTo(target: Push): void {
    target();
    this.builder.set(this.frame.target);
    this.builder.branch(this.frame.jump);
  }

  branch(condition: Push): void {
    const { builder, frame } = this;
    const following = this.handler.length << Slot.codeShift;
    if (this.handler.near) {
      this.setSlot(() => {
        this.pushImmediate32();
        builder.i32(following);
        condition();
        builder.select();
      });
    } else {
      condition();
      builder.if();
      this.jump();
      builder.end();
      this.setSlot(() => builder.i32(following));
    }
    builder.branch(frame.enter);
  }

  /** Moves `slot` to this instruction's slot plus a distance. */
  private setSlot(distance: Push): void {
    const { builder, frame } = this;
    builder.get(frame.slot);
    distance();
    builder.op('i32.add');
    if (this.slotOffset !== 0) {
      builder.i32(this.slotOffset);
      builder.op('i32.add');
    }
    builder.set(frame.slot);
  }

  trap(cause: number, value: Push): void {
    const { builder } = this;
    builder.i32(0);
    value();
    builder.store('i64.store', HartBlock.trapValue);
    this.writeCell(HartBlock.trapCause, () => builder.i32(cause));
    this.stop(Stop.trap);
  }

  system(): void {
    this.stop(Stop.system);
  }

  exactFloat(): void {
    this.stopCarefully();
  }

  rarely(): void {
    this.stopCarefully();
  }

  private stop(reason: StopCode): void {
    const { builder, frame } = this;
    if (this.slotOffset !== 0) this.setSlot(() => builder.i32(0));
    builder.i32(reason);
    builder.set(frame.reason);
    builder.branch(frame.leave);
  }

  private stopCarefully(): void {
    if (this.slotOffset !== 0) this.setSlot(() => this.builder.i32(0));
    this.builder.branch(this.frame.careful);
  }

  /** Leaves the instruction undone if the condition on the stack is not 0. */
  private leaveIf(to: Label): void {
    const { builder } = this;
    if (this.slotOffset === 0) {
      builder.branchIf(to);
      return;
    }
    builder.if();
    this.setSlot(() => builder.i32(0));
    builder.branch(to);
    builder.end();
  }

  /**
   * Pushes where the data at an address is. The tag is compared under a mask that keeps the low address bits that are 0
   * when it is aligned: what is misaligned is done carefully.
   */
  private locate(table: DataTable, address: Push, size: number): void {
    const { builder, frame } = this;
    const miss = table === TranslationTable.read ? frame.miss?.read : frame.miss?.write;
    address();
    builder.tee(frame.address);
    builder.op('i32.wrap_i64');
    pushEntry(frame, DATA_ENTRY_MASK);
    builder.tee(frame.entry);
    builder.load('i64.load', table + TranslationTable.tag);
    builder.get(frame.address);
    builder.i64(PAGE_MASK | (size - 1));
    builder.op('i64.and');
    if (miss !== undefined) builder.tee(frame.target);
    builder.op('i64.ne');
    this.leaveIf(miss ?? frame.careful);
    builder.get(frame.address);
    builder.op('i32.wrap_i64');
    builder.get(frame.entry);
    builder.load('i32.load', table + TranslationTable.addend);
    builder.op('i32.add');
  }
}
