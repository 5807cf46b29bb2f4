/**
 * The operation `recall`: a file of a disk that was held before the server died, by its inode and which of the inode's files it
 * was. Another file may have the inode by now.
 */
import { ErrorNumber } from '../../../contracts/errors.ts';
import type { PhysicalAddress } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { files, MountKind } from '../interface.ts';
import { hold, isDirectory, release } from '../nodes.ts';
import { bring, PENDING } from '../pending.ts';
import { mountAt, nodeAt, rootOf } from '../records.ts';
import type { FilesWiring } from '../wiring.ts';
import { get16, get32 } from './buffers.ts';
import { inodeAt } from './inodes.ts';
import { Inode } from './layout.ts';
import { nodeOfInode } from './nodes.ts';
import { volumeAt } from './records.ts';

interface Wanted {
  readonly node: number;
  readonly disk: number;
  readonly inode: number;
  readonly incarnation: number;
}

function mountOf(k: Kernel, disk: number): PhysicalAddress {
  let at = rootOf(k).firstMount;
  while (at !== 0 && !(mountAt(k, at).kind === MountKind.disk && mountAt(k, at).layer === disk))
    at = mountAt(k, at).next;
  return at;
}

function isWanted(k: Kernel, address: PhysicalAddress, mount: PhysicalAddress, f: Wanted): boolean {
  const node = nodeAt(k, address);
  return node.mount === mount && node.number === f.inode && node.incarnation === f.incarnation;
}

/** The node of the wanted file, without a path; PENDING, or a negative error number. */
function search(k: Kernel, w: FilesWiring, mount: PhysicalAddress, f: Wanted): PhysicalAddress {
  const v = volumeAt(k, mountAt(k, mount).volume);
  const at = inodeAt(k, v, f.inode);
  if (at < 0) return at;
  const isThere = get16(k, at + Inode.links) > 0 && get32(k, at + Inode.incarnation) === f.incarnation;
  const found = isThere ? nodeOfInode(k, w, mount, v, f.inode) : -ErrorNumber.EIO;
  // Without its path, nobody knows what is above a directory.
  return found > 0 && isDirectory(k, found) ? -ErrorNumber.EIO : found;
}

export function recallOperation(w: FilesWiring): Operation {
  return operation(files.recall, ['mount'], {
    begin(k, f) {
      f.mount = mountOf(k, f.disk);
      if (f.node !== 0 && isWanted(k, f.node, f.mount, f)) return k.done(f.node);
      if (f.node !== 0) release(k, f.node);
      return f.mount === 0 ? k.fail(ErrorNumber.EIO) : k.goto('search');
    },
    search(k, f) {
      const found = search(k, w, f.mount, f);
      if (found === PENDING) return bring(k, 'search');
      return found < 0 ? k.fail(ErrorNumber.EIO) : k.done(hold(k, found));
    },
  });
}
