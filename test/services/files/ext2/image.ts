/**
 * ext2 images for tests, without the code under test: made empty by the workbench, and checked as e2fsck does: every block and inode in use is reached just once and marked, link counts and group counts are right.
 */

export { emptyImage } from '../../../../src/workbench/demonstrations/empty-disk.ts';

const KINDS: { readonly [kind: number]: number } = { 1: 5, 2: 3, 4: 2, 6: 4, 8: 1, 10: 7, 12: 6 };
const INODES = 256;
const INODE_SIZE = 256;
const ROOT = 2;
const FIRST = 11;

/** What is wrong with an image; nothing when it is in order. `paths` has each file's path and its size. */
export function checkImage(bytes: Uint8Array): {
  readonly faults: string[];
  readonly paths: Map<string, number>;
} {
  const check = new Check(bytes);
  check.run();
  return check;
}

class Check {
  readonly faults: string[] = [];
  readonly paths = new Map<string, number>();
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #blockSize: number;
  readonly #first: number;
  readonly #owners = new Map<number, number>();
  readonly #links = new Map<number, number>();
  readonly #seen = new Set<number>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#blockSize = 1024 << this.#super(24);
    this.#first = this.#super(20);
  }

  run(): void {
    const group = (this.#first + 1) * this.#blockSize;
    const tables = (INODES * INODE_SIZE) / this.#blockSize;
    for (let block = this.#first; block < this.#view.getUint32(group + 8, true) + tables; block++)
      this.#own(block, 0);
    this.#visit(ROOT, ROOT, '');
    for (let inode = FIRST; inode <= INODES; inode++) {
      const marked = this.#bit(4, inode - 1);
      if (marked !== this.#seen.has(inode)) this.faults.push(`inode ${inode}: marked ${marked}`);
    }
    for (const [inode, links] of this.#links) {
      const count = this.#view.getUint16(this.#inode(inode) + 26, true);
      if (count !== links) this.faults.push(`inode ${inode}: ${count} links instead of ${links}`);
    }
    const blocks = this.#super(4);
    for (let block = this.#first; block < blocks; block++)
      if (this.#bit(0, block - this.#first) !== this.#owners.has(block))
        this.faults.push(`block ${block}: in use ${this.#owners.has(block)}`);
    const free = blocks - this.#first - this.#owners.size;
    if (this.#super(12) !== free || this.#view.getUint16(group + 12, true) !== free)
      this.faults.push(`${this.#super(12)} free blocks instead of ${free}`);
    const inodes = INODES - FIRST + 1 - (this.#seen.size - 1);
    if (this.#super(16) !== inodes) this.faults.push(`${this.#super(16)} free inodes instead of ${inodes}`);
    const directories = [...this.#seen].filter((inode) => this.#kind(inode) === 4).length;
    if (this.#view.getUint16(group + 16, true) !== directories) this.faults.push('count of directories');
    if (this.#view.getUint16(1024 + 58, true) !== 1) this.faults.push('not marked as in order');
  }

  #super(at: number): number {
    return this.#view.getUint32(1024 + at, true);
  }

  #bit(field: number, bit: number): boolean {
    const block = this.#view.getUint32((this.#first + 1) * this.#blockSize + field, true);
    return (((this.#bytes[block * this.#blockSize + (bit >>> 3)] as number) >>> (bit & 7)) & 1) === 1;
  }

  #inode(inode: number): number {
    const table = this.#view.getUint32((this.#first + 1) * this.#blockSize + 8, true);
    return table * this.#blockSize + (inode - 1) * INODE_SIZE;
  }

  #kind(inode: number): number {
    return this.#view.getUint16(this.#inode(inode), true) >>> 12;
  }

  #own(block: number, inode: number): void {
    const owner = this.#owners.get(block);
    if (owner !== undefined) this.faults.push(`block ${block}: of inode ${owner} and ${inode}`);
    if (block < this.#first || block >= this.#super(4)) this.faults.push(`inode ${inode}: block ${block}`);
    this.#owners.set(block, inode);
  }

  /** The blocks of an inode's content by their place in it. */
  #blocksOf(inode: number): Map<number, number> {
    const at = this.#inode(inode);
    const found = new Map<number, number>();
    const fan = this.#blockSize / 4;
    let owned = 0;
    const walk = (block: number, height: number, first: number): void => {
      if (block === 0) return;
      this.#own(block, inode);
      owned += 1;
      if (height === 0) found.set(first, block);
      else
        for (let index = 0; index < fan; index++)
          walk(
            this.#view.getUint32(block * this.#blockSize + 4 * index, true),
            height - 1,
            first + index * fan ** (height - 1),
          );
    };
    let first = 0;
    for (let index = 0; index < 15; index++) {
      const height = Math.max(0, index - 11);
      walk(this.#view.getUint32(at + 40 + 4 * index, true), height, first);
      first += fan ** height;
    }
    const units = this.#view.getUint32(at + 28, true);
    if (units !== (owned * this.#blockSize) / 512) this.faults.push(`inode ${inode}: ${units} units`);
    return found;
  }

  #visit(inode: number, parent: number, path: string): void {
    const kind = this.#kind(inode);
    // The root has no name.
    if (path !== '') this.#links.set(inode, (this.#links.get(inode) ?? 0) + 1);
    if (this.#seen.has(inode)) {
      if (kind === 4) this.faults.push(`${path}: a directory with two names`);
      return;
    }
    this.#seen.add(inode);
    const at = this.#inode(inode);
    const high = kind === 8 ? this.#view.getUint32(at + 108, true) : 0;
    const size = high * 2 ** 32 + this.#view.getUint32(at + 4, true);
    this.paths.set(path, size);
    if (kind === 8 || kind === 4 || (kind === 10 && size >= 60)) {
      const blocks = this.#blocksOf(inode);
      for (const index of blocks.keys())
        if (index * this.#blockSize >= size) this.faults.push(`${path}: block ${index} behind its end`);
      if (kind === 4) this.#list(inode, parent, path, [...blocks.values()]);
    }
  }

  #list(inode: number, parent: number, path: string, blocks: readonly number[]): void {
    for (const block of blocks)
      for (let offset = 0; offset < this.#blockSize; ) {
        const at = block * this.#blockSize + offset;
        const record = this.#view.getUint16(at + 4, true);
        if (record < 12 || offset + record > this.#blockSize) {
          this.faults.push(`${path}: a record of ${record} bytes`);
          return;
        }
        this.#enter(inode, parent, path, at);
        offset += record;
      }
  }

  #enter(inode: number, parent: number, path: string, at: number): void {
    const target = this.#view.getUint32(at, true);
    if (target === 0) return;
    const length = this.#bytes[at + 6] as number;
    const name = new TextDecoder().decode(this.#bytes.subarray(at + 8, at + 8 + length));
    if (KINDS[this.#kind(target)] !== this.#bytes[at + 7]) this.faults.push(`${path}/${name}: type`);
    if (name === '.' || name === '..') {
      if (target !== (name === '.' ? inode : parent)) this.faults.push(`${path}/${name}: ${target}`);
      this.#links.set(target, (this.#links.get(target) ?? 0) + 1);
    } else this.#visit(target, inode, `${path}/${name}`);
  }
}
