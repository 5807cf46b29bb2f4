/**
 * A directory of the host as a tree that the machine changes, with the same care as the read-only one: no link is followed,
 * nothing outside is touched. FIFOs, sockets and devices cannot be made in it.
 */
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutsideAttributes, OutsideError, type WritableLayer } from '../../contracts/outside.ts';
import { DirectoryLayer, type DirectoryOptions } from './directory-layer.ts';
import { attributesOf, type Owner } from './host-attributes.ts';
import type { HostTree } from './host-tree.ts';
import { asking } from './refusal.ts';

function makeFile(tree: HostTree, path: Uint8Array, mode: number): void {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const descriptor = openSync(tree.at(path), flags, 0o600);
  // The host's file-creation mask is not the guest's.
  fchmodSync(descriptor, mode);
  closeSync(descriptor);
}

function create(tree: HostTree, path: Uint8Array, wanted: OutsideAttributes, target: Uint8Array): void {
  const { kind, mode } = wanted;
  if (kind === 'file') makeFile(tree, path, mode);
  else if (kind === 'directory') {
    mkdirSync(tree.at(path), 0o700);
    tree.withFile(path, (place) => chmodSync(place, mode));
  } else if (kind === 'symlink') symlinkSync(Buffer.from(target), tree.at(path));
  else throw new OutsideError(ErrorNumber.EPERM, `a ${kind} cannot be made in a tree of the host`);
}

function setTimes(tree: HostTree, path: Uint8Array, wanted: OutsideAttributes): void {
  const time = wanted.modifiedSeconds + wanted.modifiedNanoseconds / 1e9;
  if (wanted.kind === 'symlink') lutimesSync(tree.at(path), time, time);
  else tree.withFile(path, (place) => utimesSync(place, time, time));
}

/** Changes what differs from what the file is now. */
function change(tree: HostTree, path: Uint8Array, wanted: OutsideAttributes, owner: Owner | undefined): void {
  const now = attributesOf(lstatSync(tree.at(path), { bigint: true }), owner);
  if (now.kind === 'symlink') {
    if (now.user !== wanted.user || now.group !== wanted.group)
      lchownSync(tree.at(path), wanted.user, wanted.group);
  } else {
    tree.withFile(path, (place) => {
      if (now.user !== wanted.user || now.group !== wanted.group) chownSync(place, wanted.user, wanted.group);
      if (now.mode !== wanted.mode) chmodSync(place, wanted.mode);
      if (now.kind === 'file' && now.size !== wanted.size) truncateSync(place, wanted.size);
    });
  }
  const { modifiedSeconds, modifiedNanoseconds } = now;
  if (modifiedSeconds !== wanted.modifiedSeconds || modifiedNanoseconds !== wanted.modifiedNanoseconds)
    setTimes(tree, path, wanted);
}

function writeAll(descriptor: number, offset: number, from: Uint8Array): void {
  for (let done = 0; done < from.length; )
    done += writeSync(descriptor, from, done, from.length - done, offset + done);
}

class WritableDirectoryLayer extends DirectoryLayer implements WritableLayer {
  write(path: Uint8Array, offset: number, from: Uint8Array): void {
    asking(() => writeAll(this.tree.file(path, constants.O_WRONLY), offset, from));
  }

  create(path: Uint8Array, attributes: OutsideAttributes, target: Uint8Array): void {
    this.#changing(() => create(this.tree, path, attributes, target));
  }

  remove(path: Uint8Array): void {
    this.#changing(() => {
      const place = this.tree.at(path);
      if (lstatSync(place).isDirectory()) rmdirSync(place);
      else unlinkSync(place);
    });
  }

  rename(from: Uint8Array, to: Uint8Array): void {
    this.#changing(() => renameSync(this.tree.at(from), this.tree.at(to)));
  }

  hardLink(from: Uint8Array, to: Uint8Array): void {
    this.#changing(() => linkSync(this.tree.at(from), this.tree.at(to)));
  }

  change(path: Uint8Array, attributes: OutsideAttributes): void {
    this.#changing(() => change(this.tree, path, attributes, this.owner));
  }

  /** Changes may give a kept descriptor's path to another file. */
  #changing(body: () => void): void {
    try {
      asking(body);
    } finally {
      this.tree.forget();
    }
  }
}

/** A layer through which a directory of the host is changed. */
export function writableDirectoryLayer(
  path: string,
  options: DirectoryOptions = {},
): WritableLayer & DirectoryLayer {
  return new WritableDirectoryLayer(path, options);
}
