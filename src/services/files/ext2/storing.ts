/**
 * The operations that bring what was changed to the block service: pages of files, inodes, metadata, the superblock.
 */
import type { OutcomeNumber } from '../../../contracts/service.ts';
import { NEVER, PAGE_SIZE } from '../../../contracts/units.ts';
import type { Kernel } from '../../../kernel/kernel.ts';
import { type Operation, operation } from '../../../kernel/operation.ts';
import { Tree } from '../../../kernel/tree.ts';
import { hold, release } from '../nodes.ts';
import { markClean } from '../pages.ts';
import { bring, PENDING } from '../pending.ts';
import { PageFlag } from '../reclaim.ts';
import { Mount, mountAt, Node, NodeFlag, nodeAt } from '../records.ts';
import { rememberStored } from '../remembering.ts';
import { HOLE, nextSlot, readSlot } from '../slots.ts';
import { localSpan } from '../spans.ts';
import type { FilesWiring } from '../wiring.ts';
import { claim, unclaim, writersQueue } from '../writers.ts';
import { mapped } from './block-map.ts';
import { sectorOf } from './bringing.ts';
import { blockOf, letGo, takeDirty } from './buffers.ts';
import { ext2Format, settleNode } from './format.ts';
import { blockDevice, storing } from './interface.ts';
import { bufferAt, Volume, volumeAt, volumeOf } from './records.ts';
import { storeSuper } from './superblock.ts';

export const pushOperation: Operation = operation(storing.push, ['buffer', 'error'], {
  begin(k, f) {
    const v = volumeAt(k, f.volume);
    f.buffer = takeDirty(k, v);
    if (f.buffer === 0) {
      // Others may have taken some: they are there only when those say so.
      if (v.pushing > 0) return k.wait([f.volume + Volume.offsets.arrivals], NEVER, 'begin', false);
      return f.error === 0 ? k.done() : k.fail(f.error);
    }
    const buffer = bufferAt(k, f.buffer);
    buffer.pushing = 1;
    v.pushing += 1;
    const from = localSpan(buffer.data, v.blockSize);
    const sector = sectorOf(v, blockOf(k, v, f.buffer));
    return k.call(blockDevice.write, { disk: v.disk, sector, from }, 'pushed');
  },
  pushed(k, f, reply) {
    const v = volumeAt(k, f.volume);
    bufferAt(k, f.buffer).pushing = 0;
    v.pushing -= 1;
    letGo(k, f.buffer);
    if (reply.error !== 0) {
      v.damaged = 1;
      f.error = reply.error;
    }
    k.wake(f.volume + Volume.offsets.arrivals);
    return k.goto('begin');
  },
});

interface FlushFrame {
  readonly node: number;
  readonly claimed: number;
  index: number;
  frame: number;
  done: number;
  error: number;
}

/** The next page that is the file's own, held; false when there is none. */
function nextOwn(k: Kernel, f: FlushFrame): boolean {
  for (let index = nextSlot(k, f.node, f.index); index >= 0; index = nextSlot(k, f.node, index + 1)) {
    const slot = readSlot(k, f.node, index);
    if (slot === HOLE || (k.frames.at(slot).inUse & PageFlag.clean) !== 0) continue;
    f.index = index;
    f.frame = slot;
    f.done = 0;
    k.frames.hold(slot);
    return true;
  }
  return false;
}

/** Writes the next run of adjacent blocks of the page at hand. */
function writeRun(k: Kernel, f: FlushFrame): OutcomeNumber {
  const v = volumeOf(k, f.node);
  const { number } = nodeAt(k, f.node);
  const perPage = PAGE_SIZE / v.blockSize;
  while (f.done < perPage) {
    const block = mapped(k, v, number, f.index * perPage + f.done);
    if (block === PENDING) return bring(k, 'write');
    if (block < 0) {
      f.error = -block;
      break;
    }
    if (block === 0) {
      f.done += 1;
      continue;
    }
    let run = 1;
    while (f.done + run < perPage && mapped(k, v, number, f.index * perPage + f.done + run) === block + run)
      run += 1;
    const from = localSpan(f.frame * PAGE_SIZE + f.done * v.blockSize, run * v.blockSize);
    f.done += run;
    return k.call(blockDevice.write, { disk: v.disk, sector: sectorOf(v, block), from }, 'written');
  }
  return finishPage(k, f);
}

/** The block service has the page: it is clean, unless a mapping may still write to it. */
function finishPage(k: Kernel, f: FlushFrame): OutcomeNumber {
  const node = nodeAt(k, f.node);
  k.frames.release(f.frame);
  const view = k.frames.at(f.frame);
  const present = readSlot(k, f.node, f.index) === f.frame;
  node.lowerSize = Math.max(node.lowerSize, Math.min(node.size, (f.index + 1) * PAGE_SIZE));
  const own = present && (view.inUse & PageFlag.clean) === 0;
  if (f.error === 0 && own && view.references === 1) markClean(k, f.node, f.frame);
  f.index += 1;
  return k.goto('next');
}

function endFlush(k: Kernel, f: FlushFrame, error: number): OutcomeNumber {
  if (f.claimed === 0) unclaim(k, f.node);
  if (error === 0) rememberStored(k, f.node);
  return error === 0 ? k.done() : k.fail(error);
}

export const flushNodeOperation: Operation = operation(
  storing.flushNode,
  ['index', 'frame', 'done', 'error'],
  {
    begin(k, f) {
      if (f.claimed === 0 && nodeAt(k, f.node).ownPages === 0) return k.goto('settleOnly');
      if (f.claimed === 0 && !claim(k, f.node)) return k.wait([writersQueue(f.node)], NEVER, 'begin', false);
      return k.goto('next');
    },
    next(k, f) {
      if (nodeAt(k, f.node).ownPages === 0 || !nextOwn(k, f)) return k.goto('settle');
      return k.goto('write');
    },
    write: (k, f) => writeRun(k, f),
    written(k, f, reply) {
      if (reply.error !== 0) f.error = reply.error;
      return k.goto('write');
    },
    settle(k, f) {
      const error = settleNode(k, f.node);
      return error === PENDING ? bring(k, 'settle') : endFlush(k, f, f.error || -error);
    },
    settleOnly(k, f) {
      const error = settleNode(k, f.node);
      if (error === PENDING) return bring(k, 'settleOnly');
      if (error === 0) rememberStored(k, f.node);
      return error === 0 ? k.done() : k.fail(-error);
    },
  },
);

/** The first node of a mount whose inode's number is at least `from`, or 0. */
function nodeFrom(k: Kernel, mount: number, from: number): number {
  const found = new Tree(k.store, mount + Mount.offsets.identities).atLeast(from);
  return found === 0 ? 0 : found - Node.offsets.identity;
}

export function synchroniseMountOperation(w: FilesWiring): Operation {
  return operation(storing.synchroniseMount, ['inode', 'node', 'error'], {
    begin(k, f) {
      if (volumeAt(k, mountAt(k, f.mount).volume).readOnly === 1) return k.done();
      return k.goto('nodes');
    },
    nodes(k, f) {
      f.node = nodeFrom(k, f.mount, f.inode);
      if (f.node === 0) return k.goto('super');
      const node = nodeAt(k, f.node);
      f.inode = node.number + 1;
      if (node.links === 0 && (f.closing === 1 || node.holds === 0))
        return k.goto(f.closing === 1 ? 'dispose' : 'nodes');
      // Held, so that it stays while its pages are on their way.
      hold(k, f.node);
      return k.call(storing.flushNode, { node: f.node, claimed: 0 }, 'flushed');
    },
    flushed(k, f, reply) {
      if (reply.error !== 0) f.error = reply.error;
      release(k, f.node);
      return k.goto('nodes');
    },
    // Files without a name go with the machine, even if programs still have them open.
    dispose(k, f) {
      const gone = ext2Format.dispose(k, w, f.node);
      if (gone === PENDING) return bring(k, 'dispose');
      if (gone === 0) return k.goto('dispose');
      const node = nodeAt(k, f.node);
      node.flags &= ~NodeFlag.stored;
      return k.goto('nodes');
    },
    super(k, f) {
      const v = volumeAt(k, mountAt(k, f.mount).volume);
      const error = storeSuper(k, w, v, f.closing === 1 && f.error === 0);
      if (error === PENDING) return bring(k, 'super');
      if (error < 0) f.error = -error;
      return k.call(storing.push, { volume: v.address }, 'pushed');
    },
    pushed(k, f, reply) {
      if (reply.error !== 0) f.error = reply.error;
      const { disk } = volumeAt(k, mountAt(k, f.mount).volume);
      return k.call(blockDevice.flush, { disk }, 'safe');
    },
    safe(k, f, reply) {
      const error = f.error || reply.error;
      return error === 0 ? k.done() : k.fail(error);
    },
  });
}
