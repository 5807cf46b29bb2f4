/**
 * The operations that turn a path into a node: `lookup`, `open`, and files without a name.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber, Span } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { FileKind, ModeBit } from './attributes.ts';
import { copies, makeCopy } from './copies.ts';
import { storing } from './ext2/interface.ts';
import { formatOf } from './format.ts';
import { flushSome, settleTimes } from './host.ts';
import { files, LookupFlag, OPENED_LOSSY, OpenFlag } from './interface.ts';
import { isHosted } from './layers.ts';
import { createChild, lastName, makeWithin, mayCreate } from './making.ts';
import { ensureRoot } from './mounts.ts';
import { forget, hold, kindOf, makeNode, reaping, release } from './nodes.ts';
import { bring, PENDING } from './pending.ts';
import { callerOf, owns, Right, refusal } from './permissions.ts';
import { NodeFlag, nodeAt, rootOf, walkAt } from './records.ts';
import { resolution } from './resolution.ts';
import { endWalk, takeNode, WalkFlag } from './walk.ts';
import type { FilesWiring } from './wiring.ts';

/** Replies with a node that is held for the caller; the second value is its mode. */
function giveNode(k: Kernel, node: PhysicalAddress): OutcomeNumber {
  return k.done(node, nodeAt(k, node).mode);
}

function lookupFlags(flags: number): number {
  let wanted = (flags & LookupFlag.noFollow) === 0 ? WalkFlag.follow : 0;
  if ((flags & LookupFlag.emptyPath) !== 0) wanted |= WalkFlag.empty;
  if ((flags & LookupFlag.directory) !== 0) wanted |= WalkFlag.directory;
  if ((flags & LookupFlag.real) !== 0) wanted |= WalkFlag.real;
  return wanted;
}

const lookupOperation = operation(files.lookup, [], {
  begin(k, f) {
    const { root, base, path } = f;
    return k.call(resolution.walk, { root, base, path, flags: lookupFlags(f.flags) }, 'walked');
  },
  walked(k, _f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const node = takeNode(k, reply.value);
    endWalk(k, reply.value);
    return giveNode(k, node);
  },
});

interface OpenFrame {
  readonly root: number;
  readonly base: number;
  readonly path: Span;
  flags: number;
  readonly mode: number;
  node: number;
}

/** The flags that count when O_PATH is among them. */
const PATH_FLAGS = OpenFlag.path | OpenFlag.directory | OpenFlag.noFollow | OpenFlag.closeOnExec;

function has(f: { readonly flags: number }, flag: number): boolean {
  return (f.flags & flag) !== 0;
}

/** The rights that open(2) asks for: 3 as an access mode asks for both. */
function rightsOf(flags: number): number {
  const rights = [Right.read, Right.write, Right.read | Right.write, Right.read | Right.write];
  const wanted = rights[flags & OpenFlag.accessMask] as number;
  return (flags & OpenFlag.truncate) !== 0 ? wanted | Right.write : wanted;
}

function openFlags(flags: number): number {
  const create = (flags & OpenFlag.create) !== 0;
  const exclusive = create && (flags & OpenFlag.exclusive) !== 0;
  let wanted = (flags & OpenFlag.noFollow) === 0 && !exclusive ? WalkFlag.follow : 0;
  if (create) wanted |= WalkFlag.missing | WalkFlag.file;
  if ((flags & OpenFlag.directory) !== 0) wanted |= WalkFlag.directory;
  return wanted;
}

/** 0, or the negative error number of flags that do not go together. */
function checkFlags(flags: number): number {
  const directory = (flags & OpenFlag.directory) !== 0;
  if ((flags & OpenFlag.temporary) !== 0)
    return directory && (rightsOf(flags) & Right.write) !== 0 ? 0 : -ErrorNumber.EINVAL;
  return (flags & OpenFlag.create) !== 0 && directory ? -ErrorNumber.EINVAL : 0;
}

/** What open(2) checks of a file that is there. 0 or a negative error number. */
function mayOpen(k: Kernel, f: OpenFrame, address: PhysicalAddress): number {
  const node = nodeAt(k, address);
  const kind = kindOf(node);
  if (has(f, OpenFlag.create)) {
    if (has(f, OpenFlag.exclusive)) return -ErrorNumber.EEXIST;
    if (kind === FileKind.directory) return -ErrorNumber.EISDIR;
  }
  if (has(f, OpenFlag.path)) return 0;
  if (kind === FileKind.symbolicLink) return -ErrorNumber.ELOOP;
  const rights =
    kind === FileKind.regular || kind === FileKind.directory ? rightsOf(f.flags) : plainRights(f);
  if (kind === FileKind.directory && (rights & Right.write) !== 0) return -ErrorNumber.EISDIR;
  const denied = refusal(k, address, rights);
  if (denied !== 0) return denied;
  if (has(f, OpenFlag.noAccessTime) && !owns(node, callerOf(k))) return -ErrorNumber.EPERM;
  return kind === FileKind.socket ? -ErrorNumber.ENXIO : 0;
}

/** O_TRUNC means nothing for devices and FIFOs. */
function plainRights(f: OpenFrame): number {
  return rightsOf(f.flags & ~OpenFlag.truncate);
}

/** Makes the file that an open with O_CREAT did not find. */
function createOpened(k: Kernel, w: FilesWiring, f: OpenFrame, walkAddress: PhysicalAddress): number {
  const walk = walkAt(k, walkAddress);
  if ((nodeAt(k, walk.current).flags & NodeFlag.supplied) !== 0) return -ErrorNumber.EACCES;
  const denied = mayCreate(k, walk.current);
  if (denied !== 0) return denied;
  return createChild(k, w, walk.current, lastName(walk), FileKind.regular | (f.mode & ModeBit.permissions));
}

/** O_TMPFILE: a file without a name in the directory found. */
function createTemporary(k: Kernel, w: FilesWiring, f: OpenFrame, directory: PhysicalAddress): number {
  const denied = mayCreate(k, directory);
  if (denied !== 0) return denied;
  const made = makeWithin(k, w, directory, FileKind.regular | (f.mode & ModeBit.permissions));
  if (made < 0) return made;
  const unnamed = { start: 0, length: 0 };
  const refused = formatOf(k, w, directory).create(k, w, { directory, name: unnamed, node: made });
  if (refused !== 0) {
    forget(k, made);
    return refused;
  }
  if (!has(f, OpenFlag.exclusive)) nodeAt(k, made).flags |= NodeFlag.linkable;
  return made;
}

/** The node, held, that an open makes rather than finds; 0 when it finds one; or a negative error number. */
function makeOpened(
  k: Kernel,
  w: FilesWiring,
  f: OpenFrame,
  walk: PhysicalAddress,
  found: PhysicalAddress,
): PhysicalAddress {
  if (found !== 0 && !has(f, OpenFlag.temporary)) return 0;
  const made = found === 0 ? createOpened(k, w, f, walk) : createTemporary(k, w, f, found);
  if (found !== 0) release(k, found);
  return made < 0 ? made : hold(k, made);
}

function failOpen(k: Kernel, f: OpenFrame, error: number): OutcomeNumber {
  release(k, f.node);
  return k.fail(error);
}

/** Replies with a node that was opened, held; a regular file that is to be written has a writer more. */
function giveOpened(k: Kernel, f: OpenFrame): OutcomeNumber {
  const access = f.flags & OpenFlag.accessMask;
  const writes = access === OpenFlag.writeOnly || access === OpenFlag.readWrite;
  const node = nodeAt(k, f.node);
  if (writes && !has(f, OpenFlag.path) && kindOf(node) === FileKind.regular) node.writers += 1;
  return giveNode(k, f.node);
}

/**
 * A regular file of a supplied tree is read into a file of its own, so that what is read is of one moment. One that is to be
 * written stands for itself: what is written goes to the supplier.
 */
function copySupplied(k: Kernel, w: FilesWiring, f: OpenFrame): OutcomeNumber {
  if ((rightsOf(f.flags) & Right.write) !== 0) return giveOpened(k, f);
  f.node = makeCopy(k, w, f.node);
  return f.node < 0 ? k.fail(-f.node) : k.call(copies.bring, { node: f.node }, 'brought');
}

function openFound(k: Kernel, w: FilesWiring, f: OpenFrame): OutcomeNumber {
  const error = mayOpen(k, f, f.node);
  if (error !== 0) return failOpen(k, f, -error);
  const node = nodeAt(k, f.node);
  if (has(f, OpenFlag.path) || kindOf(node) !== FileKind.regular) return giveNode(k, f.node);
  if ((node.flags & NodeFlag.supplied) !== 0) return copySupplied(k, w, f);
  if ((rightsOf(f.flags) & Right.write) !== 0 && node.executors > 0)
    return failOpen(k, f, ErrorNumber.ETXTBSY);
  if (!has(f, OpenFlag.truncate)) return giveOpened(k, f);
  return k.call(files.truncate, { node: f.node, size: 0 }, 'truncated');
}

function openOperation(w: FilesWiring): Operation {
  return operation(files.open, ['node'], {
    begin(k, f) {
      if (has(f, OpenFlag.path)) f.flags &= PATH_FLAGS;
      const error = checkFlags(f.flags);
      if (error !== 0) return k.fail(-error);
      const { root, base, path } = f;
      return k.call(resolution.walk, { root, base, path, flags: openFlags(f.flags) }, 'walked');
    },
    walked(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const found = takeNode(k, reply.value);
      const made = makeOpened(k, w, f, reply.value, found);
      endWalk(k, reply.value);
      // Somebody made the file since it was not found: then it is opened.
      if (made === -ErrorNumber.EEXIST && !has(f, OpenFlag.exclusive)) return k.goto('begin');
      if (made === PENDING) return bring(k, 'again');
      if (made < 0) return k.fail(-made);
      f.node = made > 0 ? made : found;
      return made > 0 ? giveOpened(k, f) : openFound(k, w, f);
    },
    again: (k, _f, reply) => (reply.error === 0 ? k.goto('begin') : k.fail(reply.error)),
    truncated(k, f, reply) {
      if (reply.error !== 0) return failOpen(k, f, reply.error);
      giveOpened(k, f);
      const { mode } = nodeAt(k, f.node);
      return k.done(f.node, reply.second === 1 ? mode | OPENED_LOSSY : mode);
    },
    brought(k, f, reply) {
      return reply.error === 0 ? giveNode(k, f.node) : failOpen(k, f, reply.error);
    },
  });
}

function createUnnamedOperation(w: FilesWiring): Operation {
  return operation(files.createUnnamed, [], {
    begin(k, f) {
      const error = ensureRoot(k);
      if (error !== 0) return k.fail(-error);
      const { user, group } = callerOf(k);
      const kind = (f.mode & FileKind.mask) === FileKind.fifo ? FileKind.fifo : FileKind.regular;
      const mode = kind | (f.mode & ModeBit.permissions);
      const made = makeNode(k, w, rootOf(k).unnamed, mode, user, group);
      return made < 0 ? k.fail(-made) : giveNode(k, hold(k, made));
    },
  });
}

/** More holds than could ever be given back. */
const PINNED = 0x4000_0000;

const pinOperation = operation(files.pin, [], {
  begin(k, f) {
    nodeAt(k, f.node).holds += PINNED;
    return k.done();
  },
});

const holdOperation = operation(files.hold, [], {
  begin(k, f) {
    hold(k, f.node);
    return k.done();
  },
});

/** Is it the last hold of a file on a disk that has pages to be written? */
function mustFlush(k: Kernel, address: PhysicalAddress): boolean {
  const { flags, holds, links, ownPages } = nodeAt(k, address);
  return (flags & NodeFlag.stored) !== 0 && holds === 1 && links > 0 && ownPages > 0;
}

/** EIO and the like when what mappings have written cannot be brought to the host; the node is released all the same. */
function releaseOperation(w: FilesWiring): Operation {
  return operation(files.release, ['index', 'error'], {
    begin(k, f) {
      if (nodeAt(k, f.node).holds === 1 && isHosted(k, f.node)) return k.goto('flush');
      if (mustFlush(k, f.node)) return k.call(storing.flushNode, { node: f.node, claimed: 0 }, 'stored');
      release(k, f.node);
      return k.goto('reap');
    },
    stored(k, f, reply) {
      f.error = reply.error;
      release(k, f.node);
      return k.goto('reap');
    },
    flush(k, f) {
      if (!flushSome(k, w, f)) return k.goto('flush');
      const error = settleTimes(k, w, f.node);
      if (f.error === 0) f.error = -error;
      release(k, f.node);
      return k.goto('reap');
    },
    reap(k, f) {
      const more = reaping(k, w);
      if (more !== undefined) return more;
      return f.error === 0 ? k.done() : k.fail(f.error);
    },
  });
}

const releaseWriter = operation(files.releaseWriter, [], {
  begin(k, f) {
    const node = nodeAt(k, f.node);
    if (node.writers > 0) node.writers -= 1;
    return k.call(files.release, { node: f.node }, 'finish');
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

const denyWriters = operation(files.denyWriters, [], {
  begin(k, f) {
    const node = nodeAt(k, f.node);
    if (node.writers > 0) return k.fail(ErrorNumber.ETXTBSY);
    node.executors += 1;
    return k.done();
  },
});

const releaseProgram = operation(files.releaseProgram, [], {
  begin(k, f) {
    const node = nodeAt(k, f.node);
    if (node.executors > 0) node.executors -= 1;
    return k.call(files.release, { node: f.node }, 'finish');
  },
  finish(k, _f, reply) {
    return k.pass(reply);
  },
});

export function openingOperations(w: FilesWiring): Operation[] {
  return [
    lookupOperation,
    openOperation(w),
    createUnnamedOperation(w),
    holdOperation,
    pinOperation,
    releaseOperation(w),
    releaseWriter,
    denyWriters,
    releaseProgram,
  ];
}
