/**
 * How translated code does what instructions mean: operands are constants, registers are locals. An instruction that
 * cannot be done in place is left untouched, and with it the region: the interpreter does it. Control transfers are not
 * done here: `transfer` is told where they go.
 */

import { accessSize } from '../interpreter/slot-operands.ts';
import type { Decoded } from '../isa/decoder.ts';
import type { RegisterField, RegisterFile } from '../isa/expressions.ts';
import type { Push, Target } from '../isa/lowering.ts';
import { FlatTable, FRAME_SHIFT, HartBlock } from '../layout.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import type { LoadName, StoreName } from '../wasm/instructions.ts';
import { leaveAt, leaveIf, type Point, pushCell, type RegionFrame } from './region-frame.ts';

const ENTRY_SHIFT = 2;
/** The bits that an address below 4 GiB has not. */
const ABOVE_LOW = 0xffff_ffff_0000_0000n;
/** Entries of flat tables lead to the place before. */
const DATA = 1;
const DYNAMIC_ROUNDING = 7;

type FlatTableOffset = typeof FlatTable.read | typeof FlatTable.write;

/** What ends a block, done by whoever knows the blocks. */
export interface Transfer {
  jump(): void;
  jumpTo(target: Push): void;
  branch(condition: Push): void;
}

/** An instruction, and the point before it. */
export interface Place extends Point {
  readonly decoded: Decoded;
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
    this.locate(FlatTable.read, address, accessSize(access));
    this.builder.load(access, DATA);
    this.builder.set(into);
    this.accessed();
  }

  store(access: StoreName, address: Push, value: Push): void {
    this.locate(FlatTable.write, address, accessSize(access));
    value();
    this.builder.store(access, DATA);
    this.accessed();
  }

  loadReserved(access: LoadName, address: Push, into: number): void {
    const { builder, frame } = this;
    this.locate(FlatTable.read, address, accessSize(access));
    builder.tee(frame.found);
    builder.load(access, DATA);
    builder.set(into);
    this.writeCell(HartBlock.reservationAddress, () => this.pushPhysical());
    this.writeCell(HartBlock.reservationWidth, () => builder.i32(accessSize(access)));
    this.accessed();
  }

  storeConditional(access: StoreName, address: Push, value: Push, failed: number): void {
    const { builder, frame } = this;
    this.locate(FlatTable.write, address, accessSize(access));
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
    this.accessed();
  }

  modify(load: LoadName, store: StoreName, address: Push, old: number, value: Push): void {
    const { builder, frame } = this;
    this.locate(FlatTable.write, address, accessSize(load));
    builder.tee(frame.found);
    builder.load(load, DATA);
    builder.set(old);
    builder.get(frame.found);
    value();
    builder.store(store, DATA);
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

  /** A program that computes with integers in floats goes that way all the time. */
  rarely(body: () => void): void {
    body();
  }

  private leave(): void {
    leaveAt(this.frame, this.place);
  }

  private accessed(): void {
    if (!this.frame.options.countDataAccesses) return;
    this.writeCell(HartBlock.dataAccesses, () => {
      pushCell(this.builder, HartBlock.dataAccesses);
      this.builder.i32(1);
      this.builder.op('i32.add');
    });
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

  /**
   * Pushes the place before the data at an address; what is misaligned, not below 4 GiB or not in the flat table leaves.
   */
  private locate(table: FlatTableOffset, address: Push, size: number): void {
    const { builder, frame, place } = this;
    leaveIf(frame, place, () => {
      address();
      builder.tee(frame.address);
      builder.i64(ABOVE_LOW | BigInt(size - 1));
      builder.op('i64.and');
      builder.i64(0);
      builder.op('i64.ne');
    });
    leaveIf(frame, place, () => {
      this.pushAddress32();
      builder.i32(FRAME_SHIFT);
      builder.op('i32.shr_u');
      builder.i32(ENTRY_SHIFT);
      builder.op('i32.shl');
      builder.get(frame.flatTables);
      builder.op('i32.add');
      builder.load('i32.load', table);
      builder.tee(frame.found);
      builder.op('i32.eqz');
    });
    this.pushAddress32();
    builder.get(frame.found);
    builder.op('i32.add');
  }

  private pushAddress32(): void {
    this.builder.get(this.frame.address);
    this.builder.op('i32.wrap_i64');
  }
}
