/**
 * Careful reading of a machine's records: nothing is charged, nothing is changed, and nothing is believed.
 *
 * Tables may be damaged (a wild store, a fault of the house), so every address is checked before it is followed and every
 * chain is cut when it comes round. What does not hold is a `Damage`, which `attempt` and `listing` turn into a note beside
 * what could be read. Rules of use: parts of an inspection read through a `Look` only, inside `attempt` or `listing`.
 */
import type { Schema, ViewOf } from '../../contracts/records.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { RecordStore, RecordType } from '../../kernel/records.ts';
import { TreeNode } from '../../kernel/tree.ts';

/** Something in memory that cannot be what it should be. */
export class Damage extends Error {}

/** What stands in the place of something that could not be read. */
export interface Damaged {
  readonly damaged: string;
}

export type Maybe<T> = T | Damaged;

export function isDamaged(value: unknown): value is Damaged {
  return typeof value === 'object' && value !== null && 'damaged' in value;
}

/** What `read` gives, or a note of why it cannot. */
export function attempt<T>(read: () => T): Maybe<T> {
  try {
    return read();
  } catch (error) {
    return { damaged: error instanceof Error ? error.message : String(error) };
  }
}

/** What `read` makes of each of a chain's members; where one or the chain itself is damaged, a note in its place. */
export function listing<A, T>(members: () => Iterable<A>, read: (member: A) => T): Maybe<T>[] {
  const found: Maybe<T>[] = [];
  const end = attempt(() => {
    for (const member of members()) found.push(attempt(() => read(member)));
  });
  if (isDamaged(end)) found.push(end);
  return found;
}

/** Members of one chain that are looked at: more are a sign of damage, or of no use to a reader. */
const LONGEST_CHAIN = 100_000;

export class Look {
  readonly store: RecordStore;
  /** Bytes of memory. */
  readonly size: number;
  /** Are a service's records those of a server's program, whose layout is its own? */
  readonly hasProgram: (service: string) => boolean;

  constructor(store: RecordStore, size: number, hasProgram: (service: string) => boolean = () => false) {
    this.store = store;
    this.size = size;
    this.hasProgram = hasProgram;
  }

  /** A view of the record at an address, if one can be there. */
  view<S extends Schema>(type: RecordType<S>, address: PhysicalAddress): ViewOf<S> {
    this.check(address, type.size, type.name);
    if (address % 8 !== 0) throw new Damage(`no ${type.name} can be at ${hexadecimal(address)}`);
    return type.at(this.store, address);
  }

  /** Throws Damage when bytes are outside of memory. Address 0 is nobody's. */
  check(address: PhysicalAddress, length: number, what: string): void {
    if (!Number.isSafeInteger(address) || address <= 0 || address + length > this.size)
      throw new Damage(`no ${what} can be at ${hexadecimal(address)}, outside of memory`);
  }

  word(address: PhysicalAddress): number {
    this.check(address, 4, 'word');
    return this.store.u32[address >>> 2] as number;
  }

  bytes(address: PhysicalAddress, length: number): Uint8Array {
    this.check(address, length, 'run of bytes');
    return this.store.u8.slice(address, address + length);
  }

  /** Text of at most `most` bytes, up to a zero byte. */
  text(address: PhysicalAddress, most: number): string {
    const bytes = this.bytes(address, most);
    const end = bytes.indexOf(0);
    return printable(bytes.subarray(0, end < 0 ? most : end));
  }

  /** The addresses of a chain from `first` on; `next` gives the one behind a member, 0 at the end. */
  *chain(
    first: PhysicalAddress,
    what: string,
    next: (member: PhysicalAddress) => PhysicalAddress,
  ): Generator<PhysicalAddress> {
    const seen = new Set<PhysicalAddress>();
    for (let at = first; at !== 0; at = next(at)) {
      if (seen.has(at)) throw new Damage(`the list of ${what} comes round to ${hexadecimal(at)}`);
      if (seen.size >= LONGEST_CHAIN) throw new Damage(`the list of ${what} has no end`);
      seen.add(at);
      this.check(at, 8, what);
      yield at;
    }
  }

  /** The nodes of a tree in order, whose topmost is kept at `root`. */
  *nodes(root: PhysicalAddress, what: string): Generator<PhysicalAddress> {
    const above: PhysicalAddress[] = [];
    const seen = new Set<PhysicalAddress>();
    let at = this.word(root);
    while (at !== 0 || above.length > 0) {
      while (at !== 0) {
        if (seen.has(at)) throw new Damage(`the tree of ${what} comes round to ${hexadecimal(at)}`);
        seen.add(at);
        above.push(at);
        at = this.view(TreeNode, at).left;
      }
      const node = above.pop() as number;
      yield node;
      at = this.view(TreeNode, node).right;
    }
  }
}

export function hexadecimal(value: number): string {
  return Number.isSafeInteger(value) && value >= 0 ? `0x${value.toString(16)}` : String(value);
}

/** Bytes as text on one line: what cannot be printed as an escape. */
export function printable(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f]/g, (character) => {
    const named = { '\n': '\\n', '\t': '\\t', '\r': '\\r' }[character];
    return named ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
