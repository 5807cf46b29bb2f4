/**
 * Generates the careful engine: WebAssembly functions that execute one decoded slot whatever it needs.
 *
 *     careful(slot: i32) -> i32 (Stop.done, or why the instruction could not be done)
 *
 * There is a function for each single handler, in the function table at the handler's number. The address of the
 * instruction is in the hart block's pc; when it is done, that of the next one. Memory accesses ask the host where the
 * data is (`locate`, `stored`), so page-crossing accesses, pages with decoded code and translations that are not cached
 * all work. A near variant, whose immediate is made for the fast engine, must not be given to it.
 */

import type { RegisterField } from '../isa/expressions.ts';
import type { FloatOperationNumber } from '../isa/float-operations.ts';
import { LocalPool, Lowering, type Push, type Target } from '../isa/lowering.ts';
import { TrapCause } from '../isa/trap-causes.ts';
import { HartBlock, Slot, TranslationTable } from '../layout.ts';
import type { FunctionBuilder, FunctionType } from '../wasm/function-builder.ts';
import type { LoadName, StoreName } from '../wasm/instructions.ts';
import type { DefinedFunction, ModuleBuilder } from '../wasm/module-builder.ts';
import { Stop, type StopCode } from './exits.ts';
import { DATA_ENTRY_MASK, ENTRY_SHIFT, type FastEngineOptions, PAGE_MASK } from './fast-target.ts';
import { type HandlerCatalogue, type SingleHandler, SpecialHandler } from './handlers.ts';
import { Access } from './host.ts';
import { accessSize, SlotOperands } from './slot-operands.ts';

/** Indices of the functions the careful engine calls. */
export interface CarefulImports {
  /**
   * locate(addressLow, addressHigh, size, access: 0 read | 1 write) -> StopCode: `done` and the place in
   * `HartBlock.located`, or why not.
   */
  readonly locate: number;
  /** stored(): the place located last has been written. */
  readonly stored: number;
  /** lookUp(address: i64, size, table), see generateLookUp. */
  readonly lookUp: number;
  /** floatOperation(operation, a, b, c, rounding) -> bits; flags in `HartBlock.floatFlags`. */
  readonly floatOperation: number;
}

const READ = Access.read;
const WRITE = Access.write;
const TABLE = { [READ]: TranslationTable.read, [WRITE]: TranslationTable.write } as const;

const CAREFUL_TYPE: FunctionType = { parameters: ['i32'], results: ['i32'] };

interface CarefulFrame {
  readonly slot: number;
  /** The slot's rd: a store to the instruction's own page makes the slot forgotten before rd is written. */
  readonly rd: number;
  readonly pc: number;
  readonly nextPc: number;
  readonly address: number;
  /** The place of the access, if the software cache knows it. */
  readonly found: number;
  readonly reason: number;
}

/** Fills the function table. A fused slot is executed as its first instruction alone. */
export function generateCarefulEngine(
  module: ModuleBuilder,
  catalogue: HandlerCatalogue,
  imports: CarefulImports,
  options: FastEngineOptions,
): void {
  const impossible = module.defineFunction(CAREFUL_TYPE);
  impossible.body.unreachable();
  const singles = catalogue.singles.map((single) =>
    single.near ? impossible.index : generateFunction(module, single, imports, options),
  );
  const specials = Object.keys(SpecialHandler).map(() => impossible.index);
  const firsts = catalogue.fused.map(({ first }) => singles[catalogue.singles.indexOf(first)] as number);
  module.setTable([...specials, ...singles, ...firsts]);
}

/**
 * Defines lookUp(address: i64, size: i32, table: i32) -> i32: the place of an access of that size, at any alignment, if
 * the table knows its page and it does not go beyond it; else 0.
 */
export function generateLookUp(module: ModuleBuilder): number {
  const { index, body: builder } = module.defineFunction({
    parameters: ['i64', 'i32', 'i32'],
    results: ['i32'],
  });
  const [address, size, table, entry] = [0, 1, 2, builder.local('i32')] as const;
  pushLookedUpEntry(builder, address, table);
  builder.tee(entry);
  builder.load('i64.load', TranslationTable.tag);
  builder.get(address);
  builder.i64(PAGE_MASK);
  builder.op('i64.and');
  builder.op('i64.eq');
  builder.get(address);
  builder.op('i32.wrap_i64');
  builder.i32(~PAGE_MASK);
  builder.op('i32.and');
  builder.get(size);
  builder.op('i32.add');
  builder.i32(-PAGE_MASK);
  builder.op('i32.le_u');
  builder.op('i32.and');
  builder.if();
  builder.get(address);
  builder.op('i32.wrap_i64');
  builder.get(entry);
  builder.load('i32.load', TranslationTable.addend);
  builder.op('i32.add');
  builder.return();
  builder.end();
  builder.i32(0);
  return index;
}

function pushLookedUpEntry(builder: FunctionBuilder, address: number, table: number): void {
  builder.get(address);
  builder.op('i32.wrap_i64');
  builder.i32(ENTRY_SHIFT);
  builder.op('i32.shr_u');
  builder.i32(DATA_ENTRY_MASK);
  builder.op('i32.and');
  builder.i32(0);
  builder.load('i32.load', HartBlock.translationSet);
  builder.op('i32.add');
  builder.get(table);
  builder.op('i32.add');
}

function generateFunction(
  module: ModuleBuilder,
  single: SingleHandler,
  imports: CarefulImports,
  options: FastEngineOptions,
): number {
  const defined = module.defineFunction(CAREFUL_TYPE);
  const builder = defined.body;
  const frame: CarefulFrame = {
    slot: 0,
    rd: builder.local('i32'),
    pc: builder.local('i64'),
    nextPc: builder.local('i64'),
    address: builder.local('i64'),
    found: builder.local('i32'),
    reason: builder.local('i32'),
  };
  builder.i32(0);
  builder.load('i64.load', HartBlock.pc);
  builder.set(frame.pc);
  builder.get(frame.slot);
  builder.load('i32.load16_u', Slot.rd);
  builder.set(frame.rd);
  const target = new CarefulTarget(defined, frame, imports, options, single);
  target.setNextPc(() => target.pushNextPc());
  new Lowering(target, new LocalPool(builder)).meaning(single.definition.meaning);
  builder.i32(0);
  builder.get(frame.nextPc);
  builder.store('i64.store', HartBlock.pc);
  builder.i32(Stop.done);
  return defined.index;
}

/** Writes a call of the careful engine for the slot in a local; leaves its StopCode. */
export function callCarefulEngine(module: ModuleBuilder, builder: FunctionBuilder, slot: number): void {
  builder.get(slot);
  builder.get(slot);
  builder.load('i32.load16_u', Slot.handler);
  builder.callIndirect(module.typeIndex(CAREFUL_TYPE), module.ownTable);
}

class CarefulTarget extends SlotOperands implements Target {
  private readonly frame: CarefulFrame;
  private readonly imports: CarefulImports;
  private readonly options: FastEngineOptions;
  private readonly handler: SingleHandler;

  constructor(
    defined: DefinedFunction,
    frame: CarefulFrame,
    imports: CarefulImports,
    options: FastEngineOptions,
    handler: SingleHandler,
  ) {
    super(defined.body, frame.slot, 0);
    this.frame = frame;
    this.imports = imports;
    this.options = options;
    this.handler = handler;
  }

  protected override pushScaled(field: RegisterField): void {
    if (field === 'rd') this.builder.get(this.frame.rd);
    else super.pushScaled(field);
  }

  setNextPc(value: Push): void {
    value();
    this.builder.set(this.frame.nextPc);
  }

  pushPc(): void {
    this.builder.get(this.frame.pc);
  }

  pushNextPc(): void {
    this.builder.get(this.frame.pc);
    this.builder.i64(this.handler.length);
    this.builder.op('i64.add');
  }

  load(access: LoadName, address: Push, into: number): void {
    this.locate(address, accessSize(access), READ);
    this.pushLocated();
    this.builder.load(access);
    this.builder.set(into);
    this.accessed();
  }

  store(access: StoreName, address: Push, value: Push): void {
    this.locate(address, accessSize(access), WRITE);
    this.pushLocated();
    value();
    this.builder.store(access);
    this.stored();
    this.accessed();
  }

  loadReserved(access: LoadName, address: Push, into: number): void {
    this.checkAlignment(address, accessSize(access), TrapCause.loadAddressMisaligned);
    this.load(access, () => this.builder.get(this.frame.address), into);
    this.writeCell(HartBlock.reservationAddress, () => this.pushPhysical());
    this.writeCell(HartBlock.reservationWidth, () => this.builder.i32(accessSize(access)));
  }

  storeConditional(access: StoreName, address: Push, value: Push, failed: number): void {
    const { builder } = this;
    const size = accessSize(access);
    this.checkAlignment(address, size, TrapCause.storeAddressMisaligned);
    this.locate(() => builder.get(this.frame.address), size, WRITE);
    this.pushCell(HartBlock.reservationWidth);
    builder.i32(size);
    builder.op('i32.ne');
    this.pushCell(HartBlock.reservationAddress);
    this.pushPhysical();
    builder.op('i32.ne');
    builder.op('i32.or');
    builder.tee(failed);
    builder.op('i32.eqz');
    builder.if();
    this.pushLocated();
    value();
    builder.store(access);
    this.stored();
    builder.end();
    this.writeCell(HartBlock.reservationWidth, () => builder.i32(0));
    this.accessed();
  }

  modify(load: LoadName, store: StoreName, address: Push, old: number, value: Push): void {
    const { builder } = this;
    this.checkAlignment(address, accessSize(load), TrapCause.storeAddressMisaligned);
    this.locate(() => builder.get(this.frame.address), accessSize(load), WRITE);
    this.pushLocated();
    builder.load(load);
    builder.set(old);
    this.pushLocated();
    value();
    builder.store(store);
    this.stored();
    this.accessed();
  }

  rarely(body: () => void): void {
    body();
  }

  jump(): void {
    this.setNextPc(() => {
      this.pushPc();
      this.pushImmediate();
      this.builder.op('i64.add');
    });
  }

  jumpTo(target: Push): void {
    this.setNextPc(target);
  }

  branch(condition: Push): void {
    condition();
    this.builder.if();
    this.jump();
    this.builder.end();
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

  exactFloat(operation: FloatOperationNumber, operands: readonly Push[], into: number, flags: number): void {
    const { builder } = this;
    builder.i32(operation);
    for (const position of [0, 1, 2]) {
      const operand = operands[position];
      if (operand === undefined) builder.i64(0);
      else operand();
    }
    this.pushRounding();
    builder.call(this.imports.floatOperation);
    builder.set(into);
    this.pushCell(HartBlock.floatFlags);
    builder.set(flags);
  }

  private stop(reason: StopCode): void {
    this.builder.i32(reason);
    this.builder.return();
  }

  private accessed(): void {
    if (this.options.countDataAccesses) this.countDataAccess();
  }

  private pushLocated(): void {
    this.pushCell(HartBlock.located);
  }

  private pushPhysical(): void {
    this.pushLocated();
    this.builder.i32(this.options.ramBase);
    this.builder.op('i32.sub');
  }

  /** Leaves the address in the frame's local. */
  private checkAlignment(address: Push, size: number, cause: number): void {
    const { builder, frame } = this;
    address();
    builder.tee(frame.address);
    builder.i64(size - 1);
    builder.op('i64.and');
    builder.op('i64.eqz');
    builder.op('i32.eqz');
    builder.if();
    this.trap(cause, () => builder.get(frame.address));
    builder.end();
  }

  /** Finds the place of an access: by the software cache as long as it stays on a page, else by the host. */
  private locate(address: Push, size: number, access: keyof typeof TABLE): void {
    const { builder, frame } = this;
    address();
    builder.tee(frame.address);
    builder.i32(size);
    builder.i32(TABLE[access]);
    builder.call(this.imports.lookUp);
    builder.tee(frame.found);
    builder.if();
    this.writeCell(HartBlock.located, () => builder.get(frame.found));
    builder.else();
    this.askForPlace(size, access);
    builder.end();
  }

  private askForPlace(size: number, access: keyof typeof TABLE): void {
    const { builder, frame } = this;
    builder.get(frame.address);
    builder.op('i32.wrap_i64');
    builder.get(frame.address);
    builder.i64(32);
    builder.op('i64.shr_u');
    builder.op('i32.wrap_i64');
    builder.i32(size);
    builder.i32(access);
    builder.call(this.imports.locate);
    builder.tee(frame.reason);
    builder.i32(Stop.done);
    builder.op('i32.ne');
    builder.if();
    builder.get(frame.reason);
    builder.return();
    builder.end();
  }

  /** A place the software cache knows may be written without anyone looking. */
  private stored(): void {
    const { builder, frame } = this;
    builder.get(frame.found);
    builder.op('i32.eqz');
    builder.if();
    builder.call(this.imports.stored);
    builder.end();
  }
}
