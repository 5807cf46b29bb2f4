/**
 * A read-only tree of a test, as a LowerLayer: paths to contents, with counts of what was asked.
 */
import type { LowerLayer, OutsideAttributes } from '../../../src/contracts/outside.ts';
import { bytesOf, textOf } from './shell.ts';

/** A file's bytes, a directory, a link to another path, or whatever attributes are given. */
export interface Planted {
  readonly content?: string | Uint8Array;
  readonly link?: string;
  readonly directory?: boolean;
  readonly attributes?: Partial<OutsideAttributes>;
}

export class PlantedLayer implements LowerLayer {
  readonly description = 'planted';
  readonly fingerprint = 'planted';
  reads = 0;
  readonly #files: ReadonlyMap<string, Planted>;

  constructor(files: { readonly [path: string]: Planted }) {
    this.#files = new Map([['', { directory: true }], ...Object.entries(files)]);
  }

  #kind({ directory, link }: Planted): OutsideAttributes['kind'] {
    return directory ? 'directory' : link !== undefined ? 'symlink' : 'file';
  }

  attributes(path: Uint8Array): OutsideAttributes | undefined {
    const found = this.#files.get(textOf(path));
    if (found === undefined) return undefined;
    return {
      kind: this.#kind(found),
      mode: found.directory ? 0o755 : 0o644,
      user: 0,
      group: 0,
      size: bytesOf(found.content ?? '').length,
      modifiedSeconds: 1_600_000_000,
      modifiedNanoseconds: 5,
      deviceMajor: 0,
      deviceMinor: 0,
      identity: 0,
      links: 1,
      ...found.attributes,
    };
  }

  list(path: Uint8Array): readonly Uint8Array[] {
    const start = path.length === 0 ? '' : `${textOf(path)}/`;
    return [...this.#files.keys()]
      .filter((key) => key !== '' && key.startsWith(start) && !key.slice(start.length).includes('/'))
      .map((key) => bytesOf(key.slice(start.length)))
      .sort((a, b) => Buffer.compare(a, b));
  }

  read(path: Uint8Array, offset: number, into: Uint8Array): number {
    this.reads += 1;
    const content = bytesOf(this.#files.get(textOf(path))?.content ?? '').subarray(offset);
    const part = content.subarray(0, into.length);
    into.set(part);
    return part.length;
  }

  link(path: Uint8Array): Uint8Array {
    return bytesOf(this.#files.get(textOf(path))?.link ?? '');
  }
}
