/**
 * A read-only layer over a tar archive: the members are indexed once, their contents stay in the archive.
 *
 * Names are taken relative to the root, absolute ones too; '..' is refused; directories that have no member of their own are
 * implied; of several members with one name the last is meant.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { LowerLayer } from '../../../contracts/outside.ts';
import { type ByteSource, bytesSource } from '../byte-source.ts';
import { type FileKind, FileTree, factsOf, treeLayer, UnfitPath } from '../file-tree.ts';
import { ArchiveError, entryName, type Member, members } from './archive.ts';
import { targetOf } from './extended.ts';

const KINDS: { readonly [type: string]: FileKind } = {
  '0': 'file',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
};

function put(tree: FileTree, source: ByteSource, { header, start }: Member): void {
  const { type, name, linkName, mode, size } = header;
  if (type === '1') {
    tree.link(name, linkName);
    return;
  }
  let kind = KINDS[type];
  // A volume's label is no file.
  if (kind === undefined) return;
  // Before ustar, a directory was a file whose name ends in '/'.
  if (kind === 'file' && name.endsWith('/')) kind = 'directory';
  const { user, group, modifiedSeconds, modifiedNanoseconds, deviceMajor, deviceMinor } = header;
  tree.put(
    name,
    factsOf(kind, mode, {
      user,
      group,
      modifiedSeconds,
      modifiedNanoseconds,
      deviceMajor,
      deviceMinor,
      content: { source, start, size: kind === 'file' ? size : 0 },
      target: kind === 'symlink' ? targetOf(header) : new Uint8Array(0),
    }),
  );
}

function digest(source: ByteSource): string {
  const hash = sha256.create();
  const piece = new Uint8Array(1 << 20);
  for (let at = 0; at < source.length; ) {
    const count = source.read(at, piece);
    if (count === 0) break;
    hash.update(piece.subarray(0, count));
    at += count;
  }
  return `tar:sha256:${bytesToHex(hash.digest())}`;
}

/**
 * @param archive its bytes, not compressed.
 * @param description what a person calls it: errors name it so.
 * @param fingerprint a faster way to the SHA-256 of the same bytes, where the host has one.
 */
export function tarLayer(
  archive: Uint8Array | ByteSource,
  description: string,
  fingerprint?: () => string,
): LowerLayer {
  const source = archive instanceof Uint8Array ? bytesSource(archive) : archive;
  const tree = new FileTree();
  for (const member of members(source, description)) {
    try {
      put(tree, source, member);
    } catch (error) {
      if (error instanceof UnfitPath)
        throw new ArchiveError(
          description,
          member.offset,
          `${entryName(member.header.name)}: ${error.message}`,
        );
      throw error;
    }
  }
  return treeLayer(tree, description, fingerprint ?? (() => digest(source)));
}
