/** A read-only layer made of entries in memory: built-in programs, files that a web page supplies, trees of tests. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { LowerLayer } from '../../contracts/outside.ts';
import { type ByteSource, bytesSource, lateSource } from './byte-source.ts';
import { FileTree, factsOf, treeLayer } from './file-tree.ts';
import { keyOfText } from './names.ts';

/** A file, a directory (nothing of these), or a symbolic link (target). */
export interface MemoryEntry {
  /** Relative to the root of the layer, '/' between names. */
  readonly path: string;
  /** Permission bits; 0o644 for files and 0o755 for directories when left out. */
  readonly mode?: number;
  readonly bytes?: Uint8Array;
  /** Instead of bytes: how many there are, and where they come from when they are first read. */
  readonly later?: { readonly size: number; readonly bytes: () => Uint8Array };
  readonly target?: string;
  /** A path that came before: this one is another name of the same file. */
  readonly linkTo?: string;
}

function sourceOf({ bytes, later }: MemoryEntry): ByteSource | undefined {
  if (later !== undefined) return lateSource(later.size, later.bytes);
  return bytes && bytesSource(bytes);
}

function put(tree: FileTree, entry: MemoryEntry): void {
  const { path, target, mode, linkTo } = entry;
  const source = sourceOf(entry);
  const key = keyOfText(path);
  if (linkTo !== undefined) tree.link(key, keyOfText(linkTo));
  else if (target !== undefined)
    tree.put(key, factsOf('symlink', 0o777, { target: new TextEncoder().encode(target) }));
  else if (source !== undefined) {
    const content = { source, start: 0, size: source.length };
    tree.put(key, factsOf('file', mode ?? 0o644, { content }));
  } else tree.put(key, factsOf('directory', mode ?? 0o755));
}

function digest(entries: readonly MemoryEntry[]): string {
  const hash = sha256.create();
  const text = new TextEncoder();
  for (const { path, mode, bytes: present, later, target, linkTo } of entries) {
    const bytes = present ?? later?.bytes();
    const size = bytes?.length ?? -1;
    hash.update(text.encode(JSON.stringify([path, mode ?? -1, size, target ?? '', linkTo ?? ''])));
    if (bytes !== undefined) hash.update(bytes);
  }
  return `entries:sha256:${bytesToHex(hash.digest())}`;
}

export function memoryLayer(entries: readonly MemoryEntry[], description = 'files in memory'): LowerLayer {
  const tree = new FileTree();
  for (const entry of entries) put(tree, entry);
  return treeLayer(tree, description, () => digest(entries));
}
