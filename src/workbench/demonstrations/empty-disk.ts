/**
 * An empty ext2 filesystem with a single group, as bytes: a disk for demonstrations. Where its fields are: Card, Ts'o and Tweedie,
 * 'Design and Implementation of the Second Extended Filesystem' (1994).
 */
const INODES = 256;
const INODE_SIZE = 256;
const ROOT = 2;
const FIRST = 11;

/** An empty filesystem of at most 8 x block size blocks. */
export function emptyImage(blocks: number, blockSize: number): Uint8Array {
  const bytes = new Uint8Array(blocks * blockSize);
  const view = new DataView(bytes.buffer);
  const first = blockSize === 1024 ? 1 : 0;
  const [bitmap, inodeBitmap, table] = [first + 2, first + 3, first + 4] as const;
  const tableBlocks = (INODES * INODE_SIZE) / blockSize;
  const rootBlock = table + tableBlocks;
  const used = rootBlock + 1 - first;
  const words: readonly (readonly [number, number])[] = [
    [0, INODES],
    [4, blocks],
    [12, blocks - first - used],
    [16, INODES - FIRST + 1],
    [20, first],
    [24, Math.log2(blockSize) - 10],
    [28, Math.log2(blockSize) - 10],
    [32, blockSize * 8],
    [36, blockSize * 8],
    [40, INODES],
    [76, 1],
    [84, FIRST],
    [96, 2],
    [100, 3],
  ];
  for (const [at, value] of words) view.setUint32(1024 + at, value, true);
  for (const [at, value] of [
    [54, 0xffff],
    [56, 0xef53],
    [58, 1],
    [60, 1],
    [88, INODE_SIZE],
  ] as const)
    view.setUint16(1024 + at, value, true);
  const group = (first + 1) * blockSize;
  for (const [index, block] of [bitmap, inodeBitmap, table].entries())
    view.setUint32(group + 4 * index, block, true);
  view.setUint16(group + 12, blocks - first - used, true);
  view.setUint16(group + 14, INODES - FIRST + 1, true);
  view.setUint16(group + 16, 1, true);
  const mark = (block: number, from: number, to: number): void => {
    for (let bit = from; bit < to; bit++)
      bytes[block * blockSize + (bit >>> 3)] =
        (bytes[block * blockSize + (bit >>> 3)] as number) | (1 << (bit & 7));
  };
  mark(bitmap, 0, used);
  mark(bitmap, blocks - first, blockSize * 8);
  mark(inodeBitmap, 0, FIRST - 1);
  mark(inodeBitmap, INODES, blockSize * 8);
  putRoot(bytes, blockSize, table, rootBlock);
  return bytes;
}

/** The root directory: its inode, and the two names of itself. */
function putRoot(bytes: Uint8Array, blockSize: number, table: number, rootBlock: number): void {
  const view = new DataView(bytes.buffer);
  const root = table * blockSize + (ROOT - 1) * INODE_SIZE;
  view.setUint16(root, 0o040755, true);
  view.setUint32(root + 4, blockSize, true);
  view.setUint16(root + 26, 2, true);
  view.setUint32(root + 28, blockSize / 512, true);
  view.setUint32(root + 40, rootBlock, true);
  view.setUint16(root + 128, 32, true);
  for (const [at, length, record] of [
    [0, 1, 12],
    [12, 2, blockSize - 12],
  ] as const) {
    const entry = rootBlock * blockSize + at;
    view.setUint32(entry, ROOT, true);
    view.setUint16(entry + 4, record, true);
    bytes[entry + 6] = length;
    bytes[entry + 7] = 2;
    bytes.fill(0x2e, entry + 8, entry + 8 + length);
  }
}
