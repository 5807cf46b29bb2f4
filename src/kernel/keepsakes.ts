/**
 * Keepsakes: what a server asks the kernel to keep for it, so that what it was working on can be found again after its death.
 *
 * A keepsake belongs to a handle that the server has given out, and holds a few bytes that say where its durable object is.
 * When the server was made again, whoever recovers looks the object up and names its new handle; from then on a request with
 * the old handle reaches it. (MINIX 3's data store keeps such backups for its servers.) Only servers need this: for services
 * in the kernel nothing is kept.
 */
import { Primitive } from '../contracts/accounting.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import { isUser } from './gates/mode-switch.ts';
import type { Kernel } from './kernel.ts';
import { KernelRoot } from './objects.ts';
import { record } from './records.ts';
import { Tree, TreeNode } from './tree.ts';

/** The bytes follow the record. */
export const Keepsake = record('Keepsake', {
  byHandle: { embedded: TreeNode },
  domain: 'u32',
  /** The handle of the same object in the server's next life; 0 before that. */
  replacement: 'u32',
  length: 'u32',
});

/** The longest keepsake, in bytes: with its record it fits in a slab. */
export const LONGEST_KEEPSAKE = 1024;

function treeOf(k: Kernel): Tree {
  return new Tree(k.store, k.rootAddress + KernelRoot.offsets.keepsakes);
}

/** The keepsake of a handle, or 0. */
function find(k: Kernel, handle: number): PhysicalAddress {
  const tree = treeOf(k);
  const found = tree.atLeast(handle);
  return found !== 0 && tree.key(found) === handle ? found : 0;
}

/** Would the executing domain's death be survived, so that it has something to keep? */
export function keepsForLater(k: Kernel): boolean {
  return isUser(k, k.domain);
}

/** Keeps bytes for a handle of the executing domain. Without memory nothing is kept: after a death the handle is dead too. */
export function keep(k: Kernel, handle: number, bytes: Uint8Array): void {
  if (bytes.length > LONGEST_KEEPSAKE || find(k, handle) !== 0) return;
  const { domain } = k;
  k.mechanism();
  const address = k.slab.allocate(k.domainOfPlan(1), Keepsake.size + bytes.length);
  if (address === 0) return;
  const view = Keepsake.at(k.store, address);
  view.domain = domain;
  view.length = bytes.length;
  k.memory.store(address + Keepsake.size, bytes);
  k.meter.charge(Primitive.wordCopied, Math.ceil(bytes.length / 8));
  treeOf(k).insert(address, handle);
}

/** The handle is given back, or what it names is no longer as durable as it was. */
export function forgetKeepsake(k: Kernel, handle: number): void {
  const found = find(k, handle);
  if (found === 0) return;
  k.mechanism();
  treeOf(k).remove(found);
  k.slab.release(found);
}

/** The first keepsake from a handle on whose object a domain has to find again: its handle and bytes; undefined behind the last. */
export function lostFrom(
  k: Kernel,
  domain: PhysicalAddress,
  handle: number,
): { readonly handle: number; readonly bytes: Uint8Array } | undefined {
  const tree = treeOf(k);
  for (let at = tree.atLeast(handle); at !== 0; at = tree.atLeast(tree.key(at) + 1)) {
    const { domain: owner, replacement, length } = Keepsake.at(k.store, at);
    const key = tree.key(at);
    if (owner !== domain || replacement !== 0 || k.frames.ownerOf(key) === domain) continue;
    return { handle: key, bytes: k.memory.bytes(at + Keepsake.size, length).slice() };
  }
  return undefined;
}

/** Names the new handle of what an old one named. */
export function replaceHandle(k: Kernel, handle: number, replacement: number): void {
  const found = find(k, handle);
  if (found !== 0) Keepsake.at(k.store, found).replacement = replacement;
}

/** The handle that names a live record of a domain: itself, or what took its place after deaths; 0 when there is none. */
export function currentHandle(k: Kernel, domain: PhysicalAddress, handle: number): number {
  let at = handle;
  while (at !== 0 && k.frames.ownerOf(at) !== domain) {
    const found = find(k, at);
    at = found === 0 ? 0 : Keepsake.at(k.store, found).replacement;
  }
  return at;
}
