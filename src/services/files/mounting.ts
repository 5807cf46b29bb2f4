/**
 * The operations `mount`, `unmount`, `synchronise` and `reclaim`.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { Tree } from '../../kernel/tree.ts';
import { anyEntry, detachEntry } from './directories.ts';
import { flushSome } from './host.ts';
import { files } from './interface.ts';
import { mountsOperation } from './mount-figures.ts';
import { ensureRoot, mountTree, unlinkMount } from './mounts.ts';
import { forget, isDirectory, reap, release } from './nodes.ts';
import { callerOf } from './permissions.ts';
import { reclaim } from './reclaim.ts';
import { entryAt, Mount, mountAt, Node, nodeAt, rootOf, walkAt } from './records.ts';
import { resolution } from './resolution.ts';
import { endWalk, takeNode, WalkFlag } from './walk.ts';
import type { FilesWiring } from './wiring.ts';

/** Names taken down in one step at most. */
const CLEAR_BATCH = 64;

function mountOperation(w: FilesWiring): Operation {
  return operation(files.mount, [], {
    begin(k, f) {
      const error = ensureRoot(k);
      if (error !== 0) return k.fail(-error);
      if (callerOf(k).user !== 0) return k.fail(ErrorNumber.EPERM);
      if (rootOf(k).top === 0) {
        const made = mountTree(k, w, f, 0);
        return made < 0 ? k.fail(-made) : k.done(made);
      }
      const { root, base, path } = f;
      const flags = WalkFlag.follow | WalkFlag.directory;
      return k.call(resolution.walk, { root, base, path, flags }, 'walked');
    },
    walked(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const covered = walkAt(k, reply.value).node;
      const made = mountTree(k, w, f, covered);
      endWalk(k, reply.value);
      return made < 0 ? k.fail(-made) : k.done(made);
    },
  });
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

function unmountOperation(): Operation {
  return operation(files.unmount, ['mount'], {
    begin(k, f) {
      if (callerOf(k).user !== 0) return k.fail(ErrorNumber.EPERM);
      const { root, base, path } = f;
      return k.call(resolution.walk, { root, base, path, flags: WalkFlag.follow }, 'walked');
    },
    walked(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const node = takeNode(k, reply.value);
      endWalk(k, reply.value);
      f.mount = takeOff(k, node);
      release(k, node);
      return f.mount < 0 ? k.fail(-f.mount) : k.goto('clear');
    },
    clear(k, f) {
      return k.goto(clearNames(k, f.mount) ? 'identities' : 'clear');
    },
    identities(k, f) {
      return k.goto(clearIdentity(k, f.mount) ? 'reap' : 'identities');
    },
    reap(k, f) {
      if (reap(k)) return k.goto('reap');
      const { root } = mountAt(k, f.mount);
      nodeAt(k, root).links = 0;
      release(k, root);
      unlinkMount(k, f.mount);
      return k.done();
    },
  });
}

/** Memory needs no writing back; what mappings have written to a host mount's file does. */
function synchroniseOperation(w: FilesWiring): Operation {
  return operation(files.synchronise, ['index', 'error'], {
    begin(k, f) {
      return f.node === 0 ? k.done() : k.goto('flush');
    },
    flush(k, f) {
      if (!flushSome(k, w, f)) return k.goto('flush');
      return f.error === 0 ? k.done() : k.fail(f.error);
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
    unmountOperation(),
    synchroniseOperation(w),
    reclaimOperation,
    mountsOperation(w),
  ];
}
