/**
 * The mapping database: which page was mapped from which, so that what was given can be taken back from everybody.
 *
 * A node is a page of a space: one in its windows, put there by the kernel with a hold on the frame; or a page of the space's own, noted
 * when it was first mapped to somebody, with no hold. Or it is a page of a memory object (memory-objects.ts), with its hold. Children are what was mapped on from a page; a node goes after its
 * children. An own page that has become another frame since is noted anew, and what was mapped of the old one is taken back.
 */
import { WINDOWS_START } from '../../contracts/page-table.ts';
import type { ViewOf } from '../../contracts/records.ts';
import type { FrameNumber, PhysicalAddress, VirtualAddress } from '../../contracts/units.ts';
import type { Kernel } from '../kernel.ts';
import { AddressSpace } from '../objects.ts';
import { PageTables, type TableSpace } from '../page-table.ts';
import { Tree } from '../tree.ts';
import { allocate, release } from './limits.ts';
import { MapNode } from './records.ts';

export type NodeView = ViewOf<typeof MapNode.schema>;

export function nodeAt(k: Kernel, node: PhysicalAddress): NodeView {
  return MapNode.at(k.store, node);
}

function homeOf(space: PhysicalAddress): PhysicalAddress {
  return space + AddressSpace.offsets.mappings;
}

function treeAt(k: Kernel, home: PhysicalAddress): Tree {
  return new Tree(k.store, home);
}

export function tablesOf(k: Kernel): PageTables {
  return new PageTables(k.store, k.frames, k.processor);
}

/** A space's tables; they are on the account of whoever owns the root. */
export function tableSpace(k: Kernel, space: PhysicalAddress): TableSpace {
  const { root, tag } = AddressSpace.at(k.store, space);
  return { root, tag, owner: k.frames.at(root).owner };
}

/** The address of a node's page, or the offset of an object's. */
export function pageOf(k: Kernel, view: NodeView): VirtualAddress {
  return treeAt(k, view.home).key(view.node);
}

/** The first node of a space at an address or above it; undefined when there is none. */
export function nodeFrom(k: Kernel, space: PhysicalAddress, address: VirtualAddress): NodeView | undefined {
  return nodeIn(k, homeOf(space), address);
}

/** The first node of the tree at `home`, with a key or above it. */
export function nodeIn(k: Kernel, home: PhysicalAddress, key: number): NodeView | undefined {
  const found = treeAt(k, home).atLeast(key);
  return found === 0 ? undefined : nodeAt(k, found - MapNode.offsets.node);
}

/** The node of a page. */
export function findNode(k: Kernel, space: PhysicalAddress, page: VirtualAddress): NodeView | undefined {
  const view = nodeFrom(k, space, page);
  return view !== undefined && pageOf(k, view) === page ? view : undefined;
}

/** A node for a page, a child of another's unless `parent` is 0; undefined when there is no memory for it. */
export function addNode(
  k: Kernel,
  space: PhysicalAddress,
  page: VirtualAddress,
  frame: FrameNumber,
  rights: number,
  parent: PhysicalAddress,
): NodeView | undefined {
  const view = addNodeTo(k, homeOf(space), page, frame, rights);
  if (view === undefined) return undefined;
  view.space = space;
  if (parent !== 0) adopt(k, view, parent);
  return view;
}

/** A node of no space in the tree at `home`; undefined when there is no memory for it. */
export function addNodeTo(
  k: Kernel,
  home: PhysicalAddress,
  key: number,
  frame: FrameNumber,
  rights: number,
): NodeView | undefined {
  const address = allocate(k, 'mappings', MapNode.size);
  if (address === 0) return undefined;
  const view = nodeAt(k, address);
  view.home = home;
  view.frame = frame;
  view.rights = rights;
  treeAt(k, home).insert(view.node, key);
  return view;
}

function adopt(k: Kernel, view: NodeView, parent: PhysicalAddress): void {
  const above = nodeAt(k, parent);
  view.parent = parent;
  view.previous = 0;
  view.next = above.child;
  if (above.child !== 0) nodeAt(k, above.child).previous = view.address;
  above.child = view.address;
}

function disown(k: Kernel, view: NodeView): void {
  const { parent, next, previous } = view;
  if (previous !== 0) nodeAt(k, previous).next = next;
  else if (parent !== 0) nodeAt(k, parent).child = next;
  if (next !== 0) nodeAt(k, next).previous = previous;
  view.parent = 0;
  view.next = 0;
  view.previous = 0;
}

/** Is a node the other one, or was that one mapped from it, at first or second hand? */
export function isAbove(k: Kernel, view: NodeView, other: NodeView): boolean {
  for (let at = other.address; at !== 0; at = nodeAt(k, at).parent) if (at === view.address) return true;
  return false;
}

/** Takes a node's page away from its space. It has no children. */
function removeLeaf(k: Kernel, view: NodeView): void {
  const { space, frame, home } = view;
  const page = pageOf(k, view);
  if (space === 0) {
    if (frame !== 0) k.frames.release(frame);
  } else if (page >= WINDOWS_START) {
    const table = tableSpace(k, space);
    tablesOf(k).unmap(table, page);
    const held = k.frames.at(frame);
    if (held.owner === table.owner && held.references > 1) k.frames.transfer(frame, k.domainOfPlan(1));
    k.frames.release(frame);
  }
  disown(k, view);
  treeAt(k, home).remove(view.node);
  release(k, 'mappings', view.address);
}

/** Takes back what was mapped on from a page, in at most `budget` pages; returns how many there were. */
export function revokeBelow(k: Kernel, view: NodeView, budget: number): number {
  let taken = 0;
  while (view.child !== 0 && taken < budget) {
    let leaf = nodeAt(k, view.child);
    while (leaf.child !== 0) leaf = nodeAt(k, leaf.child);
    removeLeaf(k, leaf);
    taken += 1;
  }
  return taken;
}

/** Takes a page away with all that was mapped on from it, in at most `budget` pages; returns how many there were. */
export function revoke(k: Kernel, view: NodeView, budget: number): number {
  const taken = revokeBelow(k, view, budget);
  if (view.child !== 0 || taken === budget) return taken;
  removeLeaf(k, view);
  return taken + 1;
}

/** A node takes the place of another, which goes: a page is granted. */
export function supersede(k: Kernel, before: NodeView, after: NodeView): void {
  const { parent } = before;
  disown(k, after);
  while (before.child !== 0) {
    const child = nodeAt(k, before.child);
    disown(k, child);
    adopt(k, child, after.address);
  }
  if (parent !== 0) adopt(k, after, parent);
  removeLeaf(k, before);
}

/** A space goes: what was mapped to it and from it is taken back, in bounded work. True when nothing is left. */
export function releaseMappings(k: Kernel, space: PhysicalAddress, budget: number): boolean {
  for (let left = budget; left > 0; ) {
    const view = nodeFrom(k, space, 0);
    if (view === undefined) return true;
    left -= revoke(k, view, left);
  }
  return AddressSpace.at(k.store, space).mappings === 0;
}
