/**
 * Files of supplied trees that are open for reading: a file of its own with the content of one moment, and the node it is of.
 *
 * The content is brought when the file is opened and whenever reading begins again at its start, as procfs does it. In all
 * else (name, owner, times) the copy is what it was made of: its field `word` holds that node.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, serviceInterface } from '../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { suppliedTree } from './interface.ts';
import { hold, makeNode, release } from './nodes.ts';
import { pageFor } from './pages.ts';
import { mountAt, NodeFlag, nodeAt, rootOf } from './records.ts';
import { localSpan } from './spans.ts';
import type { FilesWiring } from './wiring.ts';

export const copies = serviceInterface('files', {
  /** Brings a copy's content anew. */
  bring: { node: 'number' },
});

/** The node that a file is about: for a copy, the one that it was made of. */
export function originalOf(k: Kernel, address: PhysicalAddress): PhysicalAddress {
  const { flags, word } = nodeAt(k, address);
  return (flags & NodeFlag.copied) !== 0 ? word : address;
}

/** A copy without content, held once, of a node whose hold it takes over; or a negative error number, the hold given back. */
export function makeCopy(k: Kernel, w: FilesWiring, original: PhysicalAddress): PhysicalAddress {
  const { mode, user, group } = nodeAt(k, original);
  const made = makeNode(k, w, rootOf(k).unnamed, mode, user, group);
  if (made < 0) {
    release(k, original);
    return -ErrorNumber.ENOMEM;
  }
  const copy = nodeAt(k, made);
  copy.flags |= NodeFlag.copied | NodeFlag.fresh;
  copy.word = original;
  return hold(k, made);
}

/** Must the content be brought before it is read from an offset? What opening brought is read once as it is. */
export function isStale(k: Kernel, address: PhysicalAddress, offset: number): boolean {
  const node = nodeAt(k, address);
  const { flags } = node;
  if ((flags & NodeFlag.copied) === 0 || offset !== 0) return false;
  node.flags = flags & ~NodeFlag.fresh;
  return (flags & NodeFlag.fresh) === 0;
}

function ask(k: Kernel, w: FilesWiring, f: { readonly node: number; moved: number }): OutcomeNumber {
  const frame = pageFor(k, w, f.node, Math.floor(f.moved / PAGE_SIZE), true);
  if (frame < 0) return k.fail(ErrorNumber.ENOMEM);
  const original = nodeAt(k, nodeAt(k, f.node).word);
  const within = f.moved % PAGE_SIZE;
  const into = localSpan(frame * PAGE_SIZE + within, PAGE_SIZE - within);
  const request = { tree: mountAt(k, original.mount).layer, node: original.number, offset: f.moved, into };
  return k.call(suppliedTree.content, request, 'brought');
}

export function copyOperations(w: FilesWiring): Operation[] {
  const bring = operation(copies.bring, ['moved'], {
    begin: (k, f) => ask(k, w, f),
    brought(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      // Less than there was room for is the end: only long contents are asked for in parts.
      const full = reply.value === PAGE_SIZE - (f.moved % PAGE_SIZE);
      f.moved += reply.value;
      if (full) return ask(k, w, f);
      nodeAt(k, f.node).size = f.moved;
      return k.done(f.moved);
    },
  });
  return [bring];
}
