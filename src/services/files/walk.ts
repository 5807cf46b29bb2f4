/**
 * Resolving a path, a component at a time, in a Walk record.
 *
 * The internal operation `walk` brings the path's bytes, goes through its components in bounded steps, and replies with the
 * Walk record, which the caller must end with `endWalk`. `current` is then the directory of the last component and `node`
 * the result. What to do at the last component is said by WalkFlag bits. Rules and precedence of errors follow Linux's
 * path_resolution(7) and what its fs/namei.c does where the manual is silent.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FileKind } from './attributes.ts';
import { formatOf } from './format.ts';
import { dots, LONGEST_NAME, SLASH } from './names.ts';
import { hold, isDirectory, kindOf, noteEntry, release } from './nodes.ts';
import { PENDING } from './pending.ts';
import { callerOf, Right, refusal } from './permissions.ts';
import { entryAt, mountAt, NodeFlag, nodeAt, type WalkView, walkAt } from './records.ts';
import { dropSegments, moreToCome, nextComponent, pushSegment, segmentText } from './segments.ts';
import type { FilesWiring } from './wiring.ts';

export const WalkFlag = {
  /** A symbolic link at the end is followed. */
  follow: 1,
  /** The name itself is wanted: the last component is neither followed nor crossed, and '.' and '..' stay what they are. */
  name: 2,
  /** The last component may be missing. */
  missing: 4,
  /** The result must be a directory. */
  directory: 8,
  /** An empty path means the base. */
  empty: 16,
  /** The last component is to be made as a file: slashes behind it are an error. */
  file: 32,
  /** Directories are searched with the caller's real ids. */
  real: 64,
} as const;

/** What the last component was. */
export const LastKind = { normal: 0, dot: 1, dotdot: 2, root: 3 } as const;

/** Symbolic links followed in one resolution, at most. */
const MOST_LINKS = 40;

/** How a part of a resolution ended; negative numbers are errors. */
export const Progress = {
  finished: 0,
  further: 1,
  /** A directory is being filled: enough for one step. */
  filling: 4,
  /** The supplier of the tree must be asked for the name at hand. */
  ask: 2,
  /** The supplier must be asked for a link's target. */
  askTarget: 3,
} as const;

/** Frees a walk and all that it holds. */
export function endWalk(k: Kernel, address: PhysicalAddress): void {
  const walk = walkAt(k, address);
  dropSegments(k, walk);
  if (walk.node !== 0) release(k, walk.node);
  if (walk.current !== 0) release(k, walk.current);
  if (walk.root !== 0) release(k, walk.root);
  k.slab.release(address);
}

/** Takes the result out of a walk, with its hold. */
export function takeNode(k: Kernel, address: PhysicalAddress): PhysicalAddress {
  const walk = walkAt(k, address);
  const { node } = walk;
  walk.node = 0;
  return node;
}

/** Takes the next component, if any, and looks it up. */
export function advance(k: Kernel, w: FilesWiring, address: PhysicalAddress): number {
  const walk = walkAt(k, address);
  if (walk.again === 1) {
    walk.again = 0;
    return descend(k, w, walk);
  }
  if (!moreToCome(k, walk)) return stay(k, walk, LastKind.root);
  if (!isDirectory(k, walk.current)) return -ErrorNumber.ENOTDIR;
  const who = callerOf(k, (walk.flags & WalkFlag.real) !== 0);
  const denied = refusal(k, walk.current, Right.execute, who);
  if (denied !== 0) return denied;
  // A directory may have to be filled first, in several steps: the component is taken only then.
  const filled = ready(k, w, walk.current);
  if (filled !== 1) return filled < 0 ? filled : Progress.filling;
  nextComponent(k, walk);
  const dotted = dots(k, walk.name, walk.nameLength);
  if (dotted !== 0) return goDotted(k, walk, dotted);
  return descend(k, w, walk);
}

function ready(k: Kernel, w: FilesWiring, directory: PhysicalAddress): number {
  if ((nodeAt(k, directory).flags & NodeFlag.unfilled) === 0) return 1;
  return formatOf(k, w, directory).ready(k, w, directory);
}

/** The walk ends where it is. */
function stay(k: Kernel, walk: WalkView, lastKind: number): number {
  walk.lastKind = lastKind;
  if ((walk.flags & WalkFlag.name) === 0) walk.node = hold(k, walk.current);
  return Progress.finished;
}

function goDotted(k: Kernel, walk: WalkView, dotted: 1 | 2): number {
  const last = walk.last === 1;
  const kind = dotted === 1 ? LastKind.dot : LastKind.dotdot;
  if (last && (walk.flags & WalkFlag.name) !== 0) return stay(k, walk, kind);
  if (dotted === 2) moveTo(k, walk, hold(k, parentOf(k, walk.root, walk.current)));
  return last ? stay(k, walk, kind) : Progress.further;
}

/** The directory above, never above `root`; out of a mounted tree at its root. */
export function parentOf(k: Kernel, root: PhysicalAddress, directory: PhysicalAddress): PhysicalAddress {
  let at = directory;
  while (at !== root) {
    const { entry, mount } = nodeAt(k, at);
    if (entry !== 0) return entryAt(k, entry).directory;
    const { covered } = mountAt(k, mount);
    if (covered === 0 || mountAt(k, mount).root !== at) return at;
    at = covered;
  }
  return at;
}

/** Makes a directory, already held, the current one. */
function moveTo(k: Kernel, walk: WalkView, directory: PhysicalAddress): void {
  release(k, walk.current);
  walk.current = directory;
}

function descend(k: Kernel, w: FilesWiring, walk: WalkView): number {
  const { nameLength, flags } = walk;
  if (walk.last === 1 && walk.trailing === 1 && (flags & WalkFlag.file) !== 0) return -ErrorNumber.EISDIR;
  if (nameLength > LONGEST_NAME) return -ErrorNumber.ENAMETOOLONG;
  if ((nodeAt(k, walk.current).flags & NodeFlag.supplied) !== 0) return Progress.ask;
  const format = formatOf(k, w, walk.current);
  const entry = format.find(k, w, walk.current, { start: walk.name, length: nameLength });
  if (entry <= 0) return entry < 0 ? entry : arriveNowhere(walk);
  const node = format.nodeOf(k, w, entry);
  if (node === PENDING) walk.again = 1;
  if (node < 0) return node;
  hold(k, node);
  noteEntry(k, node, entry);
  return arrive(k, walk, node);
}

/** There is no such name. */
export function arriveNowhere(walk: WalkView): number {
  walk.lastKind = LastKind.normal;
  if (walk.last === 1 && (walk.flags & WalkFlag.missing) !== 0) return Progress.finished;
  return -ErrorNumber.ENOENT;
}

/** The name at hand leads to a node, which is held for the walk. */
export function arrive(k: Kernel, walk: WalkView, found: PhysicalAddress): number {
  const last = walk.last === 1;
  walk.lastKind = LastKind.normal;
  walk.node = found;
  if (last && (walk.flags & WalkFlag.name) !== 0) return Progress.finished;
  const node = crossMounts(k, found);
  walk.node = node;
  const follows = !last || walk.trailing === 1 || (walk.flags & WalkFlag.follow) !== 0;
  if (follows && kindOf(nodeAt(k, node)) === FileKind.symbolicLink) return followLink(k, walk);
  if (last) return Progress.finished;
  walk.node = 0;
  moveTo(k, walk, node);
  return Progress.further;
}

/** From a directory that is hidden by a mounted tree to that tree's root; the hold goes along. */
export function crossMounts(k: Kernel, found: PhysicalAddress): PhysicalAddress {
  let at = found;
  for (;;) {
    const node = nodeAt(k, at);
    if (kindOf(node) !== FileKind.directory || node.mounted === 0) return at;
    const { root } = mountAt(k, node.mounted);
    hold(k, root);
    release(k, at);
    at = root;
  }
}

/** Goes on in the target of the symbolic link that `node` is. */
function followLink(k: Kernel, walk: WalkView): number {
  if (walk.links >= MOST_LINKS) return -ErrorNumber.ELOOP;
  walk.links += 1;
  const link = nodeAt(k, walk.node);
  if ((link.flags & NodeFlag.supplied) !== 0) return Progress.askTarget;
  if (link.size === 0) return -ErrorNumber.ENOENT;
  if (!pushSegment(k, walk, link.word, link.size)) return -ErrorNumber.ENOMEM;
  return enterLink(k, walk);
}

/** The innermost segment has become a link's target: the link is left, for its directory or the root. */
export function enterLink(k: Kernel, walk: WalkView): number {
  release(k, walk.node);
  walk.node = 0;
  if (startsAtRoot(k, walk)) moveTo(k, walk, hold(k, walk.root));
  return Progress.further;
}

function startsAtRoot(k: Kernel, walk: WalkView): boolean {
  return k.memory.u8[segmentText(k, walk.segment)] === SLASH;
}
