/**
 * Records: typed views over machine memory, generated from a schema.
 *
 * `record('Pipe', { readers: 'u32', ... })` gives a type with its size and `at(store, address)`, which makes a view. A view is
 * an address and accessors: make one where it is needed and drop it. Every access to a plain field charges one primitive to
 * the store's meter; places inside a record (inline arrays, embedded records) are only addresses and charge nothing.
 */
import type { Field, FieldKind, Schema, ViewOf } from '../contracts/records.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import type { Guard } from './guard.ts';

/** Where views read and write, and the cells that count their accesses. */
export interface RecordStore {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  /** Indices in `f64` of the cells that count reads and writes. */
  readonly readCell: number;
  readonly writeCell: number;
  /** Looks at every access: where programs reach the kernel's memory, and where translation is modelled. */
  readonly guard?: Guard | undefined;
}

export interface RecordType<S extends Schema> {
  readonly name: string;
  /** Bytes, a multiple of 8. */
  readonly size: number;
  readonly schema: S;
  readonly offsets: { readonly [F in keyof S]: number };
  at(store: RecordStore, address: PhysicalAddress): ViewOf<S>;
}

interface ViewState {
  readonly store: RecordStore;
  readonly address: PhysicalAddress;
}

const WIDTHS: { readonly [kind in FieldKind]: number } = { u8: 1, u16: 2, u32: 4, i32: 4, integer: 8 };

/** Bytes and alignment of a field. */
function extent(field: Field): { size: number; alignment: number } {
  if (typeof field === 'string') return { size: WIDTHS[field], alignment: WIDTHS[field] };
  if ('array' in field) return { size: WIDTHS[field.array] * field.length, alignment: WIDTHS[field.array] };
  return { size: field.embedded.size, alignment: 8 };
}

function layOut(schema: Schema): { offsets: Record<string, number>; size: number } {
  const offsets: Record<string, number> = {};
  let end = 0;
  for (const [name, field] of Object.entries(schema)) {
    const { size, alignment } = extent(field);
    end = Math.ceil(end / alignment) * alignment;
    offsets[name] = end;
    end += size;
  }
  return { offsets, size: Math.ceil(end / 8) * 8 };
}

type Accessors = PropertyDescriptor & ThisType<ViewState>;

// Accessors of plain fields: a literal function for each kind, so that each stays simple for the host's compiler.

function u8Field(offset: number): Accessors {
  return {
    get() {
      const { store } = this;
      (store.f64[store.readCell] as number) += 1;
      return store.u8[this.address + offset];
    },
    set(value: number) {
      const { store } = this;
      (store.f64[store.writeCell] as number) += 1;
      store.u8[this.address + offset] = value;
    },
  };
}

function u16Field(offset: number): Accessors {
  return {
    get() {
      const { store } = this;
      (store.f64[store.readCell] as number) += 1;
      return store.u16[(this.address + offset) >>> 1];
    },
    set(value: number) {
      const { store } = this;
      (store.f64[store.writeCell] as number) += 1;
      store.u16[(this.address + offset) >>> 1] = value;
    },
  };
}

function u32Field(offset: number): Accessors {
  return {
    get() {
      const { store } = this;
      (store.f64[store.readCell] as number) += 1;
      return store.u32[(this.address + offset) >>> 2];
    },
    set(value: number) {
      const { store } = this;
      (store.f64[store.writeCell] as number) += 1;
      store.u32[(this.address + offset) >>> 2] = value;
    },
  };
}

function i32Field(offset: number): Accessors {
  return {
    get() {
      const { store } = this;
      (store.f64[store.readCell] as number) += 1;
      return store.i32[(this.address + offset) >>> 2];
    },
    set(value: number) {
      const { store } = this;
      (store.f64[store.writeCell] as number) += 1;
      store.i32[(this.address + offset) >>> 2] = value;
    },
  };
}

function integerField(offset: number): Accessors {
  return {
    get() {
      const { store } = this;
      (store.f64[store.readCell] as number) += 1;
      return store.f64[(this.address + offset) / 8];
    },
    set(value: number) {
      const { store } = this;
      (store.f64[store.writeCell] as number) += 1;
      store.f64[(this.address + offset) / 8] = value;
    },
  };
}

const ACCESSORS: { readonly [kind in FieldKind]: (offset: number) => Accessors } = {
  u8: u8Field,
  u16: u16Field,
  u32: u32Field,
  i32: i32Field,
  integer: integerField,
};

function place(offset: number): Accessors {
  return {
    get() {
      return this.address + offset;
    },
  };
}

/** The accessors of a field with a look at each access first. */
function guarded(accessors: Accessors, offset: number, width: number): Accessors {
  const { get, set } = accessors;
  return {
    get() {
      this.store.guard?.check(this.address + offset, width, false);
      return get?.call(this);
    },
    set(value: number) {
      this.store.guard?.check(this.address + offset, width, true);
      set?.call(this, value);
    },
  };
}

/** Makes a record type. Throws when the schema names a field twice over or uses a view's own names. */
export function record<const S extends Schema>(name: string, schema: S): RecordType<S> {
  const { offsets, size } = layOut(schema);
  class View implements ViewState {
    // Declared only: fields defined before the constructor assigns them made page faults take twice as long.
    declare readonly store: RecordStore;
    declare readonly address: PhysicalAddress;
    constructor(store: RecordStore, address: PhysicalAddress) {
      this.store = store;
      this.address = address;
    }
  }
  class GuardedView extends View {}
  for (const [field, kind] of Object.entries(schema)) {
    if (field === 'address' || field === 'store')
      throw new Error(`record ${name}: '${field}' is a view's own`);
    const offset = offsets[field] as number;
    const accessors = typeof kind === 'string' ? ACCESSORS[kind](offset) : place(offset);
    Object.defineProperty(View.prototype, field, accessors);
    if (typeof kind === 'string')
      Object.defineProperty(GuardedView.prototype, field, guarded(accessors, offset, WIDTHS[kind]));
  }
  return {
    name,
    size,
    schema,
    offsets: offsets as { readonly [F in keyof S]: number },
    at: (store, address) =>
      (store.guard === undefined
        ? new View(store, address)
        : new GuardedView(store, address)) as unknown as ViewOf<S>,
  };
}
