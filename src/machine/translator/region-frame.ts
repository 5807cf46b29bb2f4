/**
 * The shape of a translated function, shared by what writes its parts.
 *
 *     region(pc: i64, remaining: i32, depth: i32) -> (pc: i64, remaining: i32)
 *
 * It is entered with `pc` being the address of its entry, or does nothing. It executes guest instructions, each whole or
 * not at all, and returns the address of the next one and the cycles left; all registers are then in the hart block. A
 * call whose result differs from what was given has executed nothing: the instruction there needs the interpreter.
 *
 * Leaving in the middle goes by one number to the end of the function: how far the address is from the entry in
 * halfwords, and in the low bits how many instructions, and accesses to data, have been paid for and counted, and are not
 * executed. On its way it passes an
 * exit, which sends dirty registers home (exit-plan.ts).
 */

import { pushCell } from '../hart-cell.ts';
import type { RegisterFile } from '../isa/expressions.ts';
import { HartBlock, TranslationTable } from '../layout.ts';
import type { RefillFunctions } from '../refill/refill.ts';
import type { FunctionBuilder, FunctionType, Label } from '../wasm/function-builder.ts';
import { goOnFound } from './region-jump.ts';
import { forEachRegister, type RegisterSet } from './register-use.ts';

export interface TranslatorOptions {
  /** Cycles an instruction costs. */
  readonly instructionPrice: number;
  readonly countDataAccesses: boolean;
  /** Does the host fuse multiplication and addition? */
  readonly fusesMultiplyAdd: boolean;
  /** Offset in memory of physical address 0. */
  readonly ramBase: number;
  /** Size of the machine's memory in WebAssembly pages. */
  readonly memoryPages: number;
  /** Is there a modelled TLB that generated code refills (../refill)? */
  readonly refills: boolean;
}

export const REGION_TYPE: FunctionType = { parameters: ['i64', 'i32', 'i32'], results: ['i64', 'i32'] };

/** Calls nest this deep at most before everything is left, so that the host's stack suffices. */
export const DEEPEST_CALL = 250;

const UNDONE_BITS = 8;
const UNACCESSED_BITS = 8;
/** Added to an exit number: nothing is undone, and the region at the address is to be executed. */
const GOING_ON = 128;
const REGISTER_SIZE = 8;
const PAGE_SIZE = 4096;

export interface RegionOptions extends TranslatorOptions {
  /** May registers be taken to be narrow (residence.ts) at the beginning of a region, where it is tested? */
  readonly assumesNarrow: boolean;
}

export interface RegionFrame {
  readonly builder: FunctionBuilder;
  readonly options: TranslatorOptions;
  /** The refills of a modelled TLB, if there are any. */
  readonly refill: DataRefills | undefined;
  readonly entry: number;
  readonly pc: number;
  readonly remaining: number;
  readonly depth: number;
  readonly flatTables: number;
  readonly address: number;
  readonly found: number;
  /** Indices of the functions that find data and regions (region-entry.ts), and of the type of regions. */
  readonly locate: number;
  readonly find: number;
  readonly enter: number;
  /** Does `find` remember what it finds? */
  readonly remembers: boolean;
  readonly regionType: number;
  /** Locals of the registers used, by file and number. */
  readonly registers: Record<RegisterFile, readonly (number | undefined)[]>;
  /** Locals of 32 bits of integer registers, for when they are narrow (isa/narrow.ts). */
  readonly narrow: readonly (number | undefined)[];
}

/** Indices of the functions. */
export type DataRefills = Pick<RefillFunctions, 'read' | 'write'>;

const FILE_BASE: Record<RegisterFile, number> = { x: HartBlock.x, f: HartBlock.f };
const placeOf = (file: RegisterFile, number: number): number => FILE_BASE[file] + number * REGISTER_SIZE;

/** A point before an instruction at which a region can be left. */
export interface Point {
  readonly address: number;
  /** Instructions that have been paid for and are not executed. */
  readonly undone: number;
  /** How many of them access data, if that is counted. */
  readonly unaccessed: number;
  /** The block that sends home what is dirty here; it takes an exit number. */
  exit(): Label;
}

function exitNumber(frame: RegionFrame, { address, undone, unaccessed }: Point): number {
  const distance = (address - frame.entry) / 2;
  return (distance * 2 ** UNACCESSED_BITS + unaccessed) * 2 ** UNDONE_BITS + undone;
}

export function leaveAt(frame: RegionFrame, point: Point): void {
  frame.builder.i64(exitNumber(frame, point));
  frame.builder.branch(point.exit());
}

/** Goes on in another region, if there is one at the point's address; who called this region stays its caller. */
export function goOnAt(frame: RegionFrame, point: Point): void {
  frame.builder.i64(exitNumber(frame, point) + GOING_ON);
  frame.builder.branch(point.exit());
}

/** Leaves if the condition is not 0. */
export function leaveIf(frame: RegionFrame, point: Point, condition: () => void): void {
  frame.builder.i64(exitNumber(frame, point));
  condition();
  frame.builder.hintUnlikely();
  frame.builder.branchIf(point.exit());
  frame.builder.drop();
}

/** Takes the exit number on the stack apart: sets pc, gives back what was paid; then goes on there, or gives the results. */
export function finishLeaving(frame: RegionFrame): void {
  const { builder, address: number, found, pc, remaining, options } = frame;
  builder.tee(number);
  builder.i64(UNACCESSED_BITS + UNDONE_BITS);
  builder.op('i64.shr_s');
  builder.i64(1);
  builder.op('i64.shl');
  builder.i64(frame.entry);
  builder.op('i64.add');
  builder.set(pc);
  builder.get(number);
  builder.op('i32.wrap_i64');
  builder.set(found);
  if (options.countDataAccesses)
    countAccesses(frame, 'i32.sub', () => {
      builder.get(found);
      builder.i32(UNDONE_BITS);
      builder.op('i32.shr_u');
      builder.i32(2 ** UNACCESSED_BITS - 1);
      builder.op('i32.and');
    });
  builder.get(found);
  builder.i32(GOING_ON);
  builder.op('i32.and');
  builder.if();
  goOnFound(frame);
  builder.end();
  builder.get(pc);
  builder.get(remaining);
  builder.get(found);
  builder.i32(GOING_ON - 1);
  builder.op('i32.and');
  if (options.instructionPrice !== 1) {
    builder.i32(options.instructionPrice);
    builder.op('i32.mul');
  }
  builder.op('i32.add');
}

/** Counts so many accesses to data as retired, or as not retired after all. */
export function countAccesses(
  { builder }: RegionFrame,
  change: 'i32.add' | 'i32.sub',
  count: () => void,
): void {
  builder.i32(0);
  pushCell(builder, HartBlock.dataAccesses);
  count();
  builder.op(change);
  builder.store('i32.store', HartBlock.dataAccesses);
}

/** Pushes a register that is held. @param narrow the integer registers that are narrow */
export function pushHeld(frame: RegionFrame, file: RegisterFile, number: number, narrow: number): void {
  const { builder, registers } = frame;
  if (file === 'f' || !isIn(narrow, number)) {
    builder.get(registers[file][number] as number);
    return;
  }
  builder.get(frame.narrow[number] as number);
  builder.op('i64.extend_i32_s');
}

const isIn = (set: number, number: number): boolean => ((set >>> number) & 1) !== 0;

/** Pushes a register from its home. */
export function pushHome(
  builder: FunctionBuilder,
  file: RegisterFile,
  number: number,
  access: 'i64.load' | 'i64.load32_s' | 'i32.load',
): void {
  builder.i32(0);
  builder.load(access, placeOf(file, number));
}

export function loadRegisters(frame: RegionFrame, set: RegisterSet, narrow: number): void {
  const { builder, registers } = frame;
  forEachRegister(set, (file, number) => {
    const isNarrow = file === 'x' && isIn(narrow, number);
    pushHome(builder, file, number, isNarrow ? 'i32.load' : 'i64.load');
    builder.set((isNarrow ? frame.narrow[number] : registers[file][number]) as number);
  });
}

export function spillRegisters(frame: RegionFrame, set: RegisterSet, narrow: number): void {
  const { builder } = frame;
  forEachRegister(set, (file, number) => {
    builder.i32(0);
    pushHeld(frame, file, number, narrow);
    builder.store('i64.store', placeOf(file, number));
  });
}

/** Makes narrow registers wide. */
export function widenRegisters(frame: RegionFrame, set: RegisterSet): void {
  forEachRegister(set, (file, number) => {
    pushHeld(frame, file, number, set.x);
    frame.builder.set(frame.registers[file][number] as number);
  });
}

/**
 * Pushes 1 if the page of an address is not executed from the given frame at present, as far as the caches know. The distance of the
 * two can be replaced, by the address of the page, where the same code lies in another frame.
 */
export function pushIsElsewhere(frame: RegionFrame, address: number, frameOffset: number): void {
  const { builder } = frame;
  const page = address - (address % PAGE_SIZE);
  const index = (page / PAGE_SIZE) % TranslationTable.executeEntries;
  const entry = TranslationTable.execute + index * TranslationTable.entrySize;
  pushCell(builder, HartBlock.translationSet);
  builder.load('i64.load', entry + TranslationTable.tag);
  builder.i64(page);
  builder.op('i64.ne');
  pushCell(builder, HartBlock.translationSet);
  builder.load('i32.load', entry + TranslationTable.addend);
  builder.i32Replaceable(frameOffset - page, page);
  builder.op('i32.ne');
  builder.op('i32.or');
}
