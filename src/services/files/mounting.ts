/**
 * The operations `mount`, `unmount`, `synchronise` and `reclaim`.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber, Span } from '../../contracts/service.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { Tree } from '../../kernel/tree.ts';
import { anyEntry, detachEntry } from './directories.ts';
import { blockDevice, storing } from './ext2/interface.ts';
import { startTending } from './ext2/tending.ts';
import { flushSome } from './host.ts';
import { files, MountFlag, MountKind } from './interface.ts';
import { mountsOperation } from './mount-figures.ts';
import { ensureRoot, mountTree, unlinkMount } from './mounts.ts';
import { forget, isDirectory, reaping, release } from './nodes.ts';
import { bring, PENDING } from './pending.ts';
import { callerOf } from './permissions.ts';
import { reclaim } from './reclaim.ts';
import { entryAt, Mount, mountAt, Node, NodeFlag, nodeAt, rootOf } from './records.ts';
import { resolution } from './resolution.ts';
import { endWalk, takeNode, WalkFlag } from './walk.ts';
import type { FilesWiring } from './wiring.ts';

/** Names taken down in one step at most. */
const CLEAR_BATCH = 64;

interface MountFrame {
  readonly root: number;
  readonly base: number;
  readonly path: Span;
  readonly kind: number;
  readonly layer: number;
  readonly flags: number;
  readonly limit: number;
  volume: number;
  covered: number;
}

/** Finds what the tree is to cover, or mounts it as the top. */
function place(k: Kernel, f: MountFrame): OutcomeNumber {
  if (rootOf(k).top === 0) return k.goto('mount');
  const { root, base, path } = f;
  return k.call(resolution.walk, { root, base, path, flags: WalkFlag.follow | WalkFlag.directory }, 'walked');
}

function openVolume(k: Kernel, f: MountFrame): OutcomeNumber {
  const readOnly = (f.flags & MountFlag.readOnly) !== 0 ? 1 : 0;
  return k.call(storing.openVolume, { disk: f.layer, readOnly }, 'opened');
}

function failMount(k: Kernel, f: MountFrame, error: number): OutcomeNumber {
  if (f.covered !== 0) release(k, f.covered);
  return f.volume === 0 ? k.fail(error) : k.call(storing.closeVolume, { volume: f.volume }, 'closed');
}

function mountOperation(w: FilesWiring): Operation {
  return operation(files.mount, ['volume', 'covered', 'error'], {
    begin(k, f) {
      const error = ensureRoot(k);
      if (error !== 0) return k.fail(-error);
      if (callerOf(k).user !== 0) return k.fail(ErrorNumber.EPERM);
      if (f.kind !== MountKind.disk) return place(k, f);
      if (isMounted(k, f.layer)) return k.fail(ErrorNumber.EBUSY);
      if (rootOf(k).top === 0) return openVolume(k, f);
      const { root, base, path } = f;
      return k.call(resolution.walk, { root, base, path, flags: WalkFlag.follow }, 'probed');
    },
    // A place that is not there is said before the disk is touched.
    probed(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      endWalk(k, reply.value);
      return openVolume(k, f);
    },
    opened(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.volume = reply.value;
      return place(k, f);
    },
    walked(k, f, reply) {
      if (reply.error !== 0) {
        f.error = reply.error;
        return failMount(k, f, reply.error);
      }
      f.covered = takeNode(k, reply.value);
      endWalk(k, reply.value);
      return k.goto('mount');
    },
    mount(k, f) {
      const { kind, layer, flags, limit, volume } = f;
      const made = mountTree(k, w, { kind, layer, flags, limit, volume }, f.covered);
      if (made === PENDING) return bring(k, 'mount');
      f.error = made < 0 ? -made : 0;
      if (made < 0) return failMount(k, f, -made);
      if (f.covered !== 0) release(k, f.covered);
      if (volume !== 0 && (flags & MountFlag.readOnly) === 0) startTending(k, made);
      return k.done(made);
    },
    closed: (k, f) => k.fail(f.error),
  });
}

/** Is a disk mounted already? */
function isMounted(k: Kernel, disk: number): boolean {
  for (let at = rootOf(k).firstMount; at !== 0; at = mountAt(k, at).next)
    if (mountAt(k, at).kind === MountKind.disk && mountAt(k, at).layer === disk) return true;
  return false;
}

/** Takes the mount whose root a walk has found off the tree. Its record, or a negative error number. */
function takeOff(k: Kernel, node: PhysicalAddress): PhysicalAddress {
  const { mount: address } = nodeAt(k, node);
  const mount = mountAt(k, address);
  if (mount.root !== node) return -ErrorNumber.EINVAL;
  // The root is held by the mount itself and by whoever asks.
  if (mount.covered === 0 || mount.held > 1 || nodeAt(k, node).holds > 2) return -ErrorNumber.EBUSY;
  nodeAt(k, mount.covered).mounted = 0;
  release(k, mount.covered);
  mount.covered = 0;
  return address;
}

/** Removes some of the names of a mounted tree, from the leaves up. True when none is left. */
function clearNames(k: Kernel, mount: PhysicalAddress): boolean {
  const { root } = mountAt(k, mount);
  let directory = root;
  for (let count = 0; count < CLEAR_BATCH; count++) {
    const entry = anyEntry(k, directory);
    const node = entry === 0 ? 0 : entryAt(k, entry).node;
    if (node !== 0 && isDirectory(k, node) && nodeAt(k, node).entries > 0) directory = node;
    else if (entry !== 0) clearName(k, entry);
    else if (directory === root) return true;
    else directory = entryAt(k, nodeAt(k, directory).entry).directory;
  }
  return false;
}

function clearName(k: Kernel, entry: PhysicalAddress): void {
  const { node } = entryAt(k, entry);
  detachEntry(k, entry);
  k.slab.release(entry);
  if (node === 0) return;
  const view = nodeAt(k, node);
  view.entry = 0;
  view.links = isDirectory(k, node) ? 0 : view.links - 1;
  if (view.links === 0) forget(k, node);
}

/** Forgets a node that names outside of the layer still count. True when none is left. */
function clearIdentity(k: Kernel, mount: PhysicalAddress): boolean {
  const left = new Tree(k.store, mount + Mount.offsets.identities).first();
  if (left === 0) return true;
  forget(k, left - Node.offsets.identity);
  return false;
}

/** Nodes of a disk's tree are only forgotten here: their files stay on the disk. The root goes last, with its mount. */
function detachStored(k: Kernel, mount: PhysicalAddress): void {
  const tree = new Tree(k.store, mount + Mount.offsets.identities);
  for (let at = tree.first(); at !== 0; at = tree.after(at))
    nodeAt(k, at - Node.offsets.identity).flags &= ~NodeFlag.stored;
  const { root } = mountAt(k, mount);
  tree.remove(root + Node.offsets.identity);
  nodeAt(k, root).flags &= ~NodeFlag.identified;
}

function unmountOperation(w: FilesWiring): Operation {
  return operation(files.unmount, ['mount', 'node', 'error'], {
    begin(k, f) {
      if (callerOf(k).user !== 0) return k.fail(ErrorNumber.EPERM);
      const { root, base, path } = f;
      return k.call(resolution.walk, { root, base, path, flags: WalkFlag.follow }, 'walked');
    },
    walked(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.node = takeNode(k, reply.value);
      endWalk(k, reply.value);
      return k.goto('reap');
    },
    // What is doomed counts as files of the tree: it goes before the mount, and again when its names are cleared.
    reap: (k, f) => reaping(k, w) ?? k.goto(f.mount === 0 ? 'take' : 'drop'),
    take(k, f) {
      f.mount = takeOff(k, f.node);
      release(k, f.node);
      if (f.mount < 0) return k.fail(-f.mount);
      if (mountAt(k, f.mount).kind !== MountKind.disk) return k.goto('clear');
      mountAt(k, f.mount).flags |= MountFlag.readOnly;
      return k.call(storing.synchroniseMount, { mount: f.mount, closing: 1 }, 'safe');
    },
    safe(k, f, reply) {
      f.error = reply.error;
      detachStored(k, f.mount);
      return k.goto('clear');
    },
    clear(k, f) {
      return k.goto(clearNames(k, f.mount) ? 'identities' : 'clear');
    },
    identities(k, f) {
      return k.goto(clearIdentity(k, f.mount) ? 'reap' : 'identities');
    },
    drop(k, f) {
      const { root, volume } = mountAt(k, f.mount);
      nodeAt(k, root).links = 0;
      release(k, root);
      return volume === 0 ? k.goto('dropped') : k.call(storing.closeVolume, { volume }, 'dropped');
    },
    dropped(k, f) {
      unlinkMount(k, f.mount);
      return f.error === 0 ? k.done() : k.fail(f.error);
    },
  });
}

/** The next mounted disk behind a mount, or the first one behind 0; 0 when there is none. */
function nextDisk(k: Kernel, behind: PhysicalAddress): PhysicalAddress {
  let at = behind === 0 ? rootOf(k).firstMount : mountAt(k, behind).next;
  while (at !== 0 && mountAt(k, at).kind !== MountKind.disk) at = mountAt(k, at).next;
  return at;
}

interface EverythingFrame {
  mount: number;
  error: number;
}

/** Synchronises the next disk; undefined when all are. */
function synchroniseNext(k: Kernel, f: EverythingFrame, closing: number): OutcomeNumber | undefined {
  f.mount = nextDisk(k, f.mount);
  if (f.mount === 0) return undefined;
  if (closing === 1) mountAt(k, f.mount).flags |= MountFlag.readOnly;
  return k.call(storing.synchroniseMount, { mount: f.mount, closing }, 'safe');
}

function endAll(k: Kernel, f: EverythingFrame): OutcomeNumber {
  return f.error === 0 ? k.done() : k.fail(f.error);
}

/** Memory needs no writing back; a disk does, and what mappings have written to a host mount's file. */
function synchroniseOperation(w: FilesWiring): Operation {
  return operation(files.synchronise, ['index', 'error', 'mount'], {
    begin(k, f) {
      if (f.node === 0) return k.goto('everything');
      const { mount } = nodeAt(k, f.node);
      if (mountAt(k, mount).kind !== MountKind.disk) return k.goto('flush');
      if ((nodeAt(k, f.node).flags & NodeFlag.stored) === 0) return k.done();
      return k.call(storing.flushNode, { node: f.node, claimed: 0 }, 'flushed');
    },
    flush(k, f) {
      if (!flushSome(k, w, f)) return k.goto('flush');
      return f.error === 0 ? k.done() : k.fail(f.error);
    },
    flushed(k, f, reply) {
      f.error = reply.error;
      const { volume } = mountAt(k, nodeAt(k, f.node).mount);
      return k.call(storing.push, { volume }, 'pushed');
    },
    pushed(k, f, reply) {
      f.error ||= reply.error;
      const { layer } = mountAt(k, nodeAt(k, f.node).mount);
      return k.call(blockDevice.flush, { disk: layer }, 'done');
    },
    done(k, f, reply) {
      f.error ||= reply.error;
      return endAll(k, f);
    },
    everything: (k, f) => synchroniseNext(k, f, 0) ?? endAll(k, f),
    safe(k, f, reply) {
      f.error ||= reply.error;
      return k.goto('everything');
    },
  });
}

const synchroniseTreeOperation = operation(files.synchroniseTree, [], {
  begin(k, f) {
    // Of what has no node, a pipe or the console, nothing is to be written.
    const mount = f.node === 0 ? 0 : nodeAt(k, f.node).mount;
    if (mount === 0 || mountAt(k, mount).kind !== MountKind.disk) return k.done();
    return k.call(storing.synchroniseMount, { mount, closing: 0 }, 'safe');
  },
  safe: (k, _f, reply) => k.pass(reply),
});

/** The end of the machine: nothing more is written, files without names go, and every disk is in order. */
function shutdownOperation(w: FilesWiring): Operation {
  return operation(files.shutdown, ['error', 'mount'], {
    begin: (k) => (k.serviceRoot('files') === 0 ? k.done() : k.goto('reap')),
    reap: (k) => reaping(k, w) ?? k.goto('everything'),
    everything: (k, f) => synchroniseNext(k, f, 1) ?? endAll(k, f),
    safe(k, f, reply) {
      f.error ||= reply.error;
      return k.goto('everything');
    },
  });
}

const reclaimOperation = operation(files.reclaim, [], {
  begin(k, f) {
    return k.done(reclaim(k, f.pages));
  },
});

export function mountingOperations(w: FilesWiring): Operation[] {
  return [
    mountOperation(w),
    unmountOperation(w),
    synchroniseOperation(w),
    synchroniseTreeOperation,
    shutdownOperation(w),
    reclaimOperation,
    mountsOperation(w),
  ];
}
