/**
 * A disk whose contents are a file of the host, read and written by range as the machine's disk does: what a finished
 * request has written is in the file, so a run that is killed leaves what a power cut would.
 */
import { constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutsideDisk, OutsideError } from '../../contracts/outside.ts';
import { asking } from './refusal.ts';

const NANOSECONDS = 1_000_000_000n;

/** Opens a file as a disk. Throws OutsideError when the host does not let it be opened so. */
export function fileDisk(path: string, writable: boolean): OutsideDisk {
  const flags = writable ? constants.O_RDWR : constants.O_RDONLY;
  const descriptor = asking(() => openSync(path, flags));
  const { size } = asking(() => fstatSync(descriptor));
  return {
    description: path,
    size,
    writable,
    get fingerprint() {
      const { size: now, mtimeNs } = asking(() => fstatSync(descriptor, { bigint: true }));
      return `${now} bytes, changed ${mtimeNs / NANOSECONDS}.${mtimeNs % NANOSECONDS}`;
    },
    read(offset, into) {
      for (let done = 0; done < into.length; ) {
        const at = done;
        const count = asking(() => readSync(descriptor, into, at, into.length - at, offset + at));
        if (count === 0) throw new OutsideError(ErrorNumber.EIO, `${path} has become shorter`);
        done += count;
      }
    },
    write(offset, from) {
      for (let done = 0; done < from.length; ) {
        const at = done;
        done += asking(() => writeSync(descriptor, from, at, from.length - at, offset + at));
      }
    },
    flush: () => asking(() => fsyncSync(descriptor)),
  };
}
