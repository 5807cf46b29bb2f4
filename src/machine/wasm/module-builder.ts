/**
 * Puts a WebAssembly module together (WebAssembly Core Specification 2.0, section 5.5, "Modules"): imported functions
 * and one imported memory first, then functions, one function table, exports. Import everything before defining the
 * first function, because imported functions have the lowest indices.
 */

import { ByteWriter } from './byte-writer.ts';
import { FunctionBuilder, type FunctionType, type Replaceable } from './function-builder.ts';
import { VALUE_TYPE_CODE } from './instructions.ts';

const HEADER: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const Section = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  export: 7,
  element: 9,
  code: 10,
} as const;
const BRANCH_HINTS = 'metadata.code.branch_hint';
/** The size of a hint, and the hint. */
const UNLIKELY: readonly number[] = [1, 0];
const FUNCTION_REFERENCE = 0x70;

interface FunctionImport {
  readonly module: string;
  readonly name: string;
  readonly typeIndex: number;
}

interface MemoryImport {
  readonly module: string;
  readonly name: string;
  readonly pages: number;
}

/** Numbers of entries. */
export interface TableSize {
  readonly initial: number;
  readonly maximum: number;
}

interface TableImport extends TableSize {
  readonly module: string;
  readonly name: string;
}

/** A function that has an index; its body may be filled in later. */
export interface DefinedFunction {
  readonly index: number;
  readonly body: FunctionBuilder;
}

/** Bytes that a number takes in LEB128. */
const sizeOfUnsigned = (value: number): number => (value < 0x80 ? 1 : 1 + sizeOfUnsigned(value >>> 7));

// scratch: one per module that is generated
export class ModuleBuilder {
  private readonly types: string[] = [];
  private readonly typeBytes: Uint8Array[] = [];
  private readonly imports: FunctionImport[] = [];
  private readonly functions: FunctionBuilder[] = [];
  private readonly exports: { name: string; index: number }[] = [];
  private memory: MemoryImport | undefined;
  private table: readonly number[] | undefined;
  private importedTable: TableImport | undefined;

  /** The index of a function type; the same type always has the same index. */
  typeIndex(type: FunctionType): number {
    const key = `${type.parameters.join()}>${type.results.join()}`;
    const known = this.types.indexOf(key);
    if (known >= 0) return known;
    const out = new ByteWriter();
    out.byte(0x60);
    for (const list of [type.parameters, type.results]) {
      out.unsigned(list.length);
      for (const value of list) out.byte(VALUE_TYPE_CODE[value]);
    }
    this.typeBytes.push(out.toBytes());
    return this.types.push(key) - 1;
  }

  /** @param pages initial and maximum size in WebAssembly pages of 64 KiB */
  importMemory(module: string, name: string, pages: number): void {
    this.memory = { module, name, pages };
  }

  /** The index of the module's own table; an imported one is before it. */
  get ownTable(): 0 | 1 {
    return this.importedTable === undefined ? 0 : 1;
  }

  /** Makes an imported table of functions table 0. */
  importTable(module: string, name: string, size: TableSize): void {
    this.importedTable = { module, name, ...size };
  }

  importFunction(module: string, name: string, type: FunctionType): number {
    if (this.functions.length > 0) throw new Error('import functions before defining any');
    return this.imports.push({ module, name, typeIndex: this.typeIndex(type) }) - 1;
  }

  defineFunction(type: FunctionType): DefinedFunction {
    const body = new FunctionBuilder(type);
    this.functions.push(body);
    return { index: this.imports.length + this.functions.length - 1, body };
  }

  /** Makes the module's own function table and fills it with these functions. */
  setTable(functionIndices: readonly number[]): void {
    this.table = functionIndices;
  }

  export(name: string, functionIndex: number): void {
    this.exports.push({ name, index: functionIndex });
  }

  /** The constants of all functions that may be replaced, where they stand in `bytes`, the finished module. */
  replaceableConstants(bytes: Uint8Array): readonly Replaceable[] {
    // The code section is the last one, and bodies are the last thing in it.
    let end = bytes.length;
    const constants: Replaceable[] = [];
    for (const body of [...this.functions].reverse()) {
      const { size } = body;
      for (const { at, subject } of body.replaceableConstants)
        constants.push({ at: end - size + at, subject });
      end -= size + sizeOfUnsigned(size);
    }
    return constants;
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter();
    out.bytes(HEADER);
    const functionTypes = this.functions.map((body) => this.typeIndex(body.type));
    this.vector(out, Section.type, this.typeBytes, (section, type) => section.bytes(type));
    this.importSection(out);
    this.vector(out, Section.function, functionTypes, (section, type) => section.unsigned(type));
    this.tableSection(out);
    this.vector(out, Section.export, this.exports, (section, { name, index }) => {
      section.name(name);
      section.byte(0);
      section.unsigned(index);
    });
    this.elementSection(out);
    this.hintSection(out);
    this.vector(out, Section.code, this.functions, (section, body) => section.sized(body.toBytes()));
    return out.toBytes();
  }

  /** Which branches are hardly ever taken ('Branch Hinting' proposal): a custom section, which a host may pass over. */
  private hintSection(out: ByteWriter): void {
    const hinted = this.functions.flatMap(({ unlikelyBranches }, i) =>
      unlikelyBranches.length === 0 ? [] : [{ index: this.imports.length + i, unlikelyBranches }],
    );
    if (hinted.length === 0) return;
    const section = new ByteWriter();
    section.name(BRANCH_HINTS);
    section.unsigned(hinted.length);
    for (const { index, unlikelyBranches } of hinted) {
      section.unsigned(index);
      section.unsigned(unlikelyBranches.length);
      for (const place of unlikelyBranches) {
        section.unsigned(place);
        section.bytes(UNLIKELY);
      }
    }
    out.byte(Section.custom);
    out.sized(section.toBytes());
  }

  private vector<T>(
    out: ByteWriter,
    id: number,
    entries: readonly T[],
    write: (section: ByteWriter, entry: T) => void,
  ): void {
    if (entries.length === 0) return;
    const section = new ByteWriter();
    section.unsigned(entries.length);
    for (const entry of entries) write(section, entry);
    out.byte(id);
    out.sized(section.toBytes());
  }

  private importSection(out: ByteWriter): void {
    const entries: (FunctionImport | MemoryImport | TableImport)[] = [...this.imports];
    if (this.memory !== undefined) entries.push(this.memory);
    if (this.importedTable !== undefined) entries.push(this.importedTable);
    this.vector(out, Section.import, entries, (section, entry) => {
      section.name(entry.module);
      section.name(entry.name);
      if ('typeIndex' in entry) {
        section.byte(0x00);
        section.unsigned(entry.typeIndex);
      } else if ('initial' in entry) {
        section.bytes([0x01, FUNCTION_REFERENCE, 0x01]);
        section.unsigned(entry.initial);
        section.unsigned(entry.maximum);
      } else {
        section.bytes([0x02, 0x01]);
        section.unsigned(entry.pages);
        section.unsigned(entry.pages);
      }
    });
  }

  private tableSection(out: ByteWriter): void {
    if (this.table === undefined) return;
    const size = this.table.length;
    this.vector(out, Section.table, [size], (section) => {
      section.bytes([FUNCTION_REFERENCE, 0x01]);
      section.unsigned(size);
      section.unsigned(size);
    });
  }

  private elementSection(out: ByteWriter): void {
    if (this.table === undefined) return;
    this.vector(out, Section.element, [this.table], (section, indices) => {
      // The first form is for table 0 alone; the second names the table, and the kind of its elements.
      if (this.ownTable === 0) section.bytes([0x00, 0x41, 0x00, 0x0b]);
      else section.bytes([0x02, this.ownTable, 0x41, 0x00, 0x0b, 0x00]);
      section.unsigned(indices.length);
      for (const index of indices) section.unsigned(index);
    });
  }
}
