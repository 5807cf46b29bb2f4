/** A disk whose contents are bytes in memory: in a browser, and in tests. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { OutsideDisk } from '../../contracts/outside.ts';

/** @param bytes the contents; a writable disk changes them. */
export function memoryDisk(bytes: Uint8Array, description: string, writable = true): OutsideDisk {
  return {
    description,
    size: bytes.length,
    writable,
    get fingerprint() {
      return bytesToHex(sha256(bytes));
    },
    read: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
    write: (offset, from) => bytes.set(from, offset),
    flush: () => undefined,
  };
}
