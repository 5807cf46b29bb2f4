/**
 * Writes the body of one WebAssembly function (on a little-endian host, as WebAssembly engines are in practice). Methods append instructions in order; nothing is checked here beyond
 * label depth (the engine that compiles the module validates it). Labels are handles, turned into relative depths
 * when a branch is written, so code can be moved between nesting levels without counting.
 */

import { ByteWriter, paddedInteger } from './byte-writer.ts';
import {
  LOADS,
  type LoadName,
  type PlainName,
  plainInstruction,
  STORES,
  type StoreName,
  VALUE_TYPE_CODE,
  type ValueType,
  VECTOR,
  VECTOR_LOAD,
  VECTOR_PREFIX,
  VECTOR_STORE,
} from './instructions.ts';

const EMPTY_BLOCK = 0x40;

/** A branch target: the block, loop or if opened when it was made. */
export interface Label {
  readonly depth: number;
}

/** A constant that may be replaced in what was generated, see `paddedInteger`. */
export interface Replaceable {
  readonly at: number;
  readonly subject: number;
}

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

// scratch: one per function that is generated
export class FunctionBuilder {
  readonly code = new ByteWriter();
  private readonly locals: ValueType[] = [];
  private depth = 0;
  readonly type: FunctionType;

  constructor(type: FunctionType) {
    this.type = type;
  }

  /** Places in the code of branches that are hardly ever taken, ascending. */
  private readonly unlikely: number[] = [];

  /** Tells the host that the branch or `if` written next is hardly ever taken: it keeps that way out of the other's. */
  hintUnlikely(): void {
    this.unlikely.push(this.code.length);
  }

  /** Offsets from the beginning of the body, as the section of branch hints has them. */
  get unlikelyBranches(): readonly number[] {
    const { length } = this.declarations();
    return this.unlikely.map((place) => place + length);
  }

  /** Constants that may be replaced: where their five bytes stand in the code, and what they depend on. */
  private readonly replaceable: Replaceable[] = [];

  /** A constant that another one may be put in the place of. @param subject whatever tells which */
  i32Replaceable(value: number, subject: number): void {
    this.code.byte(0x41);
    this.replaceable.push({ at: this.code.length, subject });
    this.code.bytes(paddedInteger(value));
  }

  /** Offsets from the beginning of the body. */
  get replaceableConstants(): readonly Replaceable[] {
    const { length } = this.declarations();
    return this.replaceable.map(({ at, subject }) => ({ at: at + length, subject }));
  }

  /** Declares a local; returns its index. */
  local(type: ValueType): number {
    this.locals.push(type);
    return this.type.parameters.length + this.locals.length - 1;
  }

  op(name: PlainName): void {
    this.code.byte(plainInstruction(name).opcode);
  }

  /** Makes a vector of the value on the stack. */
  splat(type: 'f32' | 'f64'): void {
    this.code.byte(VECTOR_PREFIX);
    this.code.unsigned(VECTOR[type].splat);
  }

  /** Turns three vectors a, b and c into the first element of a * b + c, rounded once where the host does. */
  fusedMultiplyAdd(type: 'f32' | 'f64'): void {
    this.code.byte(VECTOR_PREFIX);
    this.code.unsigned(VECTOR[type].multiplyAdd);
    this.code.byte(VECTOR_PREFIX);
    this.code.unsigned(VECTOR[type].extractLane);
    this.code.byte(0);
  }

  i32(value: number): void {
    this.code.byte(0x41);
    this.code.signed(value | 0);
  }

  i64(value: number | bigint): void {
    this.code.byte(0x42);
    this.code.signed(value);
  }

  f32(value: number): void {
    this.code.byte(0x43);
    this.code.bytes(new Uint8Array(new Float32Array([value]).buffer));
  }

  f64(value: number): void {
    this.code.byte(0x44);
    this.code.bytes(new Uint8Array(new Float64Array([value]).buffer));
  }

  get(local: number): void {
    this.code.byte(0x20);
    this.code.unsigned(local);
  }

  set(local: number): void {
    this.code.byte(0x21);
    this.code.unsigned(local);
  }

  tee(local: number): void {
    this.code.byte(0x22);
    this.code.unsigned(local);
  }

  /** `memory[address + offset]`, the address being on the stack. The alignment is only a hint: none is given. */
  load(name: LoadName, offset = 0): void {
    this.code.byte(LOADS[name]);
    this.memoryArgument(offset);
  }

  store(name: StoreName, offset = 0): void {
    this.code.byte(STORES[name]);
    this.memoryArgument(offset);
  }

  /** Moves 16 bytes: `memory[to + toOffset] = memory[from + fromOffset]`, `to` and `from` being pushed in this order by the two. */
  moveVector(to: () => void, toOffset: number, from: () => void, fromOffset: number): void {
    to();
    from();
    for (const [instruction, offset] of [
      [VECTOR_LOAD, fromOffset],
      [VECTOR_STORE, toOffset],
    ] as const) {
      this.code.byte(VECTOR_PREFIX);
      this.code.unsigned(instruction);
      this.memoryArgument(offset);
    }
  }

  private memoryArgument(offset: number): void {
    this.code.byte(0);
    this.code.unsigned(offset);
  }

  select(): void {
    this.code.byte(0x1b);
  }

  drop(): void {
    this.code.byte(0x1a);
  }

  unreachable(): void {
    this.code.byte(0x00);
  }

  return(): void {
    this.code.byte(0x0f);
  }

  call(functionIndex: number): void {
    this.code.byte(0x10);
    this.code.unsigned(functionIndex);
  }

  callIndirect(typeIndex: number, table = 0): void {
    this.code.byte(0x11);
    this.code.unsigned(typeIndex);
    this.code.unsigned(table);
  }

  /** Calls in place of the function that is being written, which returns what is returned. */
  returnCall(functionIndex: number): void {
    this.code.byte(0x12);
    this.code.unsigned(functionIndex);
  }

  returnCallIndirect(typeIndex: number, table = 0): void {
    this.code.byte(0x13);
    this.code.unsigned(typeIndex);
    this.code.unsigned(table);
  }

  block(result?: ValueType): Label {
    return this.open(0x02, result);
  }

  loop(result?: ValueType): Label {
    return this.open(0x03, result);
  }

  if(result?: ValueType): Label {
    return this.open(0x04, result);
  }

  else(): void {
    this.code.byte(0x05);
  }

  end(): void {
    this.code.byte(0x0b);
    this.depth -= 1;
  }

  branch(target: Label): void {
    this.code.byte(0x0c);
    this.code.unsigned(this.relative(target));
  }

  branchIf(target: Label): void {
    this.code.byte(0x0d);
    this.code.unsigned(this.relative(target));
  }

  branchTable(targets: readonly Label[], otherwise: Label): void {
    this.code.byte(0x0e);
    this.code.unsigned(targets.length);
    for (const target of targets) this.code.unsigned(this.relative(target));
    this.code.unsigned(this.relative(otherwise));
  }

  private open(opcode: number, result: ValueType | undefined): Label {
    this.code.byte(opcode);
    this.code.byte(result === undefined ? EMPTY_BLOCK : VALUE_TYPE_CODE[result]);
    this.depth += 1;
    return { depth: this.depth };
  }

  private relative(target: Label): number {
    const relative = this.depth - target.depth;
    if (relative < 0 || target.depth < 1) throw new Error('branch to a label that is not open');
    return relative;
  }

  /** Bytes of the function as an entry of the code section, without their number. */
  get size(): number {
    return this.declarations().length + this.code.length + 1;
  }

  /** The function as an entry of the code section, without its size. */
  toBytes(): Uint8Array {
    if (this.depth !== 0) throw new Error(`${this.depth} blocks are still open`);
    const body = this.declarations();
    body.bytes(this.code.toBytes());
    body.byte(0x0b);
    return body.toBytes();
  }

  private declarations(): ByteWriter {
    const out = new ByteWriter();
    const runs = runLengths(this.locals);
    out.unsigned(runs.length);
    for (const { count, type } of runs) {
      out.unsigned(count);
      out.byte(VALUE_TYPE_CODE[type]);
    }
    return out;
  }
}

function runLengths(types: readonly ValueType[]): { count: number; type: ValueType }[] {
  const runs: { count: number; type: ValueType }[] = [];
  for (const type of types) {
    const last = runs.at(-1);
    if (last !== undefined && last.type === type) last.count += 1;
    else runs.push({ count: 1, type });
  }
  return runs;
}
