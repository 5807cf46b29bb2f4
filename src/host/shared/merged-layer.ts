/**
 * Several read-only layers as one: directories unite, of other files the one of the first layer that has it is seen. For
 * the built-in programs over a root file system, or a user's files over both.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type LowerLayer, type OutsideAttributes, OutsideError } from '../../contracts/outside.ts';
import { bytesOf, keyOf, textOf } from './names.ts';

/** A layer that has a path, and what it says of it. */
interface Found {
  readonly layer: LowerLayer;
  readonly index: number;
  readonly attributes: OutsideAttributes;
}

/** Identities of a layer are spread over the merged one's, so that two layers' files are never taken for one. */
function merged(found: Found, count: number): OutsideAttributes {
  const { identity } = found.attributes;
  const spread = identity * count + found.index;
  const fits = identity !== 0 && Number.isSafeInteger(spread);
  return { ...found.attributes, identity: fits ? spread : 0 };
}

class Merged implements LowerLayer {
  readonly #layers: readonly LowerLayer[];

  constructor(layers: readonly LowerLayer[]) {
    this.#layers = layers;
  }

  get description(): string {
    return this.#layers.map(({ description }) => description).join(' over ');
  }

  get fingerprint(): string {
    return `merged(${this.#layers.map(({ fingerprint }) => fingerprint).join(',')})`;
  }

  list(path: Uint8Array): readonly Uint8Array[] {
    const names = new Set<string>();
    for (const { layer } of this.#directories(path))
      for (const name of layer.list(path)) names.add(keyOf(name));
    return [...names].sort().map(bytesOf);
  }

  attributes(path: Uint8Array): OutsideAttributes | undefined {
    const found = this.#find(path);
    return found === undefined ? undefined : merged(found, this.#layers.length);
  }

  read(path: Uint8Array, offset: number, into: Uint8Array): number {
    return this.#existing(path).layer.read(path, offset, into);
  }

  link(path: Uint8Array): Uint8Array {
    return this.#existing(path).layer.link(path);
  }

  /** The layer whose file is seen at a path: no layer before it may have something else than a directory on the way. */
  #find(path: Uint8Array): Found | undefined {
    for (const [index, layer] of this.#layers.entries()) {
      const attributes = layer.attributes(path);
      if (attributes !== undefined) return { layer, index, attributes };
      if (this.#hides(layer, path)) return undefined;
    }
    return undefined;
  }

  /** Does a layer have a file where the path has a directory? */
  #hides(layer: LowerLayer, path: Uint8Array): boolean {
    for (let end = path.indexOf(0x2f); end >= 0; end = path.indexOf(0x2f, end + 1)) {
      const found = layer.attributes(path.subarray(0, end));
      if (found === undefined) return false;
      if (found.kind !== 'directory') return true;
    }
    return false;
  }

  #existing(path: Uint8Array): Found {
    const found = this.#find(path);
    if (found === undefined)
      throw new OutsideError(ErrorNumber.ENOENT, `'${textOf(keyOf(path))}' is not there`);
    return found;
  }

  /** The layers whose directories unite at a path, until one has something else there. */
  #directories(path: Uint8Array): Found[] {
    const directories: Found[] = [];
    for (const [index, layer] of this.#layers.entries()) {
      const attributes = layer.attributes(path);
      if (attributes?.kind === 'directory') directories.push({ layer, index, attributes });
      if ((attributes !== undefined && attributes.kind !== 'directory') || this.#hides(layer, path)) break;
    }
    if (directories.length > 0) return directories;
    const { attributes } = this.#existing(path);
    throw new OutsideError(ErrorNumber.ENOTDIR, `'${textOf(keyOf(path))}' is a ${attributes.kind}`);
  }
}

/** @param layers the uppermost first. */
export function mergedLayer(layers: readonly LowerLayer[]): LowerLayer {
  return new Merged(layers);
}
