/**
 * The operations that make and remove names: `make`, `symbolicLink`, `link` and `remove`.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber, Span } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { FileKind, ModeBit } from './attributes.ts';
import { setTimes } from './clock.ts';
import { findEntry } from './directories.ts';
import { formatOf } from './format.ts';
import { files } from './interface.ts';
import { createChild, enterName, lastName, mayCreate } from './making.ts';
import { LONGEST_PATH } from './names.ts';
import { hold, isDirectory, kindOf, reaping } from './nodes.ts';
import { bring, PENDING } from './pending.ts';
import { callerOf, isReadOnly, Right, refusal, stickyForbids } from './permissions.ts';
import { entryAt, NodeFlag, nodeAt, walkAt } from './records.ts';
import { removeEntry } from './removal.ts';
import { resolution } from './resolution.ts';
import { canSupply, supplySpan } from './spans.ts';
import { allocateText, releaseText } from './storage.ts';
import { endWalk, LastKind, WalkFlag } from './walk.ts';
import type { FilesWiring } from './wiring.ts';

/** 0 when a walk has found room for a new name, or a negative error number. Slashes may follow a directory's name only. */
function nameIsFree(k: Kernel, address: PhysicalAddress, directory: boolean): number {
  const walk = walkAt(k, address);
  if (walk.lastKind !== LastKind.normal || walk.node !== 0) return -ErrorNumber.EEXIST;
  if (walk.trailing === 1 && !directory) return -ErrorNumber.ENOENT;
  return mayCreate(k, walk.current);
}

/** Ends a walk and replies with a node made, or with an error. */
function giveMade(k: Kernel, walk: PhysicalAddress, made: number): OutcomeNumber {
  if (made > 0) hold(k, made);
  endWalk(k, walk);
  return made < 0 ? k.fail(-made) : k.done(made, nodeAt(k, made).mode);
}

const NAME = WalkFlag.name | WalkFlag.missing;

interface MakeFrame {
  readonly mode: number;
  readonly device: number;
  walk: number;
}

/** The node made, PENDING, or a negative error number. */
function makeFound(k: Kernel, w: FilesWiring, f: MakeFrame): number {
  const kind = f.mode & FileKind.mask;
  const error = nameIsFree(k, f.walk, kind === FileKind.directory);
  if (error !== 0) return error;
  const device = kind === FileKind.character || kind === FileKind.block;
  if (device && callerOf(k).user !== 0) return -ErrorNumber.EPERM;
  if (kind === FileKind.symbolicLink) return -ErrorNumber.EINVAL;
  const walk = walkAt(k, f.walk);
  // mkdir(2) takes no set-user or set-group bit.
  const bits = kind === FileKind.directory ? ModeBit.ordinary : ModeBit.permissions;
  const mode = (f.mode & bits) | (kind === 0 ? FileKind.regular : kind);
  const made = createChild(k, w, walk.current, lastName(walk), mode);
  if (made > 0 && device) {
    nodeAt(k, made).device = f.device;
    nodeAt(k, made).flags |= NodeFlag.aged;
  }
  return made;
}

function makeOperation(w: FilesWiring): Operation {
  return operation(files.make, ['walk'], {
    begin(k, f) {
      const { root, base, path } = f;
      return k.call(resolution.walk, { root, base, path, flags: NAME }, 'walked');
    },
    walked(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.walk = reply.value;
      return k.goto('make');
    },
    make(k, f) {
      const made = makeFound(k, w, f);
      return made === PENDING ? bring(k, 'make') : giveMade(k, f.walk, made);
    },
  });
}

interface SymbolicLinkFrame {
  readonly target: Span;
  walk: number;
  text: number;
  moved: number;
}

function failLink(k: Kernel, f: SymbolicLinkFrame, error: number): OutcomeNumber {
  if (f.text !== 0) releaseText(k, f.text, f.target.length);
  if (f.walk !== 0) endWalk(k, f.walk);
  return k.fail(error);
}

/** Makes the link, once its target's bytes are here. */
function createLink(k: Kernel, w: FilesWiring, f: SymbolicLinkFrame): OutcomeNumber {
  const error = nameIsFree(k, f.walk, false);
  if (error !== 0) return failLink(k, f, -error);
  const walk = walkAt(k, f.walk);
  const mode = FileKind.symbolicLink | 0o777;
  const target = { start: f.text, length: f.target.length };
  const made = createChild(k, w, walk.current, lastName(walk), mode, target);
  if (made === PENDING) return bring(k, 'create');
  if (made < 0) return failLink(k, f, -made);
  endWalk(k, f.walk);
  return k.done();
}

function symbolicLinkOperation(w: FilesWiring): Operation {
  const gather = (k: Kernel, f: SymbolicLinkFrame): OutcomeNumber => {
    const { target } = f;
    f.moved += k.fromSpan(target, f.moved, f.text + f.moved, target.length - f.moved);
    if (f.moved === target.length) return createLink(k, w, f);
    if (!canSupply(w, target)) return failLink(k, f, ErrorNumber.EFAULT);
    return supplySpan(k, w, target, f.moved, false, 'gathered');
  };
  return operation(files.symbolicLink, ['walk', 'text', 'moved'], {
    begin(k, f) {
      if (f.target.length === 0) return k.fail(ErrorNumber.ENOENT);
      if (f.target.length > LONGEST_PATH) return k.fail(ErrorNumber.ENAMETOOLONG);
      const { root, base, path } = f;
      return k.call(resolution.walk, { root, base, path, flags: NAME }, 'walked');
    },
    walked(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.walk = reply.value;
      const error = nameIsFree(k, f.walk, false);
      if (error !== 0) return failLink(k, f, -error);
      f.text = allocateText(k, f.target.length, FrameUse.index);
      return f.text === 0 ? failLink(k, f, ErrorNumber.ENOSPC) : gather(k, f);
    },
    gathered(k, f, reply) {
      return reply.error === 0 ? gather(k, f) : failLink(k, f, ErrorNumber.EFAULT);
    },
    create: (k, f) => createLink(k, w, f),
  });
}

/** 0 when the file may have another name in a directory, or a negative error number. */
function mayLink(k: Kernel, directory: PhysicalAddress, address: PhysicalAddress): number {
  const node = nodeAt(k, address);
  if (nodeAt(k, directory).mount !== node.mount) return -ErrorNumber.EXDEV;
  if (kindOf(node) === FileKind.directory) return -ErrorNumber.EPERM;
  if ((node.flags & NodeFlag.supplied) !== 0) return -ErrorNumber.EPERM;
  return node.links === 0 && (node.flags & NodeFlag.linkable) === 0 ? -ErrorNumber.ENOENT : 0;
}

function linkOperation(w: FilesWiring): Operation {
  const enter = (k: Kernel, node: PhysicalAddress, walkAddress: PhysicalAddress): number => {
    const walk = walkAt(k, walkAddress);
    const { current } = walk;
    if (walk.lastKind !== LastKind.normal || walk.node !== 0) return -ErrorNumber.EEXIST;
    if (walk.trailing === 1) return -ErrorNumber.ENOENT;
    if (nodeAt(k, current).mount !== nodeAt(k, node).mount) return -ErrorNumber.EXDEV;
    const error =
      mayCreate(k, current) ||
      mayLink(k, current, node) ||
      formatOf(k, w, current).link(k, w, { directory: current, name: lastName(walk), node });
    if (error !== 0) return error;
    const entry = enterName(k, w, current, lastName(walk), node);
    if (entry > 0) setTimes(k, w, node, false, false, true);
    return entry;
  };
  return operation(files.link, ['walk'], {
    begin(k, f) {
      const { root, base, path } = f;
      return k.call(resolution.walk, { root, base, path, flags: NAME }, 'walked');
    },
    walked(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.walk = reply.value;
      return k.goto('enter');
    },
    enter(k, f) {
      const entry = enter(k, f.node, f.walk);
      if (entry === PENDING) return bring(k, 'enter');
      endWalk(k, f.walk);
      return entry < 0 ? k.fail(-entry) : k.done();
    },
  });
}

/** What removing the last component comes to when it is no plain name. */
function refuseDots(lastKind: number, directory: boolean): number {
  if (lastKind === LastKind.normal) return 0;
  if (!directory) return -ErrorNumber.EISDIR;
  if (lastKind === LastKind.dot) return -ErrorNumber.EINVAL;
  return lastKind === LastKind.dotdot ? -ErrorNumber.ENOTEMPTY : -ErrorNumber.EBUSY;
}

/** May the caller take a node's name out of a directory? 0 or a negative error number; Linux's may_delete. */
export function mayRemove(
  k: Kernel,
  parent: PhysicalAddress,
  address: PhysicalAddress,
  directory: boolean,
): number {
  const who = callerOf(k);
  const denied = refusal(k, parent, Right.write | Right.execute, who);
  if (denied !== 0) return denied;
  if (stickyForbids(nodeAt(k, parent), nodeAt(k, address), who)) return -ErrorNumber.EPERM;
  const is = isDirectory(k, address);
  if (directory && !is) return -ErrorNumber.ENOTDIR;
  if (!directory && is) return -ErrorNumber.EISDIR;
  return nodeAt(k, parent).links === 0 ? -ErrorNumber.ENOENT : 0;
}

/** 0 when a directory is empty, 1 when it must first be filled further, or a negative error number. */
export function checkEmpty(k: Kernel, w: FilesWiring, address: PhysicalAddress): number {
  const format = formatOf(k, w, address);
  if (format.isEmpty !== undefined) return format.isEmpty(k, w, address);
  const filled = format.fill(k, w, address);
  if (filled !== 1) return filled === 0 ? 1 : filled;
  return nodeAt(k, address).entries === 0 ? 0 : -ErrorNumber.ENOTEMPTY;
}

/** Before a name goes: a file of the host that somebody has open is kept in memory. 0, 1 to go on, or a negative error number. */
export function letGo(k: Kernel, w: FilesWiring, node: PhysicalAddress): number {
  // The walk itself holds it once.
  if (nodeAt(k, node).holds <= 1) return 0;
  return formatOf(k, w, node).letGo(k, w, node);
}

/** Removes what a walk has found. 0, 1 to be called again, or a negative error number. */
function removeFound(k: Kernel, w: FilesWiring, address: PhysicalAddress, directory: boolean): number {
  const walk = walkAt(k, address);
  const { current, node } = walk;
  const dotted = refuseDots(walk.lastKind, directory);
  if (dotted !== 0) return dotted;
  if (isReadOnly(k, nodeAt(k, current).mount)) return -ErrorNumber.EROFS;
  if (node === 0) return -ErrorNumber.ENOENT;
  if (!directory && walk.trailing === 1)
    return isDirectory(k, node) ? -ErrorNumber.EISDIR : -ErrorNumber.ENOTDIR;
  const denied = mayRemove(k, current, node, directory);
  if (denied !== 0) return denied;
  if (directory && nodeAt(k, node).mounted !== 0) return -ErrorNumber.EBUSY;
  if ((nodeAt(k, node).flags & NodeFlag.supplied) !== 0) return -ErrorNumber.EPERM;
  const full = directory ? checkEmpty(k, w, node) : 0;
  if (full !== 0) return full;
  const entry = findEntry(k, current, lastName(walk));
  if (entry === 0 || entryAt(k, entry).node !== node) return -ErrorNumber.ENOENT;
  const kept = letGo(k, w, node);
  if (kept !== 0) return kept;
  const refused = formatOf(k, w, current).remove(k, w, { directory: current, name: lastName(walk), node });
  if (refused === 0) removeEntry(k, w, entry);
  return refused;
}

function removeOperation(w: FilesWiring): Operation {
  return operation(files.remove, ['walk'], {
    begin(k, f) {
      const { root, base, path } = f;
      return k.call(resolution.walk, { root, base, path, flags: NAME }, 'walked');
    },
    walked(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.walk = reply.value;
      return k.goto('take');
    },
    take(k, f) {
      const result = removeFound(k, w, f.walk, f.directory === 1);
      if (result === PENDING) return bring(k, 'take');
      if (result === 1) return k.goto('take');
      endWalk(k, f.walk);
      return result < 0 ? k.fail(-result) : k.goto('reap');
    },
    reap: (k) => reaping(k, w) ?? k.done(),
  });
}

export function namingOperations(w: FilesWiring): Operation[] {
  return [makeOperation(w), symbolicLinkOperation(w), linkOperation(w), removeOperation(w)];
}
