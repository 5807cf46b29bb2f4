/**
 * What both generated engines have in common: operands are read at run time from a decoded slot, registers and float
 * status are in the hart block.
 */

import { pushCell } from '../hart-cell.ts';
import type { RegisterField, RegisterFile } from '../isa/expressions.ts';
import type { Push } from '../isa/lowering.ts';
import { HartBlock, Slot } from '../layout.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import type { LoadName, StoreName } from '../wasm/instructions.ts';

const FILE_BASE: Record<RegisterFile, number> = { x: HartBlock.x, f: HartBlock.f };
const REGISTER_SIZE_SHIFT = 3;
const DYNAMIC_ROUNDING = 7;

/** Bytes a load or store accesses. */
export function accessSize(access: LoadName | StoreName): 1 | 2 | 4 | 8 {
  const width = /(8|16|32)/.exec(access.slice(access.indexOf('.') + 1))?.[1];
  if (width !== undefined) return (Number(width) / 8) as 1 | 2 | 4;
  return access.startsWith('i64') ? 8 : 4;
}

export class SlotOperands {
  readonly builder: FunctionBuilder;
  /** What is interpreted takes long anyhow, and the fast engine has no room for more. */
  readonly fusesMultiplyAdd = false;
  private readonly slotLocal: number;
  /** Distance of this instruction's slot from the one in the local. */
  protected readonly slotOffset: number;

  constructor(builder: FunctionBuilder, slotLocal: number, slotOffset: number) {
    this.builder = builder;
    this.slotLocal = slotLocal;
    this.slotOffset = slotOffset;
  }

  /** Pushes the register number times 8. */
  protected pushScaled(field: RegisterField): void {
    this.builder.get(this.slotLocal);
    this.builder.load('i32.load16_u', this.slotOffset + Slot[field]);
  }

  pushRegister(file: RegisterFile, field: RegisterField): void {
    this.pushScaled(field);
    this.builder.load('i64.load', FILE_BASE[file]);
  }

  pushLowRegister(field: RegisterField): void {
    this.pushScaled(field);
    this.builder.load('i32.load', FILE_BASE.x);
  }

  writeRegister(file: RegisterFile, field: RegisterField, value: Push, isNarrow: boolean): void {
    this.pushScaled(field);
    value();
    if (isNarrow) this.builder.op('i64.extend_i32_s');
    this.builder.store('i64.store', FILE_BASE[file]);
  }

  pushField(field: RegisterField): void {
    this.pushScaled(field);
    this.builder.i32(REGISTER_SIZE_SHIFT);
    this.builder.op('i32.shr_u');
    this.builder.op('i64.extend_i32_u');
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
    this.builder.get(this.slotLocal);
    this.builder.load('i64.load32_s', this.slotOffset + Slot.immediate);
  }

  pushImmediate32(): void {
    this.builder.get(this.slotLocal);
    this.builder.load('i32.load', this.slotOffset + Slot.immediate);
  }

  /** The `rm` field, which takes the immediate's place, or `frm` if it says dynamic. */
  pushRounding(): void {
    const pushMode = (): void => {
      this.builder.get(this.slotLocal);
      this.builder.load('i32.load16_u', this.slotOffset + Slot.immediate);
    };
    this.pushFloatStatus('frm');
    pushMode();
    pushMode();
    this.builder.i32(DYNAMIC_ROUNDING);
    this.builder.op('i32.eq');
    this.builder.select();
  }

  pushFloatStatus(field: 'fflags' | 'frm'): void {
    this.pushCell(HartBlock[field]);
  }

  writeFloatStatus(field: 'fflags' | 'frm', value: Push): void {
    this.writeCell(HartBlock[field], value);
  }

  /** Pushes a 32-bit cell of the hart block. */
  pushCell(offset: number): void {
    pushCell(this.builder, offset);
  }

  writeCell(offset: number, value: Push): void {
    this.builder.i32(0);
    value();
    this.builder.store('i32.store', offset);
  }

  /** Only for what is executed by itself: a straight line's accesses are counted as a whole. */
  protected countDataAccess(): void {
    this.writeCell(HartBlock.dataAccesses, () => {
      this.pushCell(HartBlock.dataAccesses);
      this.builder.i32(1);
      this.builder.op('i32.add');
    });
  }
}
