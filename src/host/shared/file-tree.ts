/**
 * A tree of files in the host's memory, from which read-only layers are made: names and attributes here, contents left where
 * they are. Rules of use: build it, then wrap it by `treeLayer`; a name put twice is the last one.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type LowerLayer, type OutsideAttributes, OutsideError } from '../../contracts/outside.ts';
import { type ByteSource, bytesSource } from './byte-source.ts';
import { bytesOf, keyOf, namesAlong, textOf } from './names.ts';

export type FileKind = OutsideAttributes['kind'];

/** What a file is, apart from its names. */
export interface FileFacts {
  readonly kind: FileKind;
  readonly mode: number;
  readonly user: number;
  readonly group: number;
  readonly modifiedSeconds: number;
  readonly modifiedNanoseconds: number;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  /** Where a file's bytes lie. */
  readonly content: { readonly source: ByteSource; readonly start: number; readonly size: number };
  /** A symbolic link's target. */
  readonly target: Uint8Array;
}

const NOWHERE = { source: bytesSource(new Uint8Array(0)), start: 0, size: 0 };

/** Facts of a plain thing of root's, with what differs. */
export function factsOf(kind: FileKind, mode: number, more: Partial<FileFacts> = {}): FileFacts {
  return {
    kind,
    mode,
    user: 0,
    group: 0,
    modifiedSeconds: 0,
    modifiedNanoseconds: 0,
    deviceMajor: 0,
    deviceMinor: 0,
    content: NOWHERE,
    target: new Uint8Array(0),
    ...more,
  };
}

const IMPLIED_DIRECTORY = factsOf('directory', 0o755);

class Entry {
  facts: FileFacts;
  readonly identity: number;
  links = 0;
  readonly children = new Map<string, Entry>();

  constructor(facts: FileFacts, identity: number) {
    this.facts = facts;
    this.identity = identity;
  }
}

/** A path that cannot be put into a tree. The message says why. */
export class UnfitPath extends Error {}

export class FileTree {
  readonly #root = new Entry(IMPLIED_DIRECTORY, 1);
  #count = 1;

  /** Puts a file at a path; directories on the way are made. A directory put over a directory keeps what is in it. */
  put(path: string, facts: FileFacts): void {
    const names = namesAlong(path);
    const last = names.pop();
    if (last === undefined) {
      if (facts.kind !== 'directory') throw new UnfitPath('the root of a tree can only be a directory');
      this.#root.facts = facts;
      return;
    }
    const parent = this.#makeParents(names);
    const present = parent.children.get(last);
    if (present !== undefined && present.facts.kind === 'directory' && facts.kind === 'directory')
      present.facts = facts;
    else this.#attach(parent, last, this.#entry(facts));
  }

  /** Gives the file at `existing` another name. */
  link(path: string, existing: string): void {
    const entry = this.#find(namesAlong(existing));
    if (entry === undefined)
      throw new UnfitPath(`it is a link to '${textOf(existing)}', which does not come before it`);
    if (entry.facts.kind === 'directory') throw new UnfitPath('it is a hard link to a directory');
    const names = namesAlong(path);
    const last = names.pop();
    if (last === undefined) throw new UnfitPath('the root of a tree can only be a directory');
    this.#attach(this.#makeParents(names), last, entry);
  }

  list(path: string): readonly string[] {
    return [...this.#entryAt(path, 'directory').children.keys()].sort();
  }

  attributes(path: string): OutsideAttributes | undefined {
    const entry = this.#find(namesAlong(path));
    if (entry === undefined) return undefined;
    const { facts, identity, links } = entry;
    const { kind, mode, user, group, modifiedSeconds, modifiedNanoseconds, deviceMajor, deviceMinor } = facts;
    const size = kind === 'symlink' ? facts.target.length : facts.content.size;
    return {
      kind,
      mode,
      user,
      group,
      size,
      modifiedSeconds,
      modifiedNanoseconds,
      deviceMajor,
      deviceMinor,
      identity,
      links: kind === 'directory' ? 2 + this.#directoriesIn(entry) : links,
    };
  }

  read(path: string, offset: number, into: Uint8Array): number {
    const { source, start, size } = this.#entryAt(path, 'file').facts.content;
    const count = Math.min(into.length, Math.max(0, size - offset));
    return source.read(start + offset, into.subarray(0, count));
  }

  target(path: string): Uint8Array {
    return this.#entryAt(path, 'symlink').facts.target;
  }

  #entry(facts: FileFacts): Entry {
    this.#count += 1;
    return new Entry(facts, this.#count);
  }

  #attach(parent: Entry, name: string, entry: Entry): void {
    const present = parent.children.get(name);
    if (present === entry) return;
    if (present !== undefined) this.#forget(present);
    entry.links += 1;
    parent.children.set(name, entry);
  }

  /** A name of an entry is gone, and with a directory every name in it. */
  #forget(entry: Entry): void {
    entry.links -= 1;
    for (const child of entry.children.values()) this.#forget(child);
  }

  #makeParents(names: readonly string[]): Entry {
    let at = this.#root;
    for (const name of names) {
      let next = at.children.get(name);
      if (next === undefined) {
        next = this.#entry(IMPLIED_DIRECTORY);
        this.#attach(at, name, next);
      }
      if (next.facts.kind !== 'directory')
        throw new UnfitPath(`it lies below '${textOf(name)}', which is no directory`);
      at = next;
    }
    return at;
  }

  #find(names: readonly string[]): Entry | undefined {
    let at: Entry | undefined = this.#root;
    for (const name of names) at = at?.children.get(name);
    return at;
  }

  #entryAt(path: string, kind: FileKind): Entry {
    const entry = this.#find(namesAlong(path));
    if (entry === undefined) throw new OutsideError(ErrorNumber.ENOENT, `'${textOf(path)}' is not there`);
    if (entry.facts.kind === kind) return entry;
    const error = kind === 'directory' ? ErrorNumber.ENOTDIR : ErrorNumber.EINVAL;
    throw new OutsideError(error, `'${textOf(path)}' is no ${kind} but a ${entry.facts.kind}`);
  }

  #directoriesIn(entry: Entry): number {
    let count = 0;
    for (const child of entry.children.values()) if (child.facts.kind === 'directory') count += 1;
    return count;
  }
}

/** A read-only layer over a tree. The fingerprint is made when it is first asked for. */
export function treeLayer(tree: FileTree, description: string, fingerprint: () => string): LowerLayer {
  // cache: the fingerprint can be computed again from the same bytes
  let known: string | undefined;
  return {
    description,
    get fingerprint() {
      known ??= fingerprint();
      return known;
    },
    list: (path) => tree.list(keyOf(path)).map(bytesOf),
    attributes: (path) => tree.attributes(keyOf(path)),
    read: (path, offset, into) => tree.read(keyOf(path), offset, into),
    link: (path) => tree.target(keyOf(path)),
  };
}
