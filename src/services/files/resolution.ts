/**
 * The internal operation `walk`: brings a path's bytes from its span, resolves it, and replies with the Walk record.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, type Reply, type Span, serviceInterface } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { SuppliedAttributes } from './attributes.ts';
import { suppliedTree } from './interface.ts';
import { LONGEST_PATH, SLASH } from './names.ts';
import { hold, isDirectory, release } from './nodes.ts';
import { bring, PENDING } from './pending.ts';
import { mountAt, nodeAt, rootOf, Segment, Walk, walkAt } from './records.ts';
import { addSegment, segmentText } from './segments.ts';
import { canSupply, localSpan, supplySpan } from './spans.ts';
import { allocateRecord } from './storage.ts';
import { nameSupplied, suppliedNode } from './supplied.ts';
import {
  advance,
  arrive,
  arriveNowhere,
  crossMounts,
  endWalk,
  enterLink,
  Progress,
  WalkFlag,
} from './walk.ts';
import type { FilesWiring } from './wiring.ts';

export const resolution = serviceInterface('files', {
  /** Value: the Walk record, to be ended by the caller. */
  walk: { root: 'number', base: 'number', path: 'span', flags: 'number' },
});

/** Components resolved in one step, at most. */
const STEP_COMPONENTS = 8;

interface WalkFrame {
  readonly root: number;
  readonly base: number;
  readonly path: Span;
  readonly flags: number;
  walk: number;
  moved: number;
  number: number;
}

/** The root of the whole tree. */
export function treeRoot(k: Kernel): PhysicalAddress {
  const { top } = rootOf(k);
  const bottom = hold(k, mountAt(k, top).root);
  const root = crossMounts(k, bottom);
  release(k, root);
  return root;
}

function give(k: Kernel, f: WalkFrame, error: number): OutcomeNumber {
  endWalk(k, f.walk);
  return k.fail(error);
}

function startWalk(k: Kernel, f: WalkFrame): number {
  const address = allocateRecord(k, Walk.size);
  if (address === 0) return -ErrorNumber.ENOMEM;
  const walk = walkAt(k, address);
  const root = f.root === 0 ? treeRoot(k) : f.root;
  walk.root = hold(k, root);
  walk.current = hold(k, f.base === 0 ? root : f.base);
  walk.flags = f.flags;
  f.walk = address;
  if (f.path.length === 0) return 0;
  return addSegment(k, walk, f.path.length) ? 0 : -ErrorNumber.ENOMEM;
}

/** An absolute path starts at the root. */
function placeStart(k: Kernel, f: WalkFrame): void {
  const walk = walkAt(k, f.walk);
  if (walk.segment === 0 || k.memory.u8[segmentText(k, walk.segment)] !== SLASH) return;
  const { root } = walk;
  hold(k, root);
  release(k, walk.current);
  walk.current = root;
}

/** Turns what a part of the resolution came to into the step's outcome. */
function proceed(k: Kernel, f: WalkFrame, progress: number): OutcomeNumber {
  switch (progress) {
    case Progress.further:
    case Progress.filling:
      return k.goto('next');
    case Progress.ask:
      return askName(k, f);
    case Progress.askTarget:
      return askWhere(k, f);
    case Progress.finished:
      return finish(k, f);
    case PENDING:
      return bring(k, 'brought');
    default:
      return give(k, f, -progress);
  }
}

function finish(k: Kernel, f: WalkFrame): OutcomeNumber {
  const walk = walkAt(k, f.walk);
  const { flags, node } = walk;
  const wantsDirectory = (flags & WalkFlag.directory) !== 0 || walk.trailing === 1;
  if ((flags & WalkFlag.name) === 0 && wantsDirectory && node !== 0 && !isDirectory(k, node))
    return give(k, f, ErrorNumber.ENOTDIR);
  return k.done(f.walk);
}

function treeOf(k: Kernel, directory: PhysicalAddress): number {
  return mountAt(k, nodeAt(k, directory).mount).layer;
}

function askName(k: Kernel, f: WalkFrame): OutcomeNumber {
  const { current, name, nameLength } = walkAt(k, f.walk);
  const request = {
    tree: treeOf(k, current),
    directory: nodeAt(k, current).number,
    name: localSpan(name, nameLength),
  };
  return k.call(suppliedTree.find, request, 'found');
}

function askWhere(k: Kernel, f: WalkFrame): OutcomeNumber {
  const { node } = walkAt(k, f.walk);
  return k.call(suppliedTree.follow, { tree: treeOf(k, node), node: nodeAt(k, node).number }, 'followed');
}

function askTarget(k: Kernel, f: WalkFrame): OutcomeNumber {
  const walk = walkAt(k, f.walk);
  const { node } = walk;
  if (!addSegment(k, walk, LONGEST_PATH)) return give(k, f, ErrorNumber.ENOMEM);
  const into = localSpan(segmentText(k, walk.segment), LONGEST_PATH);
  const request = { tree: treeOf(k, node), node: nodeAt(k, node).number, offset: 0, into };
  return k.call(suppliedTree.content, request, 'target');
}

function land(k: Kernel, f: WalkFrame, node: PhysicalAddress): number {
  const walk = walkAt(k, f.walk);
  walk.node = node;
  if (walk.last === 1) return Progress.finished;
  release(k, walk.current);
  walk.current = node;
  walk.node = 0;
  return Progress.further;
}

function reachSupplied(k: Kernel, w: FilesWiring, f: WalkFrame): number {
  const walk = walkAt(k, f.walk);
  const { current } = walk;
  const node = suppliedNode(k, w, nodeAt(k, current).mount, f.number, walk.supplied);
  if (node < 0) return node;
  const error = nameSupplied(k, node, current, { start: walk.name, length: walk.nameLength });
  if (error === 0) return arrive(k, walk, node);
  release(k, node);
  return error;
}

/** A supplied tree has the name: what is it? */
function describe(k: Kernel, f: WalkFrame, reply: Reply): OutcomeNumber {
  if (reply.error !== 0) return give(k, f, reply.error);
  const walk = walkAt(k, f.walk);
  f.number = reply.value;
  const into = localSpan(walk.supplied, SuppliedAttributes.size);
  const request = { tree: treeOf(k, walk.current), node: f.number, into };
  return k.call(suppliedTree.describeEntry, request, 'described');
}

/** What had to be brought from a disk is here. */
function brought(k: Kernel, f: WalkFrame, reply: Reply): OutcomeNumber {
  return reply.error === 0 ? k.goto('next') : give(k, f, reply.error);
}

export function walkOperation(w: FilesWiring): Operation {
  const gather = (k: Kernel, f: WalkFrame): OutcomeNumber => {
    const { path } = f;
    const text = segmentText(k, walkAt(k, f.walk).segment);
    f.moved += k.fromSpan(path, f.moved, text + f.moved, path.length - f.moved);
    if (f.moved === path.length) {
      placeStart(k, f);
      return k.goto('next');
    }
    if (!canSupply(w, path)) return give(k, f, ErrorNumber.EFAULT);
    return supplySpan(k, w, path, f.moved, false, 'gathered');
  };
  return operation(resolution.walk, ['walk', 'moved', 'number'], {
    begin(k, f) {
      const { length } = f.path;
      if (length > LONGEST_PATH) return k.fail(ErrorNumber.ENAMETOOLONG);
      if (length === 0 && (f.flags & WalkFlag.empty) === 0) return k.fail(ErrorNumber.ENOENT);
      const error = startWalk(k, f);
      if (error < 0) return f.walk === 0 ? k.fail(-error) : give(k, f, -error);
      return length === 0 ? k.goto('next') : gather(k, f);
    },
    gather,
    gathered(k, f, reply) {
      return reply.error === 0 ? gather(k, f) : give(k, f, ErrorNumber.EFAULT);
    },
    next(k, f) {
      let progress: number = Progress.further;
      for (let count = 0; count < STEP_COMPONENTS && progress === Progress.further; count++)
        progress = advance(k, w, f.walk);
      return proceed(k, f, progress);
    },
    brought,
    found: (k, f, reply) =>
      reply.error === ErrorNumber.ENOENT
        ? proceed(k, f, arriveNowhere(walkAt(k, f.walk)))
        : describe(k, f, reply),
    described(k, f, reply) {
      if (reply.error !== 0) return give(k, f, reply.error);
      return proceed(k, f, reachSupplied(k, w, f));
    },
    followed(k, f, reply: Reply) {
      if (reply.error !== 0) return give(k, f, reply.error);
      if (reply.value === 0) return askTarget(k, f);
      release(k, walkAt(k, f.walk).node);
      // A jump lands on a node itself, whatever it is: nothing is followed from there.
      return proceed(k, f, land(k, f, reply.value));
    },
    target(k, f, reply: Reply) {
      const walk = walkAt(k, f.walk);
      if (reply.error !== 0) return give(k, f, reply.error);
      if (reply.value === 0) return give(k, f, ErrorNumber.ENOENT);
      Segment.at(k.store, walk.segment).length = reply.value;
      return proceed(k, f, enterLink(k, walk));
    },
  });
}
