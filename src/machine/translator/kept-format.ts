/**
 * How kept modules are written: the length of a description in JSON, the description, and then for each module its WebAssembly and the
 * halfwords it was made from. Whoever keeps the bytes answers for them (../kept-bytes.ts), so that they are not looked at again here.
 */

import type { KeptModule } from './kept-modules.ts';

interface Description extends Pick<KeptModule, 'regions' | 'distances' | 'vain'> {
  /** Sizes of the module and of its code, in bytes. */
  readonly size: number;
  readonly codeSize: number;
}

const LENGTH_BYTES = 4;

export function packed(modules: readonly KeptModule[]): Uint8Array {
  const descriptions = modules.map(
    ({ bytes, code, regions, distances, vain }): Description => ({
      regions,
      distances,
      vain,
      size: bytes.length,
      codeSize: code.byteLength,
    }),
  );
  const description = new TextEncoder().encode(JSON.stringify(descriptions));
  const contents = modules.flatMap(({ bytes, code }) => [bytes, bytesOf(code)]);
  const size = contents.reduce((sum, { length }) => sum + length, LENGTH_BYTES + description.length);
  const all = new Uint8Array(size);
  new DataView(all.buffer).setUint32(0, description.length, true);
  let at = LENGTH_BYTES;
  for (const part of [description, ...contents]) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

export function unpacked({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): readonly KeptModule[] {
  // Of a Buffer of Node's, slices would be no copies.
  const all = new Uint8Array(buffer, byteOffset, byteLength);
  let at = LENGTH_BYTES;
  const take = (size: number): Uint8Array<ArrayBuffer> => {
    at += size;
    return all.slice(at - size, at);
  };
  const length = new DataView(buffer, byteOffset, byteLength).getUint32(0, true);
  const descriptions: readonly Description[] = JSON.parse(new TextDecoder().decode(take(length)));
  return descriptions.map(({ size, codeSize, ...others }) => ({
    ...others,
    bytes: take(size),
    code: new Uint16Array(take(codeSize).buffer),
  }));
}
