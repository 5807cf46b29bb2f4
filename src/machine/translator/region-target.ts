/**
 * How translated code does what instructions mean: operands are constants, registers are locals. An instruction that
 * cannot be done in place is left untouched, and with it the region: the interpreter does it. Control transfers are not
 * done here: `transfer` is told where they go.
 */

import { pushCell } from '../hart-cell.ts';
import { accessSize } from '../interpreter/slot-operands.ts';
import type { Decoded } from '../isa/decoder.ts';
import type { RegisterField, RegisterFile } from '../isa/expressions.ts';
import type { Push, Target } from '../isa/lowering.ts';
import { FlatTable, HartBlock } from '../layout.ts';
import type { FunctionBuilder, Label } from '../wasm/function-builder.ts';
import type { LoadName, StoreName } from '../wasm/instructions.ts';
import { DATA, type FlatTableOffset, pushAddress, pushEntry, pushIsApart } from './data-place.ts';
import { refillData } from './data-refill.ts';
import { leaveAt, leaveIf, type Point, pushHeld, type RegionFrame } from './region-frame.ts';

const DYNAMIC_ROUNDING = 7;

/** What ends a block, done by whoever knows the blocks. */
export interface Transfer {
  jump(): void;
  jumpTo(target: Push): void;
  branch(condition: Push): void;
}

/** An instruction, and the point before it. */
export interface Place extends Point {
  readonly decoded: Decoded;
  /** The integer registers that are narrow before it (residence.ts). */
  readonly narrow: number;
  /** Cycles that must be left when this block ends. */
  readonly reserve: number;
  /** Is it hardly ever executed? */
  readonly isRare: boolean;
  /** Where its data is, if that has been tested for several instructions together. */
  readonly shared?: SharedPlace | undefined;
  /** Where to go when its data is not found, instead of having it refilled. */
  readonly missed?: Label | undefined;
}

export interface SharedPlace {
  /** A local, and what to add to it. */
  readonly place: number;
  readonly offset: number;
}

// scratch: one per instruction that is translated
export class RegionTarget implements Target {
  readonly builder: FunctionBuilder;
  readonly fusesMultiplyAdd: boolean;
  private readonly frame: RegionFrame;
  private readonly place: Place;
  private readonly transfer: Transfer;

  constructor(frame: RegionFrame, place: Place, transfer: Transfer) {
    this.builder = frame.builder;
    this.fusesMultiplyAdd = frame.options.fusesMultiplyAdd;
    this.frame = frame;
    this.place = place;
    this.transfer = transfer;
  }

  pushRegister(file: RegisterFile, field: RegisterField): void {
    const number = this.place.decoded[field];
    if (file === 'x' && number === 0) this.builder.i64(0);
    else pushHeld(this.frame, file, number, this.place.narrow);
  }

  pushLowRegister(field: RegisterField): void {
    const number = this.place.decoded[field];
    if (number === 0) {
      this.builder.i32(0);
    } else if (((this.place.narrow >>> number) & 1) !== 0) {
      this.builder.get(this.frame.narrow[number] as number);
    } else {
      this.builder.get(this.frame.registers.x[number] as number);
      this.builder.op('i32.wrap_i64');
    }
  }

  writeRegister(file: RegisterFile, field: RegisterField, value: Push, isNarrow: boolean): void {
    const number = this.place.decoded[field];
    if (file === 'x' && number === 0) return;
    value();
    this.builder.set((isNarrow ? this.frame.narrow[number] : this.frame.registers[file][number]) as number);
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
    if (rounding === DYNAMIC_ROUNDING) pushCell(this.builder, HartBlock.frm);
    else this.builder.i32(rounding);
  }

  pushFloatStatus(field: 'fflags' | 'frm'): void {
    pushCell(this.builder, HartBlock[field]);
  }

  writeFloatStatus(field: 'fflags' | 'frm', value: Push): void {
    this.writeCell(HartBlock[field], value);
  }

  load(access: LoadName, address: Push, into: number): void {
    this.builder.load(access, this.locateData(FlatTable.read, address, accessSize(access)));
    this.builder.set(into);
  }

  store(access: StoreName, address: Push, value: Push): void {
    const offset = this.locateData(FlatTable.write, address, accessSize(access));
    value();
    this.builder.store(access, offset);
  }

  /** Pushes a place. @returns what to add to it for the data */
  private locateData(table: FlatTableOffset, address: Push, size: number): number {
    const { shared } = this.place;
    if (shared === undefined) return this.locate(table, address, size);
    this.builder.get(shared.place);
    return shared.offset;
  }

  loadReserved(access: LoadName, address: Push, into: number): void {
    const { builder, frame } = this;
    this.locateAligned(FlatTable.read, address, accessSize(access));
    builder.tee(frame.found);
    builder.load(access, DATA);
    builder.set(into);
    this.writeCell(HartBlock.reservationAddress, () => this.pushPhysical());
    this.writeCell(HartBlock.reservationWidth, () => builder.i32(accessSize(access)));
  }

  storeConditional(access: StoreName, address: Push, value: Push, failed: number): void {
    const { builder, frame } = this;
    this.locateAligned(FlatTable.write, address, accessSize(access));
    builder.set(frame.found);
    pushCell(this.builder, HartBlock.reservationWidth);
    builder.i32(accessSize(access));
    builder.op('i32.ne');
    pushCell(this.builder, HartBlock.reservationAddress);
    this.pushPhysical();
    builder.op('i32.ne');
    builder.op('i32.or');
    builder.tee(failed);
    builder.op('i32.eqz');
    builder.if();
    builder.get(frame.found);
    value();
    builder.store(access, DATA);
    builder.end();
    this.writeCell(HartBlock.reservationWidth, () => builder.i32(0));
  }

  modify(load: LoadName, store: StoreName, address: Push, old: number, value: Push): void {
    const { builder, frame } = this;
    this.locateAligned(FlatTable.write, address, accessSize(load));
    builder.tee(frame.found);
    builder.load(load, DATA);
    builder.set(old);
    builder.get(frame.found);
    value();
    builder.store(store, DATA);
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

  /** A program that computes with integers in floats goes that way all the time. */
  rarely(body: () => void): void {
    body();
  }

  private leave(): void {
    leaveAt(this.frame, this.place);
  }

  /** The physical address of the data whose place is in the `found` local. */
  private pushPhysical(): void {
    this.builder.get(this.frame.found);
    this.builder.i32(this.frame.options.ramBase - DATA);
    this.builder.op('i32.sub');
  }

  private writeCell(offset: number, value: Push): void {
    this.builder.i32(0);
    value();
    this.builder.store('i32.store', offset);
  }

  /** Has the address's page refilled, here or elsewhere, if the condition is not 0. */
  private refillIf(table: FlatTableOffset): void {
    const { missed } = this.place;
    this.builder.hintUnlikely();
    if (missed !== undefined) {
      this.builder.branchIf(missed);
      return;
    }
    this.builder.if();
    refillData(this.frame, this.place, table);
    this.builder.end();
  }

  /** Pushes whether the entry of the address, which is left in `found`, is missing. */
  private isMissing(table: FlatTableOffset): void {
    pushEntry(this.frame, table);
    this.builder.tee(this.frame.found);
    this.builder.op('i32.eqz');
  }

  /** Pushes a place near the data at an address, or leaves. @returns what to add to it for the data */
  private locate(table: FlatTableOffset, address: Push, size: number): number {
    const { builder, frame } = this;
    address();
    builder.set(frame.address);
    if (this.place.isRare) {
      this.locateByCall(table, size);
      return 0;
    }
    pushIsApart(frame, size);
    builder.hintUnlikely();
    builder.if('i32');
    this.locateByCall(table, size);
    // The host sees that a difference has no more than 32 bits; of what a function gives it has to make sure.
    builder.i32(DATA);
    builder.op('i32.sub');
    builder.else();
    this.locateAtOnce(table);
    builder.end();
    return DATA;
  }

  /** The same for what is atomic: it must be aligned. */
  private locateAligned(table: FlatTableOffset, address: Push, size: number): void {
    const { frame, place } = this;
    address();
    this.builder.set(frame.address);
    leaveIf(frame, place, () => pushIsApart(frame, size));
    this.locateAtOnce(table);
  }

  private locateAtOnce(table: FlatTableOffset): void {
    const { builder, frame, place } = this;
    if (frame.refill === undefined) {
      leaveIf(frame, place, () => this.isMissing(table));
    } else {
      this.isMissing(table);
      this.refillIf(table);
    }
    pushAddress(frame);
    builder.get(frame.found);
    builder.op('i32.add');
  }

  /** Pushes the place of the data, by a function, which is short where it is called: for what is seldom done. */
  private locateByCall(table: FlatTableOffset, size: number): void {
    const { builder, frame, place } = this;
    leaveIf(frame, place, () => {
      builder.get(frame.address);
      builder.i32(size + table);
      builder.call(frame.locate);
      builder.tee(frame.found);
      builder.op('i32.eqz');
    });
    builder.get(frame.found);
  }
}
