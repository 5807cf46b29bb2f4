/**
 * The operation `mounts`: what is mounted where, for /proc/mounts and its kin.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber, Span } from '../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { MountFigures } from './attributes.ts';
import { answer } from './facts.ts';
import { files } from './interface.ts';
import { buildPath } from './listing.ts';
import { mountAt, nodeAt, rootOf } from './records.ts';
import { treeRoot } from './resolution.ts';
import { scratchOf } from './storage.ts';
import type { FilesWiring } from './wiring.ts';

/** The mount of a place in the order of mounting, 0 behind the last. That of files without names does not count. */
function mountOfPlace(k: Kernel, index: number): PhysicalAddress {
  const { firstMount, unnamed } = rootOf(k);
  let left = index;
  for (let at = firstMount; at !== 0; at = mountAt(k, at).next) {
    if (at === unnamed) continue;
    if (left === 0) return at;
    left -= 1;
  }
  return 0;
}

/** Builds the figures at the start of the scratch frame, and the path, which was at its end, behind them. Returns bytes. */
function writeFigures(k: Kernel, root: PhysicalAddress, address: PhysicalAddress): number {
  const mount = mountAt(k, address);
  const { covered } = mount;
  const top = root === 0 ? treeRoot(k) : root;
  const { start } = buildPath(k, top, covered === 0 ? mount.root : covered);
  if (start === 0) return -ErrorNumber.ENAMETOOLONG;
  const at = scratchOf(k);
  const length = at + PAGE_SIZE - start;
  if (length + MountFigures.size > PAGE_SIZE) return -ErrorNumber.ENAMETOOLONG;
  const figures = MountFigures.at(k.store, at);
  figures.kind = mount.kind;
  figures.layer = mount.layer;
  figures.flags = mount.flags;
  figures.device = mount.device;
  figures.parentDevice = covered === 0 ? mount.device : mountAt(k, nodeAt(k, covered).mount).device;
  figures.pathLength = length;
  k.memory.copy(at + MountFigures.size, start, length);
  return MountFigures.size + length;
}

export function mountListOperation(w: FilesWiring): Operation {
  const tell = (k: Kernel, f: { root: number; index: number; into: Span }): OutcomeNumber => {
    const mount = mountOfPlace(k, f.index);
    if (mount === 0) return k.done(0);
    const length = writeFigures(k, f.root, mount);
    return length < 0 ? k.fail(-length) : answer(k, w, f.into, scratchOf(k), length, 'supplied');
  };
  return operation(files.mounts, [], {
    begin: tell,
    supplied(k, f, reply) {
      return reply.error === 0 ? tell(k, f) : k.fail(ErrorNumber.EFAULT);
    },
  });
}
