/**
 * What ext2 asks of the block service, by its own names, and the files service's operations about disks.
 */
import { serviceInterface } from '../../../contracts/service.ts';

/** The block service, as src/services/block/interface.ts declares it. */
export const blockDevice = serviceInterface(
  'block',
  {
    describe: { disk: 'number' },
    read: { disk: 'number', sector: 'number', into: 'span' },
    write: { disk: 'number', sector: 'number', from: 'span' },
    flush: { disk: 'number' },
  },
  ['describe', 'read', 'write', 'flush'],
);

export const storing = serviceInterface('files', {
  /** Reads a disk's superblock. Value: the volume; EINVAL when it cannot be mounted, EIO, ENXIO. */
  openVolume: { disk: 'number', readOnly: 'number' },
  /** Gives a volume's memory back; what was not pushed is lost. */
  closeVolume: { volume: 'number' },
  /** A volume's thread: ends when the volume is closed. */
  tend: { mount: 'number', volume: 'number' },
  /** Brings changed metadata to the block service. EIO. */
  push: { volume: 'number' },
  /** Brings a file's own pages to the block service, and its inode into its buffer. `claimed` 1 when the caller is its writer. */
  flushNode: { node: 'number', claimed: 'number' },
  /** All of a mount: pages, inodes, metadata, and with `closing` 1 the word that it is in order; safe on the disk at the end. */
  synchroniseMount: { mount: 'number', closing: 'number' },
});
