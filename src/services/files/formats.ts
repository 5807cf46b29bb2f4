/** The formats by MountKind: memory and lower layers, the host, and disks. */
import { findEntry } from './directories.ts';
import { ext2Format } from './ext2/format.ts';
import type { Format } from './format.ts';
import {
  adoptSome,
  changeOutside,
  checkHostEmpty,
  createOutside,
  hostEntry,
  linkOutside,
  removeOutside,
  renameOutside,
  writeOutside,
} from './host.ts';
import { readLower } from './layers.ts';
import { fillDirectory, kindOfEntry, nodeOfEntry } from './lower-nodes.ts';
import { NodeFlag, nodeAt } from './records.ts';

const nothing = (): number => 0;
const done = (): number => 1;

/** Memory, alone or over a read-only layer: what is in memory is all there is, once it has been taken over. */
const memoryFormat: Format = {
  onDisk: false,
  exchanges: true,
  allocates: 'pages',
  ready: fillDirectory,
  fill: fillDirectory,
  find: (k, _w, directory, name) => findEntry(k, directory, name),
  nodeOf: nodeOfEntry,
  kindOf: kindOfEntry,
  create: nothing,
  remove: nothing,
  link: nothing,
  rename: nothing,
  letGo: nothing,
  readPage: readLower,
  reserve: nothing,
  written: nothing,
  change: nothing,
  cut: done,
  dispose: done,
};

/** The host: asked about every name, told of every change. */
const hostFormat: Format = {
  ...memoryFormat,
  exchanges: false,
  allocates: 'outside',
  ready: done,
  rewind(k, directory) {
    const node = nodeAt(k, directory);
    node.flags |= NodeFlag.unfilled;
    node.filled = 0;
  },
  find: hostEntry,
  isEmpty: checkHostEmpty,
  // A file without a name is ours alone.
  create: (k, w, { directory, name, node }, target) =>
    name.length === 0 ? 0 : createOutside(k, w, directory, name, node, target),
  remove: (k, w, { directory, name }) => removeOutside(k, w, directory, name),
  link: (k, w, { directory, name, node }) => linkOutside(k, w, node, directory, name),
  rename: (k, w, from, to) => renameOutside(k, w, from.directory, from.name, to.directory, to.name),
  letGo(k, w, node) {
    const adopted = adoptSome(k, w, node);
    return typeof adopted === 'number' ? adopted : adopted ? 0 : 1;
  },
  written: writeOutside,
  change: changeOutside,
};

/** By MountKind: memory, overlay, host, supplied, disk. */
export const FORMATS: readonly Format[] = [memoryFormat, memoryFormat, hostFormat, memoryFormat, ext2Format];
