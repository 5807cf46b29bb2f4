/**
 * The operation `rename`: renameat2(2), with its checks in Linux's order.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { setTimes, touchModified } from './clock.ts';
import { detachEntry, findEntry, insertEntry, pointEntry } from './directories.ts';
import { formatOf, type NamePlace } from './format.ts';
import { files, RenameFlag } from './interface.ts';
import { lastName, mayCreate } from './making.ts';
import { checkEmpty, letGo, mayRemove } from './naming.ts';
import { isDirectory, noteEntry, reaping } from './nodes.ts';
import { bring, PENDING } from './pending.ts';
import { isReadOnly, Right, refusal } from './permissions.ts';
import { entryAt, NodeFlag, nodeAt, type WalkView, walkAt } from './records.ts';
import { removeEntry } from './removal.ts';
import { resolution } from './resolution.ts';
import { endWalk, LastKind, WalkFlag } from './walk.ts';
import type { FilesWiring } from './wiring.ts';

const NAME = WalkFlag.name | WalkFlag.missing;
const KNOWN = RenameFlag.noReplace | RenameFlag.exchange;

/** The operation's result when the step must be taken again. */
const AGAIN = 1;

/** Is a directory the same as, or below, another? Both in one mounted tree. */
function isWithin(k: Kernel, directory: PhysicalAddress, ancestor: PhysicalAddress): boolean {
  for (let at = directory; at !== ancestor; ) {
    const { entry } = nodeAt(k, at);
    if (entry === 0) return false;
    at = entryAt(k, entry).directory;
  }
  return true;
}

/** What can be said from where the two names are. 0 or a negative error number. */
function checkPlaces(k: Kernel, from: WalkView, to: WalkView, flags: number): number {
  const { mount } = nodeAt(k, from.current);
  if (mount !== nodeAt(k, to.current).mount) return -ErrorNumber.EXDEV;
  if (from.lastKind !== LastKind.normal) return -ErrorNumber.EBUSY;
  const noReplace = (flags & RenameFlag.noReplace) !== 0;
  if (to.lastKind !== LastKind.normal) return noReplace ? -ErrorNumber.EEXIST : -ErrorNumber.EBUSY;
  if (isReadOnly(k, mount)) return -ErrorNumber.EROFS;
  if (from.node === 0) return -ErrorNumber.ENOENT;
  return noReplace && to.node !== 0 ? -ErrorNumber.EEXIST : 0;
}

/** What can be said from what the two names are. 0 or a negative error number. */
function checkKinds(k: Kernel, from: WalkView, to: WalkView, exchange: boolean): number {
  const target = to.node;
  if (exchange) {
    if (target === 0) return -ErrorNumber.ENOENT;
    if (!isDirectory(k, target) && to.trailing === 1) return -ErrorNumber.ENOTDIR;
  }
  if (!isDirectory(k, from.node)) {
    if (from.trailing === 1 || (!exchange && to.trailing === 1)) return -ErrorNumber.ENOTDIR;
  } else if (isWithin(k, to.current, from.node)) return -ErrorNumber.EINVAL;
  if (target !== 0 && isDirectory(k, target) && isWithin(k, from.current, target))
    return exchange ? -ErrorNumber.EINVAL : -ErrorNumber.ENOTEMPTY;
  return 0;
}

/** A directory that moves has its '..' rewritten: it must be writable itself. */
function mayMove(k: Kernel, from: WalkView, to: WalkView, node: PhysicalAddress): number {
  return isDirectory(k, node) && from.current !== to.current ? refusal(k, node, Right.write) : 0;
}

/** What the caller may. 0 or a negative error number. */
function checkRights(k: Kernel, from: WalkView, to: WalkView, exchange: boolean): number {
  const { node } = from;
  const target = to.node;
  const directory = isDirectory(k, node);
  const kept = exchange && target !== 0 ? isDirectory(k, target) : directory;
  const error =
    mayRemove(k, from.current, node, directory) ||
    (target === 0 ? mayCreate(k, to.current) : mayRemove(k, to.current, target, kept)) ||
    mayMove(k, from, to, node) ||
    (exchange ? mayMove(k, to, from, target) : 0);
  if (error !== 0) return error;
  const busy = mountedAt(k, node) || (target !== 0 && mountedAt(k, target));
  if (busy) return -ErrorNumber.EBUSY;
  return (nodeAt(k, node).flags & NodeFlag.supplied) !== 0 ? -ErrorNumber.EPERM : 0;
}

function mountedAt(k: Kernel, address: PhysicalAddress): boolean {
  return isDirectory(k, address) && nodeAt(k, address).mounted !== 0;
}

/** The present entry of a walk's name; 0 when there is none. The walk's node follows what has happened since. */
function currentEntry(k: Kernel, walk: WalkView): PhysicalAddress | -1 {
  const entry = findEntry(k, walk.current, lastName(walk));
  const node = entry === 0 ? 0 : entryAt(k, entry).node;
  return node === walk.node ? entry : -1;
}

/** Puts the source's node under the target's name. Returns 0 or a negative error number. */
function moveName(
  k: Kernel,
  w: FilesWiring,
  from: WalkView,
  to: WalkView,
  source: PhysicalAddress,
  target: PhysicalAddress,
): number {
  const { node } = from;
  const entry = insertEntry(k, to.current, lastName(to), node);
  if (entry < 0) return entry;
  if (target !== 0) removeEntry(k, w, target);
  detachEntry(k, source);
  const view = nodeAt(k, node);
  if (view.entry === source) view.entry = 0;
  k.slab.release(source);
  noteEntry(k, node, entry);
  moveLink(k, from.current, to.current, isDirectory(k, node) ? 1 : 0);
  return 0;
}

/** A directory's '..' counts in another directory now. */
function moveLink(k: Kernel, from: PhysicalAddress, to: PhysicalAddress, count: number): void {
  if (from === to || count === 0) return;
  nodeAt(k, from).links -= count;
  nodeAt(k, to).links += count;
}

function exchangeNames(
  k: Kernel,
  from: WalkView,
  to: WalkView,
  source: PhysicalAddress,
  target: PhysicalAddress,
): void {
  const a = from.node;
  const b = to.node;
  pointEntry(k, source, b);
  pointEntry(k, target, a);
  noteEntry(k, a, target);
  noteEntry(k, b, source);
  moveLink(k, from.current, to.current, (isDirectory(k, a) ? 1 : 0) - (isDirectory(k, b) ? 1 : 0));
}

function placeOf(walk: WalkView): NamePlace {
  return { directory: walk.current, name: lastName(walk), node: walk.node };
}

/** Checks all and renames. 0, AGAIN, or a negative error number. */
function renameFound(k: Kernel, w: FilesWiring, f: { from: number; to: number; flags: number }): number {
  const from = walkAt(k, f.from);
  const to = walkAt(k, f.to);
  const exchange = (f.flags & RenameFlag.exchange) !== 0;
  const error = checkPlaces(k, from, to, f.flags) || checkKinds(k, from, to, exchange);
  if (error !== 0) return error;
  if (from.node === to.node) return 0;
  const denied = checkRights(k, from, to, exchange);
  if (denied !== 0) return denied;
  const target = to.node;
  const full = !exchange && target !== 0 && isDirectory(k, target) ? checkEmpty(k, w, target) : 0;
  if (full !== 0) return full;
  const source = currentEntry(k, from);
  const replaced = currentEntry(k, to);
  // Somebody else was faster since the names were looked up: what is there now is not what was checked.
  if (source <= 0 || replaced < 0) return -ErrorNumber.ENOENT;
  const format = formatOf(k, w, from.node);
  if (exchange && !format.exchanges) return -ErrorNumber.EINVAL;
  const kept = target === 0 || exchange ? 0 : letGo(k, w, target);
  if (kept !== 0) return kept;
  const refused = format.rename(k, w, placeOf(from), placeOf(to), exchange);
  if (refused !== 0) return refused;
  return carryOut(k, w, f, source, replaced);
}

function carryOut(
  k: Kernel,
  w: FilesWiring,
  f: { from: number; to: number; flags: number },
  source: PhysicalAddress,
  target: PhysicalAddress,
): number {
  const from = walkAt(k, f.from);
  const to = walkAt(k, f.to);
  if ((f.flags & RenameFlag.exchange) !== 0) exchangeNames(k, from, to, source, target);
  else {
    const error = moveName(k, w, from, to, source, target);
    if (error !== 0) return error;
  }
  touchModified(k, w, from.current);
  if (from.current !== to.current) touchModified(k, w, to.current);
  setTimes(k, w, from.node, false, false, true);
  if (to.node !== 0) setTimes(k, w, to.node, false, false, true);
  return 0;
}

export function renamingOperations(w: FilesWiring): Operation[] {
  const rename = operation(files.rename, ['from', 'to'], {
    begin(k, f) {
      const { flags } = f;
      if ((flags & ~KNOWN) !== 0 || (flags & KNOWN) === KNOWN) return k.fail(ErrorNumber.EINVAL);
      const { root, base, path } = f;
      return k.call(resolution.walk, { root, base, path, flags: NAME }, 'found');
    },
    found(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.from = reply.value;
      const request = { root: f.root, base: f.newBase, path: f.newPath, flags: NAME };
      return k.call(resolution.walk, request, 'foundBoth');
    },
    foundBoth(k, f, reply) {
      if (reply.error === 0) {
        f.to = reply.value;
        return k.goto('move');
      }
      endWalk(k, f.from);
      return k.fail(reply.error);
    },
    move(k, f) {
      const result = renameFound(k, w, f);
      if (result === PENDING) return bring(k, 'move');
      if (result === AGAIN) return k.goto('move');
      endWalk(k, f.from);
      endWalk(k, f.to);
      return result < 0 ? k.fail(-result) : k.goto('reap');
    },
    reap: (k) => reaping(k, w) ?? k.done(),
  });
  return [rename];
}
