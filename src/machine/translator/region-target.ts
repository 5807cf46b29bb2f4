/**
 * How translated code does what instructions mean: operands are constants, registers are locals. An instruction that
 * cannot be done in place is left untouched, and with it the region: the interpreter does it. Control transfers are not
 * done here: `transfer` is told where they go.
 */

import { accessSize } from '../interpreter/slot-operands.ts';
import type { Decoded } from '../isa/decoder.ts';
import type { RegisterField, RegisterFile } from '../isa/expressions.ts';
import type { Push, Target } from '../isa/lowering.ts';
import { HartBlock, TranslationTable } from '../layout.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import type { LoadName, StoreName } from '../wasm/instructions.ts';
import { leaveAt, leaveIf, type RegionFrame } from './region-frame.ts';

const PAGE_MASK = -4096;
const ENTRY_SHIFT = 8;
const ENTRY_MASK = 0xfff0;
const DYNAMIC_ROUNDING = 7;

/** What ends a block, done by whoever knows the blocks. */
export interface Transfer {
  jump(): void;
  jumpTo(target: Push): void;
  branch(condition: Push): void;
}

/** An instruction in its block. */
export interface Place {
  readonly decoded: Decoded;
  readonly address: number;
  /** Instructions from this one to the end of its block, which have been paid for. */
  readonly undone: number;
}

// scratch: one per instruction that is translated
export class RegionTarget implements Target {
  readonly builder: FunctionBuilder;
  private readonly frame: RegionFrame;
  private readonly place: Place;
  private readonly transfer: Transfer;

  constructor(frame: RegionFrame, place: Place, transfer: Transfer) {
    this.builder = frame.builder;
    this.frame = frame;
    this.place = place;
    this.transfer = transfer;
  }

  pushRegister(file: RegisterFile, field: RegisterField): void {
    const number = this.place.decoded[field];
    if (file === 'x' && number === 0) this.builder.i64(0);
    else this.builder.get(this.frame.registers[file][number] as number);
  }

  writeRegister(file: RegisterFile, field: RegisterField, value: Push): void {
    const number = this.place.decoded[field];
    if (file === 'x' && number === 0) return;
    value();
    this.builder.set(this.frame.registers[file][number] as number);
  }

  pushField(field: RegisterField): void {
    this.builder.i64(this.place.decoded[field]);
  }

  pushInteger(type: 'i32' | 'i64', value: bigint): void {
    if (type === 'i32') this.builder.i32(Number(value));
    else this.builder.i64(value);
  }

  pushFloat(type: 'f32' | 'f64', value: number): void {
    if (type === 'f32') this.builder.f32(value);
    else this.builder.f64(value);
  }

  pushImmediate(): void {
    this.builder.i64(this.place.decoded.immediate);
  }

  pushPc(): void {
    this.builder.i64(this.place.address);
  }

  pushNextPc(): void {
    this.builder.i64(this.place.address + this.place.decoded.length);
  }

  pushRounding(): void {
    const { rounding } = this.place.decoded;
    if (rounding === DYNAMIC_ROUNDING) this.pushCell(HartBlock.frm);
    else this.builder.i32(rounding);
  }

  pushFloatStatus(field: 'fflags' | 'frm'): void {
    this.pushCell(HartBlock[field]);
  }

  writeFloatStatus(field: 'fflags' | 'frm', value: Push): void {
    this.writeCell(HartBlock[field], value);
  }

  load(access: LoadName, address: Push, into: number): void {
    this.locate(TranslationTable.read, address, accessSize(access));
    this.builder.load(access);
    this.builder.set(into);
    this.accessed();
  }

  store(access: StoreName, address: Push, value: Push): void {
    this.locate(TranslationTable.write, address, accessSize(access));
    value();
    this.builder.store(access);
    this.accessed();
  }

  loadReserved(access: LoadName, address: Push, into: number): void {
    const { builder, frame } = this;
    this.locate(TranslationTable.read, address, accessSize(access));
    builder.tee(frame.found);
    builder.load(access);
    builder.set(into);
    this.writeCell(HartBlock.reservationAddress, () => this.pushPhysical());
    this.writeCell(HartBlock.reservationWidth, () => builder.i32(accessSize(access)));
    this.accessed();
  }

  storeConditional(access: StoreName, address: Push, value: Push, failed: number): void {
    const { builder, frame } = this;
    this.locate(TranslationTable.write, address, accessSize(access));
    builder.set(frame.found);
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
    builder.get(frame.found);
    value();
    builder.store(access);
    builder.end();
    this.writeCell(HartBlock.reservationWidth, () => builder.i32(0));
    this.accessed();
  }

  modify(load: LoadName, store: StoreName, address: Push, old: number, value: Push): void {
    const { builder, frame } = this;
    this.locate(TranslationTable.write, address, accessSize(load));
    builder.tee(frame.found);
    builder.load(load);
    builder.set(old);
    builder.get(frame.found);
    value();
    builder.store(store);
    this.accessed();
  }

  jump(): void {
    this.transfer.jump();
  }

  jumpTo(target: Push): void {
    this.transfer.jumpTo(target);
  }

  branch(condition: Push): void {
    this.transfer.branch(condition);
  }

  trap(): void {
    this.leave();
  }

  system(): void {
    this.leave();
  }

  exactFloat(): void {
    this.leave();
  }

  /** Only where an instruction always goes that way is it worth doing it here. */
  rarely(body: () => void): void {
    if (this.place.decoded.definition.meaning.some(({ kind }) => kind === 'rarely')) body();
    else this.leave();
  }

  private leave(): void {
    leaveAt(this.frame, this.place.address, this.place.undone);
  }

  private accessed(): void {
    if (!this.frame.options.countDataAccesses) return;
    this.writeCell(HartBlock.dataAccesses, () => {
      this.pushCell(HartBlock.dataAccesses);
      this.builder.i32(1);
      this.builder.op('i32.add');
    });
  }

  /** The physical address of the place in the `found` local. */
  private pushPhysical(): void {
    this.builder.get(this.frame.found);
    this.builder.i32(this.frame.options.ramBase);
    this.builder.op('i32.sub');
  }

  private pushCell(offset: number): void {
    this.builder.i32(0);
    this.builder.load('i32.load', offset);
  }

  private writeCell(offset: number, value: Push): void {
    this.builder.i32(0);
    value();
    this.builder.store('i32.store', offset);
  }

  /** Pushes where the data at an address is; what is misaligned or not cached leaves. */
  private locate(table: number, address: Push, size: number): void {
    const { builder, frame, place } = this;
    const window = frame.windows.get(table)?.[place.decoded.rs1];
    address();
    builder.set(frame.address);
    if (window === undefined) {
      this.find(table, size);
      this.pushAddress32();
      builder.get(frame.found);
      builder.load('i32.load', table + TranslationTable.addend);
      builder.op('i32.add');
      return;
    }
    this.pushTag(size);
    builder.get(window.tag);
    builder.op('i64.ne');
    builder.if();
    this.find(table, size);
    builder.get(frame.found);
    builder.load('i32.load', table + TranslationTable.addend);
    builder.set(window.addend);
    this.pushTag(1);
    builder.set(window.tag);
    builder.end();
    this.pushAddress32();
    builder.get(window.addend);
    builder.op('i32.add');
  }

  private pushAddress32(): void {
    this.builder.get(this.frame.address);
    this.builder.op('i32.wrap_i64');
  }

  /** Pushes the page of the address, with the low bits that are 0 when it is aligned. */
  private pushTag(size: number): void {
    this.builder.get(this.frame.address);
    this.builder.i64(PAGE_MASK | (size - 1));
    this.builder.op('i64.and');
  }

  /** Leaves the entry of the address in `found`, or leaves. See fast-target.ts. */
  private find(table: number, size: number): void {
    const { builder, frame, place } = this;
    leaveIf(frame, place.address, place.undone, () => {
      this.pushAddress32();
      builder.i32(ENTRY_SHIFT);
      builder.op('i32.shr_u');
      builder.i32(ENTRY_MASK);
      builder.op('i32.and');
      builder.get(frame.translationSet);
      builder.op('i32.add');
      builder.tee(frame.found);
      builder.load('i64.load', table + TranslationTable.tag);
      this.pushTag(size);
      builder.op('i64.ne');
    });
  }
}
