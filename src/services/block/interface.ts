/**
 * The block service: sectors of disks through a cache that is written back.
 *
 * What is written is in the cache, and therefore seen by everybody, at once; it is on the disk after `flush`, or some
 * seconds later. The cache is volatile, the disk durable: of a machine that stops, what was flushed is left. Of a server that
 * dies, changed blocks are found again, if the kernel could keep them. Sectors are those of contracts/disk.ts. A write-protected disk takes writes all the same: they live in the cache for as long as the
 * machine does, and are bounded by its memory.
 */
import { serviceInterface } from '../../contracts/service.ts';

export const blocks = serviceInterface(
  'block',
  {
    /** Value: sectors of a disk; second: DiskFlag bits. ENXIO when there is no such disk. */
    describe: { disk: 'number' },
    /** Whole sectors from `sector` on into the span. Value: bytes. ENXIO, EINVAL, EIO, EFAULT. */
    read: { disk: 'number', sector: 'number', into: 'span' },
    /** The same way out. ENOSPC when a write-protected disk's changes no longer fit into memory. */
    write: { disk: 'number', sector: 'number', from: 'span' },
    /** Ends when all that was written to the disk before is safe on it. EIO when a write since the last flush has failed. */
    flush: { disk: 'number' },
  },
  ['describe', 'read', 'write', 'flush'],
);

export const DiskFlag = { writeProtected: 1 } as const;
