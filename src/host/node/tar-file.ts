/** A tar archive in a file of the host as a layer; archives that gzip packed are unpacked into memory. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { LowerLayer } from '../../contracts/outside.ts';
import { type ByteSource, bytesSource } from '../shared/byte-source.ts';
import { ArchiveError } from '../shared/tar/archive.ts';
import { tarLayer } from '../shared/tar/layer.ts';
import { asking } from './refusal.ts';

/** The first bytes of what other packers make, by name, so that a refusal can say what it is. */
const PACKED: readonly (readonly [string, readonly number[]])[] = [
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['lz4', [0x04, 0x22, 0x4d, 0x18]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
];

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

/** Bytes that are read at once when less is asked for: the headers of small files lie close together. */
const WINDOW = 16_384;

function readFully(descriptor: number, offset: number, into: Uint8Array): number {
  return asking(() => {
    let done = 0;
    while (done < into.length) {
      const count = readSync(descriptor, into, done, into.length - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  });
}

class FileSource implements ByteSource {
  readonly length: number;
  readonly #descriptor: number;
  readonly #window = new Uint8Array(WINDOW);
  #start = 0;
  #filled = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.length = fstatSync(descriptor).size;
  }

  read(offset: number, into: Uint8Array): number {
    if (into.length >= WINDOW) return readFully(this.#descriptor, offset, into);
    const end = Math.min(offset + into.length, this.length);
    if (offset < this.#start || end > this.#start + this.#filled) {
      this.#start = offset;
      this.#filled = readFully(this.#descriptor, offset, this.#window);
    }
    const from = offset - this.#start;
    const found = this.#window.subarray(from, Math.min(from + into.length, this.#filled));
    into.set(found);
    return found.length;
  }
}

function digest(source: ByteSource): string {
  const hash = createHash('sha256');
  const piece = new Uint8Array(1 << 20);
  for (let at = 0; at < source.length; at += piece.length)
    hash.update(piece.subarray(0, source.read(at, piece)));
  return `tar:sha256:${hash.digest('hex')}`;
}

/** Bytes of a tar archive, which may be packed by gzip. @param name what errors call it. */
export function unpacked(bytes: Uint8Array, name: string): Uint8Array {
  for (const [packer, start] of PACKED)
    if (startsWith(bytes, start))
      throw new ArchiveError(name, 0, `it is packed by ${packer}; unpack it, or pack it by gzip`);
  if (!startsWith(bytes, [0x1f, 0x8b])) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new ArchiveError(name, 0, `gzip cannot unpack it: ${(error as Error).message}`);
  }
}

/**
 * A read-only layer over a tar archive in a file. The file stays open and is read when the machine reads: it must not change.
 */
export function tarFileLayer(path: string): LowerLayer {
  return asking(() => {
    const descriptor = openSync(path, 'r');
    const source = new FileSource(descriptor);
    const start = new Uint8Array(6);
    source.read(0, start);
    const packed = startsWith(start, [0x1f, 0x8b]) || PACKED.some(([, magic]) => startsWith(start, magic));
    try {
      if (!packed) return tarLayer(source, path, () => digest(source));
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    closeSync(descriptor);
    const bytes = unpacked(readFileSync(path), path);
    return tarLayer(bytes, path, () => digest(bytesSource(bytes)));
  });
}
