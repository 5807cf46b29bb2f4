/**
 * Nodes of the files service made from inodes: an inode has at most one, found in its mount's tree of identities.
 */
import { ErrorNumber } from '../../../contracts/errors.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { FrameUse } from '../../../kernel/objects.ts';
import { Tree } from '../../../kernel/tree.ts';
import { FileKind } from '../attributes.ts';
import { forget, kindOf, makeNode } from '../nodes.ts';
import { Mount, Node, NodeFlag, type NodeView, nodeAt } from '../records.ts';
import { allocateText } from '../storage.ts';
import type { FilesWiring } from '../wiring.ts';
import { largestFile, mapped } from './block-map.ts';
import { blockAt, damaged, get32 } from './buffers.ts';
import { inodeAt, loadInode } from './inodes.ts';
import { FAST_LINK, Inode } from './layout.ts';
import type { VolumeView } from './records.ts';

function identities(k: Kernel, mount: PhysicalAddress): Tree {
  return new Tree(k.store, mount + Mount.offsets.identities);
}

/** The node of an inode, or 0. */
function knownNode(k: Kernel, mount: PhysicalAddress, inode: number): PhysicalAddress {
  const tree = identities(k, mount);
  const found = tree.atLeast(inode);
  return found !== 0 && tree.key(found) === inode ? found - Node.offsets.identity : 0;
}

export function identify(k: Kernel, address: PhysicalAddress, inode: number): void {
  const node = nodeAt(k, address);
  node.number = inode;
  node.flags |= NodeFlag.stored | NodeFlag.identified;
  identities(k, node.mount).insert(address + Node.offsets.identity, inode);
}

/** Reads a link's target into a record of its own. Returns 0, PENDING, or a negative error number. */
function loadTarget(k: Kernel, v: VolumeView, at: PhysicalAddress, node: NodeView, inode: number): number {
  const { size } = node;
  if (size === 0 || size >= Math.min(v.blockSize, PAGE_SIZE)) return damaged(v);
  let from = at + Inode.block;
  if (!isFast(k, v, at)) {
    const block = mapped(k, v, inode, 0);
    from = block > 0 ? blockAt(k, v, block) : block === 0 ? damaged(v) : block;
    if (from < 0) return from;
  } else if (size >= FAST_LINK) return damaged(v);
  const text = allocateText(k, size, FrameUse.index);
  if (text === 0) return -ErrorNumber.ENOMEM;
  k.memory.copy(text, from, size);
  node.word = text;
  return 0;
}

/** Is a link's target in the inode itself? Then it has no blocks but that of its extended attributes. */
export function isFast(k: Kernel, v: VolumeView, at: PhysicalAddress): boolean {
  const attributes = get32(k, at + Inode.attributesBlock) === 0 ? 0 : v.blockSize / 512;
  return get32(k, at + Inode.blocks) === attributes;
}

/** The node of an inode; or PENDING, or a negative error number. */
export function nodeOfInode(
  k: Kernel,
  w: FilesWiring,
  mount: PhysicalAddress,
  v: VolumeView,
  inode: number,
): PhysicalAddress {
  const known = knownNode(k, mount, inode);
  if (known !== 0) return known;
  const at = inodeAt(k, v, inode);
  if (at < 0) return at;
  const made = makeNode(k, w, mount, FileKind.regular, 0, 0);
  if (made < 0) return -ErrorNumber.ENOMEM;
  const node = nodeAt(k, made);
  const error = loadInode(k, v, at, node) || loadRest(k, v, at, node, inode);
  if (error === 0) {
    identify(k, made, inode);
    return made;
  }
  node.mode = FileKind.regular;
  forget(k, made);
  return error;
}

function loadRest(k: Kernel, v: VolumeView, at: PhysicalAddress, node: NodeView, inode: number): number {
  const kind = kindOf(node);
  if (kind === FileKind.symbolicLink) return loadTarget(k, v, at, node, inode);
  if (kind === FileKind.directory) {
    node.flags |= NodeFlag.unfilled;
    return 0;
  }
  if (kind !== FileKind.regular) {
    node.size = 0;
    return 0;
  }
  if (node.size > largestFile(v)) return damaged(v);
  node.lowerSize = node.size;
  return 0;
}
