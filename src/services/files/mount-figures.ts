/** The operation `mounts`: what is mounted where, one tree at a time. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { MountFigures, PathBit } from './attributes.ts';
import { answer } from './facts.ts';
import { files } from './interface.ts';
import { buildPath } from './listing.ts';
import { mountAt, nodeAt, rootOf } from './records.ts';
import { treeRoot } from './resolution.ts';
import { scratchOf } from './storage.ts';
import type { FilesWiring } from './wiring.ts';

/** The mount of an index among those that have a place in the tree, or 0. */
function mountOf(k: Kernel, index: number): PhysicalAddress {
  const { unnamed, firstMount } = rootOf(k);
  let left = index;
  for (let at = firstMount; at !== 0; at = mountAt(k, at).next) {
    if (at === unnamed) continue;
    if (left === 0) return at;
    left -= 1;
  }
  return 0;
}

/** Puts record and path at the beginning of the scratch frame; returns their bytes, 0 when the mount is out of sight. */
function describeMount(k: Kernel, address: PhysicalAddress, root: PhysicalAddress): number {
  const mount = mountAt(k, address);
  const path = buildPath(k, root, mount.root);
  if (path.start === 0 || (path.bits & PathBit.unreachable) !== 0) return 0;
  const scratch = scratchOf(k);
  const length = scratch + PAGE_SIZE - path.start;
  const bytes = MountFigures.size + length;
  if (bytes > PAGE_SIZE) return 0;
  k.memory.copy(scratch + MountFigures.size, path.start, length);
  const to = MountFigures.at(k.store, scratch);
  const { kind, layer, flags, device, covered } = mount;
  Object.assign(to, { kind, layer, flags, device, pathLength: length });
  to.parentDevice = covered === 0 ? 0 : mountAt(k, nodeAt(k, covered).mount).device;
  return bytes;
}

export function mountsOperation(w: FilesWiring): Operation {
  const tell = (k: Kernel, f: { root: number; index: number; into: Parameters<typeof answer>[2] }) => {
    const mount = mountOf(k, f.index);
    if (mount === 0) return k.fail(ErrorNumber.ENOENT);
    const bytes = describeMount(k, mount, f.root === 0 ? treeRoot(k) : f.root);
    return answer(k, w, f.into, scratchOf(k), bytes, 'supplied');
  };
  return operation(files.mounts, [], {
    begin: (k, f) => tell(k, f),
    supplied: (k, f, reply) => (reply.error === 0 ? tell(k, f) : k.fail(ErrorNumber.EFAULT)),
  });
}
