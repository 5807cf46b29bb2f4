/**
 * How state is described: a record is a fixed layout of named fields in machine memory.
 *
 * A schema is an object literal from field name to kind; fields are laid out in the order written, each aligned to its own
 * size. `record()` in src/kernel/records.ts makes of it a class of views: a view is an address and accessors, may be
 * dropped at any instant, and charges each access as a primitive.
 */

/** The kinds of fields and what a view's accessor gives for them. */
export type FieldKind =
  /** unsigned integers of 1, 2 and 4 bytes */
  | 'u8'
  | 'u16'
  | 'u32'
  /** a signed integer of 4 bytes */
  | 'i32'
  /** a safe integer (cycles, sizes, offsets, addresses), in 8 bytes; NEVER is allowed */
  | 'integer';

/** A run of bytes or of 4-byte words inside a record: its accessor gives the physical address where it starts. */
export interface InlineArray {
  readonly array: 'u8' | 'u32' | 'integer';
  readonly length: number;
}

/** A record inside a record: its accessor gives the physical address where it starts. */
export interface Embedded {
  readonly embedded: { readonly size: number };
}

export type Field = FieldKind | InlineArray | Embedded;
export interface Schema {
  readonly [field: string]: Field;
}

/** What a view of a schema offers: plain fields can be assigned, places inside the record only asked for. */
export type ViewOf<S extends Schema> = {
  -readonly [F in keyof S as S[F] extends FieldKind ? F : never]: number;
} & { readonly [F in keyof S as S[F] extends FieldKind ? never : F]: number } & {
  /** The physical address of the record. */
  readonly address: number;
};
