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
  /** Indices in `f64` of the cells that count reads and writes; one for both only observes, and need not be counted in. */
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
  /**
   * The same in elements of the array that each field lies in, for what happens at every turn of the machine and reads fields without a
   * view: `u32[(address >>> 2) + Thread.cells.frame]` is `Thread.at(observer, address).frame`.
   */
  readonly cells: { readonly [F in keyof S]: number };
  at(store: RecordStore, address: PhysicalAddress): ViewOf<S>;
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

function cellsOf(schema: Schema, offsets: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(schema).map(([name, field]) => {
      const array = typeof field === 'string' ? field : 'array' in field ? field.array : 'u8';
      return [name, (offsets[name] as number) / WIDTHS[array]];
    }),
  );
}

/** The typed array that a kind of field lies in, and the index of a byte address in it. */
const ARRAYS: { readonly [kind in FieldKind]: readonly [array: string, index: (byte: string) => string] } = {
  u8: ['u8', (byte) => byte],
  u16: ['u16', (byte) => `(${byte}) >>> 1`],
  u32: ['u32', (byte) => `(${byte}) >>> 2`],
  i32: ['i32', (byte) => `(${byte}) >>> 2`],
  integer: ['f64', (byte) => `(${byte}) >>> 3`],
};

type Manner = 'observing' | 'counting' | 'guarded';

/** The accessors of a field, as text: for a class of any stores, or of one whose parts are at hand. */
function accessors(field: string, kind: Field, offset: number, manner: Manner, isForOne: boolean): string {
  const name = JSON.stringify(field);
  const byte = `this.address + ${offset}`;
  if (typeof kind !== 'string') return `get ${name}() { return ${byte}; }`;
  const [array, index] = ARRAYS[kind];
  const [fetch, of] = isForOne ? ['', ''] : ['const { store } = this;', 'store.'];
  const look = (writes: boolean): string =>
    manner === 'guarded' ? `${of}guard.check(${byte}, ${WIDTHS[kind]}, ${writes});` : '';
  const count = (cell: string): string => (manner === 'observing' ? '' : `${of}f64[${of}${cell}] += 1;`);
  const place = `${of}${array}[${index(byte)}]`;
  return `
  get ${name}() { ${fetch} ${look(false)} ${count('readCell')} return ${place}; }
  set ${name}(value) { ${fetch} ${look(true)} ${count('writeCell')} ${place} = value; }`;
}

type Writable<T> = { -readonly [name in keyof T]: T[name] };
type At<S extends Schema> = RecordType<S>['at'];
type ViewClass = new (store: RecordStore, address: PhysicalAddress) => object;
type OwnViewClass = new (address: PhysicalAddress) => object;

/** How many stores may have classes of their own. */
const MOST_CHOSEN = 3;
// cache: the stores whose views are made for them alone; another one's are as good, but slower
const chosen: RecordStore[] = [];
// cache: what forgets the classes of stores that were chosen, one for each type that has any
const forgetting: (() => void)[] = [];

/**
 * From now on views over these stores are of classes of their own, in whose code the host's compiler knows the arrays: those of the
 * kernel that was made last. Their arrays are never replaced.
 */
export function choose(...stores: readonly RecordStore[]): void {
  chosen.length = 0;
  for (const forget of forgetting) forget();
  forgetting.length = 0;
  chooseToo(...stores);
}

/** Views over these are so too, if there is room. */
export function chooseToo(...stores: readonly RecordStore[]): void {
  chosen.push(...stores.slice(0, MOST_CHOSEN - chosen.length));
}

function mannerOf(store: RecordStore): Manner {
  if (store.guard !== undefined) return 'guarded';
  return store.readCell === store.writeCell ? 'observing' : 'counting';
}

/**
 * Generates the classes of a record's views. Each record has accessors of its own, compiled from text: those of closures that all records
 * share are slow, since the host's compiler sees views of every class come through them. The record's name is in each text for
 * the same reason: the host takes functions that were compiled from the same text for one.
 */
function viewsOf<S extends Schema>(
  record: string,
  schema: S,
  offsets: Readonly<Record<string, number>>,
): At<S> {
  const body = (manner: Manner, isForOne: boolean): string =>
    Object.entries(schema)
      .map(([name, kind]) => accessors(name, kind, offsets[name] as number, manner, isForOne))
      .join('\n');
  // The host's compiler is quick with addresses that it knows to be integers; a guard wants to see what is none.
  const integer = (manner: Manner): string => (manner === 'guarded' ? 'address' : 'address >>> 0');
  const made = (manner: Manner): ViewClass => {
    const source = `'use strict'; // ${record}, ${manner}
return class { constructor(store, address) { this.store = store; this.address = ${integer(manner)}; } ${body(manner, false)} }`;
    return new Function(source)() as ViewClass;
  };
  const madeFor = (store: RecordStore, place: number): OwnViewClass => {
    const manner = mannerOf(store);
    const source = `'use strict'; // ${record}, ${manner}, ${place}
const { u8, u16, u32, i32, f64, readCell, writeCell, guard } = store;
return class { constructor(address) { this.address = ${integer(manner)}; } ${body(manner, true)} }`;
    return new Function('store', source)(store) as OwnViewClass;
  };
  const parts = { made, madeFor, chosen, forgetting };
  return new Function('parts', atText(record))(parts) as At<S>;
}

/**
 * A machine has views over few stores: each class is made at its first use, by a place of its own, since the host remembers by place
 * what is constructed.
 */
function atText(record: string): string {
  const places = Array.from({ length: MOST_CHOSEN }, (_, place) => place);
  return `'use strict'; // ${record}
const { made, madeFor, chosen, forgetting } = parts;
let View, Observation, GuardedView;
const first = (store, address) => {
  if (store.guard !== undefined) return new (GuardedView = made('guarded'))(store, address);
  if (store.readCell === store.writeCell) return new (Observation = made('observing'))(store, address);
  return new (View = made('counting'))(store, address);
};
const other = (store, address) => {
  if (store.guard !== undefined)
    return GuardedView === undefined ? first(store, address) : new GuardedView(store, address);
  if (store.readCell === store.writeCell)
    return Observation === undefined ? first(store, address) : new Observation(store, address);
  return View === undefined ? first(store, address) : new View(store, address);
};
let ${places.map((place) => `store${place}, View${place}`).join(', ')};
const forget = () => { ${places.map((place) => `store${place} = View${place} = undefined;`).join(' ')} };
const find = (store, address) => {
  const place = chosen.indexOf(store);
  if (place < 0) return other(store, address);
  if (!forgetting.includes(forget)) forgetting.push(forget);
  const Made = madeFor(store, place);
  switch (place) {
    ${places.map((place) => `case ${place}: store${place} = store; View${place} = Made; break;`).join('\n    ')}
  }
  return new Made(address);
};
return (store, address) => {
  ${places.map((place) => `if (store === store${place}) return new View${place}(address);`).join('\n  ')}
  return find(store, address);
};`;
}

/** Makes a record type. Throws when the schema names a field twice over or uses a view's own names. */
export function record<const S extends Schema>(name: string, schema: S): RecordType<S> {
  const { offsets, size } = layOut(schema);
  for (const field of Object.keys(schema))
    if (field === 'address' || field === 'store')
      throw new Error(`record ${name}: '${field}' is a view's own`);
  // cache: the class of views, generated at the first use; without it it is generated again
  const type: Writable<RecordType<S>> = {
    name,
    size,
    schema,
    offsets: offsets as { readonly [F in keyof S]: number },
    cells: cellsOf(schema, offsets) as { readonly [F in keyof S]: number },
    // Most programs need few of all records: the first view makes the class of them.
    at: (store, address) => {
      type.at = viewsOf(name, schema, offsets);
      return type.at(store, address);
    },
  };
  return type;
}
