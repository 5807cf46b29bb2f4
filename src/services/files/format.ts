/**
 * The contract of a format: what stands behind the nodes of a mounted tree, and is told before they change.
 *
 * Nodes, entries and pages in memory are what programs see; a format brings them from where they are kept and carries
 * changes there. A change is refused by a negative error number, and then nothing has changed anywhere. PENDING (pending.ts)
 * says that something must be brought before an answer is possible; only formats of disks give it.
 */
import type { FrameNumber, PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Name } from './directories.ts';
import { mountAt, nodeAt } from './records.ts';
import type { FilesWiring } from './wiring.ts';

/** A name in a directory, and the node that it leads to, 0 when it is not there. */
export interface NamePlace {
  readonly directory: PhysicalAddress;
  readonly name: Name;
  readonly node: PhysicalAddress;
}

type Ask<Arguments extends readonly unknown[]> = (k: Kernel, w: FilesWiring, ...rest: Arguments) => number;

export interface Format {
  /** Does its content lie on a disk? Then `readPage` is never called: pages are brought by the operation `fetch`. */
  readonly onDisk: boolean;
  /** Can two names be exchanged? */
  readonly exchanges: boolean;
  /** What fallocate(2) comes to: pages here, an extent elsewhere, or nothing. */
  readonly allocates: 'pages' | 'outside' | 'never';

  // Names. 1 done, 0 to go on in another step, or a negative number.
  /** Makes a directory ready for a name to be looked up. */
  readonly ready: Ask<[directory: PhysicalAddress]>;
  /** Makes all names of a directory entries. */
  readonly fill: Ask<[directory: PhysicalAddress]>;
  /** A listing begins: names may have come and gone. */
  rewind?(k: Kernel, directory: PhysicalAddress): void;
  /** The entry of a name, 0 when there is none. */
  readonly find: Ask<[directory: PhysicalAddress, name: Name]>;
  /** The node of an entry. */
  readonly nodeOf: Ask<[entry: PhysicalAddress]>;
  /** The kind of an entry (DT_*), or LOST. */
  readonly kindOf: Ask<[entry: PhysicalAddress]>;
  /** 0 when a directory is empty, 1 to go on; without it, `fill` and the entries tell. */
  isEmpty?(k: Kernel, w: FilesWiring, directory: PhysicalAddress): number;

  // Changes of names. 0, or a negative number.
  /** A new node gets its first name; none for a file without. `target` is a symbolic link's. */
  readonly create: Ask<[place: NamePlace, target?: Uint8Array<ArrayBuffer>]>;
  readonly remove: Ask<[place: NamePlace]>;
  readonly link: Ask<[place: NamePlace]>;
  readonly rename: Ask<[from: NamePlace, to: NamePlace, exchange: boolean]>;
  /** A node with holders is about to lose a name. 0, 1 to go on, or a negative number. */
  readonly letGo: Ask<[node: PhysicalAddress]>;

  // Contents.
  /** Fills a cleared frame. 0 or a negative number. */
  readonly readPage: Ask<[node: PhysicalAddress, index: number, frame: FrameNumber]>;
  /** Bytes within one page are about to be written. */
  readonly reserve: Ask<[node: PhysicalAddress, start: number, length: number]>;
  /** They have been put into the page. */
  readonly written: Ask<[node: PhysicalAddress, start: number, length: number]>;
  /** Attributes have changed, or the size is about to. */
  readonly change: Ask<[node: PhysicalAddress, size?: number]>;
  /** Frees what lies behind the end of a file. 1 done, 0 to go on, or a negative number. */
  readonly cut: Ask<[node: PhysicalAddress]>;
  /** Frees a stored file that has neither names nor holders. 1 done, 0 to go on, or a negative number. */
  readonly dispose: Ask<[node: PhysicalAddress]>;
}

/** The format of the tree that a node is in. */
export function formatOf(k: Kernel, w: FilesWiring, node: PhysicalAddress): Format {
  return w.formats[mountAt(k, nodeAt(k, node).mount).kind] as Format;
}
