/**
 * The life of a node: made, held, released, and gone when it has neither a name nor a holder.
 *
 * A node with many pages does not go in one step: it is put among the doomed, which `reap` frees a part at a time.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Tree } from '../../kernel/tree.ts';
import { FileKind } from './attributes.ts';
import { setTimes } from './clock.ts';
import { formatOf } from './format.ts';
import { dropPages, lowerPages } from './pages.ts';
import { bring, PENDING } from './pending.ts';
import {
  EntryFlag,
  entryAt,
  Lock,
  Mount,
  mountAt,
  Node,
  NodeFlag,
  type NodeView,
  nodeAt,
  rootOf,
} from './records.ts';
import { disremember, remember } from './remembering.ts';
import { allocateRecord, releaseText } from './storage.ts';
import type { FilesWiring } from './wiring.ts';

/** Pages freed in one step at most. */
const REAP_BATCH = 64;

export function kindOf(node: NodeView): number {
  return node.mode & FileKind.mask;
}

export function isDirectory(k: Kernel, address: PhysicalAddress): boolean {
  return kindOf(nodeAt(k, address)) === FileKind.directory;
}

/** A node without a name, with all its times now; held by nobody. A negative error number when there is no memory. */
export function makeNode(
  k: Kernel,
  w: FilesWiring,
  mountAddress: PhysicalAddress,
  mode: number,
  user: number,
  group: number,
): PhysicalAddress {
  const address = allocateRecord(k, Node.size);
  if (address === 0) return -ErrorNumber.ENOSPC;
  const mount = mountAt(k, mountAddress);
  const node = nodeAt(k, address);
  node.mount = mountAddress;
  node.mode = mode;
  node.user = user;
  node.group = group;
  node.number = takeNumber(k, mountAddress);
  mount.nodes += 1;
  setTimes(k, w, address, true, true, true);
  node.birthSeconds = node.changeSeconds;
  node.birthNanoseconds = node.changeNanoseconds;
  return address;
}

/** The next inode number of a mount. */
export function takeNumber(k: Kernel, mountAddress: PhysicalAddress): number {
  const mount = mountAt(k, mountAddress);
  const number = mount.nextNumber;
  mount.nextNumber = number + 1;
  return number;
}

export function hold(k: Kernel, address: PhysicalAddress): PhysicalAddress {
  const node = nodeAt(k, address);
  const { holds } = node;
  if (holds === 0) {
    mountAt(k, node.mount).held += 1;
    remember(k, address);
  }
  node.holds = holds + 1;
  return address;
}

/** Gives back one hold; the node goes when it was the last and no name is left. */
export function release(k: Kernel, address: PhysicalAddress): void {
  const node = nodeAt(k, address);
  const left = node.holds - 1;
  if (left < 0) throw new Error(`file ${node.number} released more often than held`);
  node.holds = left;
  if (left > 0) return;
  mountAt(k, node.mount).held -= 1;
  disremember(k, address);
  disposeEntry(k, address);
  if (node.links === 0 || (node.flags & NodeFlag.supplied) !== 0) forget(k, address);
}

/** Notes the entry by which a node was reached. */
export function noteEntry(k: Kernel, address: PhysicalAddress, entry: PhysicalAddress): void {
  if (nodeAt(k, address).entry === entry) return;
  disposeEntry(k, address);
  nodeAt(k, address).entry = entry;
}

/** Frees the entry of a node that is in no directory any more, and lets its directory go. */
function disposeEntry(k: Kernel, address: PhysicalAddress): void {
  const node = nodeAt(k, address);
  const { entry } = node;
  if (entry === 0) return;
  const view = entryAt(k, entry);
  if ((view.flags & EntryFlag.detached) === 0) return;
  const { directory } = view;
  node.entry = 0;
  k.slab.release(entry);
  release(k, directory);
}

/** One name less, which the entry (already detached) was. */
export function dropName(k: Kernel, address: PhysicalAddress, entry: PhysicalAddress): void {
  const node = nodeAt(k, address);
  node.links -= 1;
  if (kindOf(node) === FileKind.directory) node.links = 0;
  if (node.entry === entry && node.holds > 0) hold(k, entryAt(k, entry).directory);
  else {
    if (node.entry === entry) node.entry = 0;
    k.slab.release(entry);
  }
  if (node.links === 0 && node.holds === 0) forget(k, address);
}

/** Frees a node that nobody can reach: at once, or by and by when it has many pages. */
export function forget(k: Kernel, address: PhysicalAddress): void {
  const node = nodeAt(k, address);
  node.entry = 0;
  if ((node.flags & NodeFlag.stored) !== 0) {
    doom(k, address);
    return;
  }
  if ((node.flags & NodeFlag.identified) !== 0)
    new Tree(k.store, node.mount + Mount.offsets.identities).remove(address + Node.offsets.identity);
  if (node.lowerPath !== 0) releaseText(k, node.lowerPath, node.lowerLength);
  const ownsTarget = kindOf(node) === FileKind.symbolicLink && (node.flags & NodeFlag.supplied) === 0;
  if (ownsTarget && node.word !== 0) releaseText(k, node.word, node.size);
  for (let lock = node.firstLock; lock !== 0; ) {
    const { next } = Lock.at(k.store, lock);
    k.slab.release(lock);
    lock = next;
  }
  if ((node.flags & NodeFlag.copied) !== 0) release(k, node.word);
  finishNode(k, address);
}

function doom(k: Kernel, address: PhysicalAddress): void {
  const root = rootOf(k);
  nodeAt(k, address).next = root.firstDoomed;
  root.firstDoomed = address;
}

function finishNode(k: Kernel, address: PhysicalAddress): void {
  const node = nodeAt(k, address);
  if (node.pageRoot !== 0 && dropPages(k, address, 0, lowerPages(node), REAP_BATCH) >= 0) {
    doom(k, address);
    return;
  }
  mountAt(k, node.mount).nodes -= 1;
  k.slab.release(address);
}

/** Frees a part of what is doomed. 1 when there is more, 0 when nothing is left, or PENDING. */
function reap(k: Kernel, w: FilesWiring): number {
  const root = rootOf(k);
  const doomed = root.firstDoomed;
  if (doomed === 0) return 0;
  root.firstDoomed = nodeAt(k, doomed).next;
  const node = nodeAt(k, doomed);
  if ((node.flags & NodeFlag.stored) === 0) {
    finishNode(k, doomed);
    return root.firstDoomed === 0 ? 0 : 1;
  }
  const gone = formatOf(k, w, doomed).dispose(k, w, doomed);
  if (gone === PENDING || gone === 0) {
    doom(k, doomed);
    return gone === 0 ? 1 : gone;
  }
  // What cannot be freed on the disk stays taken there, for a check of the disk to find.
  node.flags &= ~NodeFlag.stored;
  forget(k, doomed);
  return root.firstDoomed === 0 ? 0 : 1;
}

/** Goes on in the step 'reap' as long as something is doomed; undefined when nothing is. */
export function reaping(k: Kernel, w: FilesWiring): OutcomeNumber | undefined {
  const left = reap(k, w);
  if (left === PENDING) return bring(k, 'reap');
  return left === 1 ? k.goto('reap') : undefined;
}
