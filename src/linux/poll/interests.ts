/**
 * Epoll lists and the interests in them: records, without waiting.
 *
 * An interest is in two lists: that of its epoll list, in a tree by descriptor, and that of the description that it is about,
 * with which it goes. A watch of the description's poll queue tells when to look at it again.
 */
import type { ViewOf } from '../../contracts/records.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { WatchList } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';
import { Tree, TreeNode } from '../../kernel/tree.ts';
import { type OpenFileView, openFileAt } from '../descriptors.ts';

const EpollList = record('EpollList', {
  /** Interests whose files may have events. */
  ready: { embedded: WatchList },
  /** All interests, by descriptor. */
  interests: 'u32',
});

const Interest = record('Interest', {
  list: 'u32',
  file: 'u32',
  node: { embedded: TreeNode },
  /** Neighbours among the interests in the same description. */
  next: 'u32',
  previous: 'u32',
  /** EPOLL bits that are asked for, 0 while it rests after a single event; and the program's word. */
  events: 'u32',
  dataLow: 'u32',
  dataHigh: 'u32',
  watch: 'u32',
  /** Calls that look at it now; 1 in `gone` when it is to be freed with the last one. */
  users: 'u32',
  gone: 'u32',
  /** The next one that the same call has told of and that is to be looked at again. */
  nextTold: 'u32',
});
export type InterestView = ViewOf<typeof Interest.schema>;
export type EpollView = ViewOf<typeof EpollList.schema>;

export function epollAt(k: Kernel, list: PhysicalAddress): EpollView {
  return EpollList.at(k.store, list);
}

export function interestAt(k: Kernel, interest: PhysicalAddress): InterestView {
  return Interest.at(k.store, interest);
}

export function readyOf(k: Kernel, list: PhysicalAddress): ViewOf<typeof WatchList.schema> {
  return WatchList.at(k.store, epollAt(k, list).ready);
}

/** An empty list; 0 when there is no memory. */
export function createEpoll(k: Kernel): PhysicalAddress {
  return k.slab.allocate(k.domain, EpollList.size);
}

function treeOf(k: Kernel, list: PhysicalAddress): Tree {
  return new Tree(k.store, list + EpollList.offsets.interests);
}

/** Interests of a list, in order of descriptors. */
export function* interestsOf(k: Kernel, list: PhysicalAddress): Generator<InterestView> {
  const tree = treeOf(k, list);
  for (let node = tree.first(); node !== 0; node = tree.after(node))
    yield interestAt(k, node - Interest.offsets.node);
}

/** A list's interest in a description by a descriptor, or undefined. */
export function findInterest(
  k: Kernel,
  list: PhysicalAddress,
  descriptor: number,
  file: PhysicalAddress,
): InterestView | undefined {
  const tree = treeOf(k, list);
  let node = tree.atLeast(descriptor);
  for (; node !== 0 && tree.key(node) === descriptor; node = tree.after(node)) {
    const interest = interestAt(k, node - Interest.offsets.node);
    if (interest.file === file) return interest;
  }
  return undefined;
}

/** A new interest, which watches nothing yet; undefined when there is no memory. */
export function addInterest(
  k: Kernel,
  list: PhysicalAddress,
  descriptor: number,
  file: OpenFileView,
): InterestView | undefined {
  const address = k.slab.allocate(k.domain, Interest.size);
  if (address === 0) return undefined;
  const interest = interestAt(k, address);
  interest.list = list;
  interest.file = file.address;
  interest.next = file.interests;
  if (file.interests !== 0) interestAt(k, file.interests).previous = address;
  file.interests = address;
  treeOf(k, list).insert(interest.node, descriptor);
  return interest;
}

/** Watches a queue for an interest, in place of any other. False when there is no memory. */
export function watchQueue(k: Kernel, interest: InterestView, queue: PhysicalAddress): boolean {
  const { watch } = interest;
  if (watch !== 0 && k.watches.queueOf(watch) === queue) return true;
  if (watch !== 0) k.watches.destroy(watch);
  interest.watch = 0;
  if (queue === 0) return true;
  interest.watch = k.watches.create(queue, epollAt(k, interest.list).ready, interest.address);
  return interest.watch !== 0;
}

/** Takes an interest out of its lists. It is freed when no call looks at it any more. */
export function removeInterest(k: Kernel, interest: InterestView): void {
  const { list, file, next, previous, watch } = interest;
  if (watch !== 0) k.watches.destroy(watch);
  interest.watch = 0;
  treeOf(k, list).remove(interest.node);
  if (previous !== 0) interestAt(k, previous).next = next;
  else openFileAt(k, file).interests = next;
  if (next !== 0) interestAt(k, next).previous = previous;
  interest.gone = 1;
  if (interest.users === 0) k.slab.release(interest.address);
}

/** A call no longer looks at an interest. */
export function leaveInterest(k: Kernel, interest: InterestView): void {
  interest.users -= 1;
  if (interest.users === 0 && interest.gone === 1) k.slab.release(interest.address);
}

/** A description is closed: nobody is interested in it any more. */
export function forgetFile(k: Kernel, file: OpenFileView): void {
  while (file.interests !== 0) removeInterest(k, interestAt(k, file.interests));
}

/** Ends a list with all its interests. */
export function destroyEpoll(k: Kernel, list: PhysicalAddress): void {
  const tree = treeOf(k, list);
  for (let node = tree.first(); node !== 0; node = tree.first())
    removeInterest(k, interestAt(k, node - Interest.offsets.node));
  k.slab.release(list);
}
