/**
 * The records of the files service: the whole of what it knows, in frames of the domain where it lives.
 *
 * An address names a record; 0 is 'none'. `FilesRoot` is found from the kernel root, and everything else from it.
 */
import type { ViewOf } from '../../contracts/records.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { WaitQueue } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';
import { TreeNode } from '../../kernel/tree.ts';
import { SuppliedAttributes } from './attributes.ts';

/** The service's root. */
export const FilesRoot = record('FilesRoot', {
  /** The mount whose root is the root of the tree. */
  top: 'u32',
  /** All mounts, oldest first. */
  firstMount: 'u32',
  /** The mount of files that have no name: never reached by a path. */
  unnamed: 'u32',
  nextDevice: 'u32',
  /** What the step at hand wants brought (pending.ts). */
  wantKind: 'u32',
  wantSubject: 'u32',
  wantIndex: 'u32',
  /** A frame of zeros, for reading holes. */
  zeroFrame: 'u32',
  /** A frame that one step may build an answer in; its content is worth nothing in the next. */
  scratchFrame: 'u32',
  /** Nodes that nobody needs any more and whose pages are still to be freed. */
  firstDoomed: 'u32',
  /** The frame at which the search for clean pages goes on. */
  clockHand: 'u32',
  /** Clean pages in the page cache. */
  cleanPages: 'u32',
  /** Requests that wait for a record lock (LockWait). */
  firstLockWait: 'u32',
});

/** A mounted tree. */
export const Mount = record('Mount', {
  kind: 'u32',
  /** Number of the outside layer or of the supplied tree. */
  layer: 'u32',
  /** MountFlag bits. */
  flags: 'u32',
  /** A disk's filesystem: the format's own record. */
  volume: 'u32',
  /** Device number of its files (st_dev). */
  device: 'u32',
  root: 'u32',
  /** The directory that it hides; held. 0 for the top. */
  covered: 'u32',
  next: 'u32',
  /** Nodes in all, and those that are held from outside. */
  nodes: 'u32',
  held: 'u32',
  /** Frames of its files' own pages, and how many there may be. */
  pages: 'u32',
  pageLimit: 'u32',
  nextNumber: 'u32',
  /** Tree of nodes by the outside layer's identity, or by the supplier's number. */
  identities: 'u32',
});

/** A file: an inode. */
export const Node = record('Node', {
  /** FileKind and ModeBit bits. */
  mode: 'u32',
  user: 'u32',
  group: 'u32',
  /** Names, and holders. A node without either is gone. */
  links: 'u32',
  holds: 'u32',
  number: 'u32',
  mount: 'u32',
  device: 'u32',
  size: 'integer',
  accessSeconds: 'integer',
  modifySeconds: 'integer',
  changeSeconds: 'integer',
  birthSeconds: 'integer',
  accessNanoseconds: 'u32',
  modifyNanoseconds: 'u32',
  changeNanoseconds: 'u32',
  birthNanoseconds: 'u32',
  /** Symbolic link: address of its target's bytes. Others: the personality's word (a FIFO's pipe). */
  word: 'u32',
  /** The entry by which it was last reached; an entry that is in no directory any more is this node's own. */
  entry: 'u32',
  /** Regular file: opens for writing that are not closed, and programs that execute it. */
  writers: 'u32',
  executors: 'u32',
  /** The thread in the midst of a long write, 0 when there is none. */
  writer: 'u32',
  /** NodeFlag bits. */
  flags: 'u32',
  /** Page index: a frame itself (height 0), or an index frame of 1,024 words over `height` levels. */
  pageRoot: 'u32',
  pageHeight: 'u32',
  /** Pages that are its own, and pages of the lower layer's extent that no longer show through. */
  ownPages: 'u32',
  maskedPages: 'u32',
  /** Bytes of the lower layer's file that still show through where no page is. */
  lowerSize: 'integer',
  /** Path in the lower layer: address and length. */
  lowerPath: 'u32',
  lowerLength: 'u32',
  /** Directory: trees of its entries by name and by position. */
  byName: 'u32',
  byPosition: 'u32',
  nextPosition: 'u32',
  entries: 'u32',
  /** Directory: the mount that hides it. */
  mounted: 'u32',
  /** Directory with NodeFlag.unfilled: names of the lower layer that are already entries. */
  filled: 'u32',
  /** Locks, by start. */
  firstLock: 'u32',
  /** On a disk: units of 512 bytes that it takes, and how often it has been cut or extended. */
  blocks: 'u32',
  generation: 'u32',
  /** On a disk: which of the files that had its inode it is. */
  incarnation: 'u32',
  /** Next of the doomed. */
  next: 'u32',
  /** Threads that wait for a writer or for a lock. */
  waiters: { embedded: WaitQueue },
  /** In the mount's tree of identities. */
  identity: { embedded: TreeNode },
});
export const NodeFlag = {
  /** A directory whose names are still to be taken from the lower layer. */
  unfilled: 1,
  /** A file that was made without a name and may be given one. */
  linkable: 2,
  /** It is in its mount's tree of identities. */
  identified: 4,
  /** A file of a host mount that was written: the host is told its times when it is released. */
  touched: 16,
  /** A node of a supplied tree: it is made anew whenever it is reached. */
  supplied: 8,
  /** A file with the content of a supplied node, which its `word` holds (copies.ts). */
  copied: 32,
  /** A copy's content is as opening brought it: nobody has read it yet. */
  fresh: 64,
  /** Pages of it have been given to mappings. */
  mapped: 128,
  /** A node of a disk's filesystem, which has an inode there. */
  stored: 1024,
  /** Its times have changed since its inode was written. */
  aged: 2048,
} as const;

/** A name in a directory. The name's bytes follow the record. */
export const Entry = record('Entry', {
  byName: { embedded: TreeNode },
  byPosition: { embedded: TreeNode },
  directory: 'u32',
  /** 0 while the lower layer's file has not been looked at. */
  node: 'u32',
  number: 'u32',
  length: 'u8',
  /** The mode's kind shifted right by 12 (DT_*), 0 while not known. */
  kind: 'u8',
  /** EntryFlag bits. */
  flags: 'u8',
});
export const EntryFlag = {
  /** It has been removed: only its node still refers to it. It holds its directory. */
  detached: 1,
} as const;

/** A run of bytes of a path that is being resolved: the path itself, or the target of a symbolic link. */
export const Segment = record('Segment', {
  text: 'u32',
  position: 'u16',
  length: 'u16',
  /** Where resolution goes on after this one. */
  outer: 'u32',
  /** All segments of a walk, to be freed at its end. */
  next: 'u32',
});

/** A path's resolution, under way and then its result. */
export const Walk = record('Walk', {
  /** No path leads above it; held. */
  root: 'u32',
  /** The directory reached; held. At the end: the parent of the last component. */
  current: 'u32',
  /** The result, held; 0 when the last component is missing. */
  node: 'u32',
  /** The component at hand. */
  name: 'u32',
  nameLength: 'u32',
  /** LastKind. */
  lastKind: 'u8',
  /** 1 when the component at hand is the last, when slashes follow it. */
  last: 'u8',
  trailing: 'u8',
  /** Symbolic links followed. */
  links: 'u8',
  /** WalkFlag bits. */
  flags: 'u32',
  /** Where the next component is read, and all segments. */
  segment: 'u32',
  segments: 'u32',
  /** 1 when the component at hand is to be looked up again, now that something has been brought. */
  again: 'u32',
  /** A supplied tree's answers. */
  supplied: { embedded: SuppliedAttributes },
});

/** A lock on a range of a file, or on the whole file by flock. */
export const Lock = record('Lock', {
  next: 'u32',
  /** 0 read, 1 write. */
  kind: 'u16',
  /** 1 for flock's. */
  whole: 'u16',
  /** Two words that name the owner and one that names its process for people. */
  owner: 'integer',
  process: 'integer',
  start: 'integer',
  /** One past the last byte; NEVER for no end. */
  end: 'integer',
});

/** A request that waits for a record lock: who, and for whom. */
export const LockWait = record('LockWait', {
  next: 'u32',
  thread: 'u32',
  owner: 'integer',
  blocker: 'integer',
});

export type NodeView = ViewOf<typeof Node.schema>;
export type MountView = ViewOf<typeof Mount.schema>;
export type EntryView = ViewOf<typeof Entry.schema>;
export type WalkView = ViewOf<typeof Walk.schema>;

export function nodeAt(k: Kernel, address: PhysicalAddress): NodeView {
  return Node.at(k.store, address);
}

export function mountAt(k: Kernel, address: PhysicalAddress): MountView {
  return Mount.at(k.store, address);
}

export function entryAt(k: Kernel, address: PhysicalAddress): EntryView {
  return Entry.at(k.store, address);
}

export function walkAt(k: Kernel, address: PhysicalAddress): WalkView {
  return Walk.at(k.store, address);
}

export function rootOf(k: Kernel): ViewOf<typeof FilesRoot.schema> {
  return FilesRoot.at(k.store, k.serviceRoot('files'));
}

/** Reads one word of an index or a list, as a record access. */
export function readWord(k: Kernel, address: PhysicalAddress): number {
  const { store } = k;
  store.guard?.check(address, 4, false);
  (store.f64[store.readCell] as number) += 1;
  return store.u32[address >>> 2] as number;
}

export function writeWord(k: Kernel, address: PhysicalAddress, value: number): void {
  const { store } = k;
  store.guard?.check(address, 4, true);
  (store.f64[store.writeCell] as number) += 1;
  store.u32[address >>> 2] = value;
}
