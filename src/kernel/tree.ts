/**
 * An ordered set of records in machine memory: a treap whose nodes are embedded in the records that it orders.
 *
 * Used wherever something must be found by a key or its neighbour: regions of an address space, timers, run queues. Nodes
 * are ordered by `key`, then by their own address. A node's place in the heap comes from a hash of its address, so the
 * shape, and with it the cost, is the same in every run. Rules of use: never change a key while the node is in a tree.
 */
import type { PhysicalAddress } from '../contracts/units.ts';
import { type RecordStore, record } from './records.ts';

export const TreeNode = record('TreeNode', { key: 'integer', left: 'u32', right: 'u32' });

/** Where a tree's topmost node is kept: any u32 field of any record, by its physical address. */
export type RootCell = PhysicalAddress;

function rank(node: PhysicalAddress): number {
  let hash = Math.imul(node ^ (node >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}

export class Tree {
  readonly #store: RecordStore;
  readonly #root: RootCell;

  /** A view of the tree whose root is kept at `root`; make one where it is needed. */
  constructor(store: RecordStore, root: RootCell) {
    this.#store = store;
    this.#root = root;
  }

  insert(node: PhysicalAddress, key: number): void {
    const view = TreeNode.at(this.#store, node);
    view.key = key;
    let cell = this.#root;
    const mine = rank(node);
    for (;;) {
      const at = this.#read(cell);
      if (at === 0 || rank(at) < mine) break;
      cell = this.#before(node, key, at) ? at + TreeNode.offsets.left : at + TreeNode.offsets.right;
    }
    this.#split(this.#read(cell), node, key, node + TreeNode.offsets.left, node + TreeNode.offsets.right);
    this.#write(cell, node);
  }

  /** Takes a node out. Returns false when it was not there. */
  remove(node: PhysicalAddress): boolean {
    const { key } = TreeNode.at(this.#store, node);
    let cell = this.#root;
    for (;;) {
      const at = this.#read(cell);
      if (at === 0) return false;
      if (at === node) break;
      cell = this.#before(node, key, at) ? at + TreeNode.offsets.left : at + TreeNode.offsets.right;
    }
    const view = TreeNode.at(this.#store, node);
    this.#join(cell, view.left, view.right);
    view.left = 0;
    view.right = 0;
    return true;
  }

  /** The node with the least key, or 0. */
  first(): PhysicalAddress {
    let found = 0;
    for (let at = this.#read(this.#root); at !== 0; at = this.#left(at)) found = at;
    return found;
  }

  /** The last node whose key is at most `key`, or 0. */
  atMost(key: number): PhysicalAddress {
    let found = 0;
    let at = this.#read(this.#root);
    while (at !== 0) {
      if (this.key(at) <= key) {
        found = at;
        at = this.#right(at);
      } else at = this.#left(at);
    }
    return found;
  }

  /** The first node whose key is at least `key`, or 0. */
  atLeast(key: number): PhysicalAddress {
    let found = 0;
    let at = this.#read(this.#root);
    while (at !== 0) {
      if (this.key(at) >= key) {
        found = at;
        at = this.#left(at);
      } else at = this.#right(at);
    }
    return found;
  }

  /** The node after this one in order, or 0. */
  after(node: PhysicalAddress): PhysicalAddress {
    const key = this.key(node);
    let found = 0;
    let at = this.#read(this.#root);
    while (at !== 0) {
      if (this.#before(node, key, at)) {
        found = at;
        at = this.#left(at);
      } else at = this.#right(at);
    }
    return found;
  }

  key(node: PhysicalAddress): number {
    return TreeNode.at(this.#store, node).key;
  }

  /** Is (key, node) before the node `at`? A node is not before itself. */
  #before(node: PhysicalAddress, key: number, at: PhysicalAddress): boolean {
    const other = this.key(at);
    return key < other || (key === other && node < at);
  }

  /** Divides the tree `top` by (key, node) into the two cells. */
  #split(top: PhysicalAddress, node: PhysicalAddress, key: number, less: RootCell, more: RootCell): void {
    let at = top;
    let lessCell = less;
    let moreCell = more;
    while (at !== 0) {
      if (this.#before(node, key, at)) {
        this.#write(moreCell, at);
        moreCell = at + TreeNode.offsets.left;
        at = this.#read(moreCell);
      } else {
        this.#write(lessCell, at);
        lessCell = at + TreeNode.offsets.right;
        at = this.#read(lessCell);
      }
    }
    this.#write(lessCell, 0);
    this.#write(moreCell, 0);
  }

  /** Puts the union of two trees, all of `left` before all of `right`, into a cell. */
  #join(into: RootCell, left: PhysicalAddress, right: PhysicalAddress): void {
    let cell = into;
    let a = left;
    let b = right;
    while (a !== 0 && b !== 0) {
      if (rank(a) >= rank(b)) {
        this.#write(cell, a);
        cell = a + TreeNode.offsets.right;
        a = this.#read(cell);
      } else {
        this.#write(cell, b);
        cell = b + TreeNode.offsets.left;
        b = this.#read(cell);
      }
    }
    this.#write(cell, a !== 0 ? a : b);
  }

  #left(node: PhysicalAddress): PhysicalAddress {
    return this.#read(node + TreeNode.offsets.left);
  }

  #right(node: PhysicalAddress): PhysicalAddress {
    return this.#read(node + TreeNode.offsets.right);
  }

  #read(cell: RootCell): PhysicalAddress {
    this.#store.guard?.check(cell, 4, false);
    (this.#store.f64[this.#store.readCell] as number) += 1;
    return this.#store.u32[cell >>> 2] as number;
  }

  #write(cell: RootCell, node: PhysicalAddress): void {
    this.#store.guard?.check(cell, 4, true);
    (this.#store.f64[this.#store.writeCell] as number) += 1;
    this.#store.u32[cell >>> 2] = node;
  }
}
