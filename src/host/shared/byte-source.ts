/** Bytes that can be read anywhere: an archive in memory or in a file. */
export interface ByteSource {
  readonly length: number;
  /** Fills `into` from an offset; returns the number of bytes, less than asked only at the end. */
  read(offset: number, into: Uint8Array): number;
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    length: bytes.length,
    read(offset, into) {
      const from = bytes.subarray(Math.min(offset, bytes.length), offset + into.length);
      into.set(from);
      return from.length;
    },
  };
}

/** Bytes that are fetched when they are first read, and then stay. */
export function lateSource(length: number, fetch: () => Uint8Array): ByteSource {
  let source: ByteSource | undefined;
  return {
    length,
    read(offset, into) {
      source ??= bytesSource(fetch());
      return source.read(offset, into);
    },
  };
}
