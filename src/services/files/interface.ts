/**
 * The files service: a tree of names over nodes, and the pages of their contents.
 *
 * A node (an inode) is named by the address of its record in the service's domain; whoever receives one as a value holds it
 * until `release`. Paths are byte strings in spans, resolved from `base` (a directory node; 0 is the root of the caller)
 * within `root` (a directory node; 0 is the root of the tree): no path leads above it. The service checks permissions
 * against the credentials that the kernel stamps on the caller. Error numbers are those of the Linux call of the same name.
 */
import { serviceInterface } from '../../contracts/service.ts';

const place = { root: 'handle', base: 'handle', path: 'span' } as const;

export const files = serviceInterface(
  'files',
  {
    /** Resolves a path. LookupFlag bits. The value is the node, held; second: its mode, for this and every operation that gives a node. */
    lookup: { ...place, flags: 'number' },
    /** open(2)'s part that concerns names: OpenFlag bits, permission bits of a new file (umask already taken off). Value: the node, held. A regular file that is to be written has a writer more then. ETXTBSY when it is executed. The second value has OPENED_LOSSY besides when mappings may show pages that O_TRUNC has taken. */
    open: { ...place, flags: 'number', mode: 'number' },
    /** A file without a name: for memfd_create, shared anonymous memory; a FIFO when the mode says so. Value: the node, held. */
    createUnnamed: { mode: 'number' },
    hold: { node: 'handle' },
    release: { node: 'handle' },
    /** Gives back a regular file that `open` gave for writing: it has a writer less. */
    releaseWriter: { node: 'handle' },
    /** Keeps a file, held by the caller, from being opened for writing, as long as it is executed. ETXTBSY when it is. */
    denyWriters: { node: 'handle' },
    /** Gives back a file that was kept from being written. */
    releaseProgram: { node: 'handle' },
    /** Keeps a node that is held for good: nobody can tell any more how often it was held before the server died. */
    pin: { node: 'handle' },
    /**
     * The file that an inode of a mounted disk was, if it still is that one; `node`, held, is what its path leads to now, or 0:
     * it is given back when it is another. Value: the node, held. EIO. For whoever recovers after the server's death.
     */
    recall: { node: 'handle', disk: 'number', inode: 'number', incarnation: 'number' },
    /** Value: bytes moved; 0 at the end of the file. EISDIR, EFAULT, EIO. */
    read: { node: 'handle', offset: 'number', into: 'span' },
    /** Writes at an offset, or at the end when `offset` is -1. Value: bytes moved; second: the offset after them. `limit` is RLIMIT_FSIZE. */
    write: { node: 'handle', offset: 'number', from: 'span', limit: 'number' },
    /** EISDIR, EINVAL, EFBIG. Second value: 1 when mappings may show pages that the file has lost. */
    truncate: { node: 'handle', size: 'number' },
    /** The same within RLIMIT_FSIZE. */
    resize: { node: 'handle', size: 'number', limit: 'number' },
    /** fallocate(2), with AllocateFlag bits. What was made before ENOSPC stays. Second value: as of `truncate`, for a hole. */
    allocate: { node: 'handle', mode: 'number', offset: 'number', length: 'number', limit: 'number' },
    /** Where data or a hole begins at or after `offset`: lseek(2)'s SEEK_DATA (hole 0) and SEEK_HOLE (hole 1). */
    seek: { node: 'handle', offset: 'number', hole: 'number' },
    /** The node's Attributes record (attributes.ts) into the span. */
    attributes: { node: 'handle', into: 'span' },
    /** Sets what ChangeFlag bits name. Times are seconds and nanoseconds. */
    change: {
      node: 'handle',
      flags: 'number',
      mode: 'number',
      user: 'number',
      group: 'number',
      accessSeconds: 'number',
      accessNanoseconds: 'number',
      modifySeconds: 'number',
      modifyNanoseconds: 'number',
    },
    /** May the caller use the node with these rights (4 read, 2 write, 1 execute)? With real rather than effective ids when `real`. */
    access: { node: 'handle', rights: 'number', real: 'number' },
    /** Entries of a directory from `cursor` on, in the layout of getdents64(2). Value: bytes; second: the next cursor. */
    list: { node: 'handle', cursor: 'number', into: 'span' },
    /** mknod(2), mkdir(2) and FIFOs: the mode has the S_IF* bits. Value: the node, held. */
    make: { ...place, mode: 'number', device: 'number' },
    symbolicLink: { ...place, target: 'span' },
    /** link(2): gives an existing node another name. */
    link: { ...place, node: 'handle' },
    /** unlink(2), or rmdir(2) when `directory` is 1. */
    remove: { ...place, directory: 'number' },
    /** renameat2(2), with its flags. */
    rename: {
      root: 'handle',
      base: 'handle',
      path: 'span',
      newBase: 'handle',
      newPath: 'span',
      flags: 'number',
    },
    /** Value: length of the target, of which as much as fits is in the span. */
    readLink: { node: 'handle', into: 'span' },
    /** The absolute path of a directory (getcwd) or the last known path of a file. Value: bytes; second: PathBit bits. */
    path: { root: 'handle', node: 'handle', into: 'span' },
    /** For the memory service: the frame of a page, held; EIO beyond the end. `write` 1 when it will be written through. */
    page: { node: 'handle', index: 'number', write: 'number' },
    /** A word that the personality keeps with a node, 0 at first: a FIFO's pipe. It goes with the node. */
    word: { node: 'handle' },
    setWord: { node: 'handle', word: 'number' },
    /** statfs(2)'s figures (FilesystemFigures in attributes.ts) into the span. */
    figures: { node: 'handle', into: 'span' },
    /** fsync and its kin; node 0 is everything. */
    synchronise: { node: 'handle' },
    /** syncfs(2): all of the tree that a node is in. */
    synchroniseTree: { node: 'handle' },
    /** fcntl's record locks (kind 0 read, 1 write, 2 unlock) and flock's (whole file, owner is the open file). Waits when `wait`. */
    lock: {
      node: 'handle',
      owner: 'number',
      kind: 'number',
      start: 'number',
      length: 'number',
      wait: 'number',
      process: 'number',
      whole: 'number',
    },
    /** F_GETLK: the first lock that stands in the way, as a LockFigures record into the span; the value is its bytes, 0 when there is none. */
    testLock: {
      node: 'handle',
      owner: 'number',
      kind: 'number',
      start: 'number',
      length: 'number',
      into: 'span',
    },
    /** Drops all record locks of an owner on a node, as close does. */
    unlockAll: { node: 'handle', owner: 'number', whole: 'number' },
    /**
     * Mounts a tree at a path: `kind` is a MountKind, `layer` the number of an outside layer, supplied tree or disk, `limit` the
     * frames that its files may take (0 for half of the machine's). The first mount is the top, whatever its path.
     */
    mount: { ...place, kind: 'number', layer: 'number', flags: 'number', limit: 'number' },
    unmount: { ...place },
    /**
     * The mounted tree number `index`, oldest first: a MountFigures record (attributes.ts) and its path from `root` into the
     * span. Value: bytes; 0 when it is out of sight from there. ENOENT behind the last one.
     */
    mounts: { root: 'handle', index: 'number', into: 'span' },
    /** Gives back up to `pages` frames that can be filled again. Value: how many. */
    reclaim: { pages: 'number' },
    /** The machine ends: everything is written to the disks, which are in order then, and nothing is taken any more. EIO. */
    shutdown: {},
  },
  [
    'lookup',
    'open',
    'hold',
    'release',
    'read',
    'seek',
    'attributes',
    'access',
    'list',
    'readLink',
    'path',
    'page',
    'word',
    'figures',
    'synchronise',
    'testLock',
    'mounts',
    'reclaim',
  ],
);

/** What the memory service of real memory asks for besides. */
export const swapFiles = serviceInterface('files', {
  /** A file without a name for what is swapped out. Value: the node, held; second value: 1 when it is on a disk. */
  createSwapFile: {},
});

/** A bit beside the mode that `open` gives. */
export const OPENED_LOSSY = 0x10_0000;

export const LookupFlag = {
  /** The last component is not followed when it is a symbolic link. */
  noFollow: 1,
  /** An empty path means the base itself (AT_EMPTY_PATH). */
  emptyPath: 2,
  /** The last component must be a directory. */
  directory: 4,
  /** Directories are searched with the caller's real ids, as access(2) asks. */
  real: 8,
} as const;

/** Bits of open(2) on riscv64 (asm-generic/fcntl.h). */
export const OpenFlag = {
  accessMask: 3,
  readOnly: 0,
  writeOnly: 1,
  readWrite: 2,
  create: 0o100,
  exclusive: 0o200,
  noTerminal: 0o400,
  truncate: 0o1000,
  append: 0o2000,
  nonBlocking: 0o4000,
  dataSync: 0o10000,
  direct: 0o40000,
  largeFile: 0o100000,
  directory: 0o200000,
  noFollow: 0o400000,
  noAccessTime: 0o1000000,
  closeOnExec: 0o2000000,
  path: 0o10000000,
  temporary: 0o20000000,
} as const;

export const ChangeFlag = {
  mode: 1,
  user: 2,
  group: 4,
  accessTime: 8,
  modifyTime: 16,
  /** Both times are now: whoever may write may ask for that. */
  now: 32,
  /** One of the times is now. */
  accessNow: 64,
  modifyNow: 128,
  /** chown(2) was called, even if it names neither user nor group: programs lose their set-user bits. */
  owner: 256,
} as const;

/** Bits of fallocate(2) (include/uapi/linux/falloc.h). */
export const AllocateFlag = { keepSize: 1, punchHole: 2 } as const;

/** Flags of renameat2(2) (include/uapi/linux/fs.h). */
export const RenameFlag = { noReplace: 1, exchange: 2 } as const;

/** What is mounted: memory only; memory over a read-only layer; a writable tree of the host; a tree supplied by a service; a disk. */
export const MountKind = { memory: 0, overlay: 1, host: 2, supplied: 3, disk: 4 } as const;
export const MountFlag = { readOnly: 1 } as const;

/**
 * What the service asks of whoever supplies a tree (procfs, devfs): nodes are numbers of the supplier's own choosing, 1 is
 * the root. Contents are produced when a file is opened for reading; a file opened for writing is asked at each read and write.
 */
export const suppliedTree = serviceInterface('linux', {
  /** Value: the number of the entry; ENOENT. */
  find: { tree: 'number', directory: 'number', name: 'span' },
  /** A SuppliedAttributes record (attributes.ts) into the span. */
  describeEntry: { tree: 'number', node: 'number', into: 'span' },
  /** Where a link leads at once: value: a node of this service, held; 0 when its target, by `content`, is to be followed. EACCES. */
  follow: { tree: 'number', node: 'number' },
  /** Names from a cursor: each {u32 node, u32 next cursor, u8 kind (DT_*), u8 length, bytes}, packed. Value: bytes; second: next cursor or 0. */
  entries: { tree: 'number', directory: 'number', cursor: 'number', into: 'span' },
  /**
   * The file's content, or a link's target, from `offset`. Value: bytes; less than the span holds is the end. A content of
   * more than a page is asked for in parts, which the supplier must keep of one moment if that matters.
   */
  content: { tree: 'number', node: 'number', offset: 'number', into: 'span' },
  /** What a program writes to a file that it has opened for writing. Value: bytes taken; EINVAL, EACCES and the like. */
  store: { tree: 'number', node: 'number', offset: 'number', from: 'span' },
});
