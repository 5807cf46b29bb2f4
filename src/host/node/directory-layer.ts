/**
 * A directory of the host as a read-only tree for the machine.
 *
 * Symbolic links are never followed here: the guest's own file service resolves them, within its own tree. Owners are the
 * host's unless `owner` says whose everything shall seem to be, as for a root file system that an ordinary user unpacked.
 */
import { createHash } from 'node:crypto';
import { constants, lstatSync, readdirSync, readSync } from 'node:fs';
import { ErrorNumber } from '../../contracts/errors.ts';
import { type LowerLayer, type OutsideAttributes, OutsideError } from '../../contracts/outside.ts';
import { keyOf } from '../shared/names.ts';
import { attributesOf, type Owner } from './host-attributes.ts';
import { HostTree } from './host-tree.ts';
import { asking } from './refusal.ts';

export interface DirectoryOptions {
  readonly owner?: Owner;
  /** What a person calls the tree; its path when left out. */
  readonly description?: string;
}

const ABSENT: readonly number[] = [ErrorNumber.ENOENT, ErrorNumber.ENOTDIR, ErrorNumber.ELOOP];

export class DirectoryLayer implements LowerLayer {
  readonly description: string;
  protected readonly tree: HostTree;
  protected readonly owner: Owner | undefined;

  constructor(path: string, options: DirectoryOptions = {}) {
    this.tree = asking(() => new HostTree(path));
    this.owner = options.owner;
    this.description = options.description ?? this.tree.root;
  }

  /** A stamp that is cheap to take: names, kinds, sizes and times at the top of the tree, not of what is further down. */
  get fingerprint(): string {
    const hash = createHash('sha256');
    for (const name of this.list(new Uint8Array(0))) {
      const found = this.attributes(name);
      if (found === undefined) continue;
      const { kind, size, modifiedSeconds, modifiedNanoseconds } = found;
      const time = `${modifiedSeconds}.${modifiedNanoseconds}`;
      hash.update(`${keyOf(name)}\0${kind} ${kind === 'directory' ? 0 : size} ${time}\n`);
    }
    return `directory-top:sha256:${hash.digest('hex')}`;
  }

  list(path: Uint8Array): readonly Uint8Array[] {
    return asking(() =>
      readdirSync(this.tree.directoryAt(path), { encoding: 'buffer' }).sort(Buffer.compare),
    );
  }

  attributes(path: Uint8Array): OutsideAttributes | undefined {
    try {
      return asking(() => attributesOf(lstatSync(this.tree.at(path), { bigint: true }), this.owner));
    } catch (error) {
      if (error instanceof OutsideError && ABSENT.includes(error.errorNumber)) return undefined;
      throw error;
    }
  }

  read(path: Uint8Array, offset: number, into: Uint8Array): number {
    return asking(() => {
      const descriptor = this.tree.file(path, constants.O_RDONLY);
      let done = 0;
      while (done < into.length) {
        const count = readSync(descriptor, into, done, into.length - done, offset + done);
        if (count === 0) break;
        done += count;
      }
      return done;
    });
  }

  link(path: Uint8Array): Uint8Array {
    return asking(() => this.tree.target(path));
  }

  /** Gives back the host's descriptors; the layer is of no use afterwards. */
  close(): void {
    this.tree.close();
  }
}

/** A read-only layer over a directory of the host. */
export function directoryLayer(path: string, options: DirectoryOptions = {}): DirectoryLayer {
  return new DirectoryLayer(path, options);
}
