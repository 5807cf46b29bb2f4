/**
 * Finding files below a directory of the host without ever leaving it.
 *
 * On Linux every directory on the way is opened by its name in the one before (through /proc/self/fd, for want of openat in
 * Node) and never as a symbolic link, so that nobody can lead the way outside by swapping one in. Elsewhere each directory
 * on the way is looked at first, which a race can defeat. Descriptors are kept for a moment: what others change on the host
 * may be seen with that delay.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
} from 'node:fs';
import { ErrorNumber } from '../../contracts/errors.ts';
import { OutsideError } from '../../contracts/outside.ts';
import { bytesOf, keyOf, textOf } from '../shared/names.ts';

/** `open` for names only: Linux's O_PATH (asm-generic/fcntl.h), which Node does not name. */
const PATH_ONLY = 0o10000000;
const DIRECTORIES_KEPT = 32;
const FILES_KEPT = 16;
/** Milliseconds for which a descriptor may be used again. */
const KEPT_FOR = 200;

const DESCRIPTORS = '/proc/self/fd';

/** Can this host find a name in an open directory? */
function hasDescriptorPaths(): boolean {
  return process.platform === 'linux' && existsSync(DESCRIPTORS);
}

interface Kept {
  readonly descriptor: number;
  readonly until: number;
}

/** Open descriptors by path; the longest unused goes first. */
class Descriptors {
  readonly #limit: number;
  readonly #kept = new Map<string, Kept>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(path: string, open: () => number): number {
    const kept = this.#kept.get(path);
    const now = performance.now();
    if (kept !== undefined && kept.until > now) {
      this.#kept.delete(path);
      this.#kept.set(path, kept);
      return kept.descriptor;
    }
    if (kept !== undefined) this.#drop(path, kept);
    const descriptor = open();
    this.#kept.set(path, { descriptor, until: now + KEPT_FOR });
    for (const [oldest, entry] of this.#kept) {
      if (this.#kept.size <= this.#limit) break;
      this.#drop(oldest, entry);
    }
    return descriptor;
  }

  clear(): void {
    for (const [path, entry] of this.#kept) this.#drop(path, entry);
  }

  #drop(path: string, entry: Kept): void {
    this.#kept.delete(path);
    closeSync(entry.descriptor);
  }
}

function checkedNames(path: Uint8Array): string[] {
  const names = keyOf(path)
    .split('/')
    .filter((name) => name !== '');
  for (const name of names)
    if (name === '.' || name === '..' || name.includes('\0'))
      throw new OutsideError(ErrorNumber.EINVAL, `'${textOf(keyOf(path))}' is no path within a tree`);
  return names;
}

function join(directory: string | Uint8Array, name: string): Buffer {
  return Buffer.concat([Buffer.from(directory as string), Buffer.from('/'), bytesOf(name)]);
}

export class HostTree {
  /** The root's real path. */
  readonly root: string;
  readonly #safe: boolean;
  readonly #rootDescriptor: number;
  readonly #directories = new Descriptors(DIRECTORIES_KEPT);
  readonly #files = new Descriptors(FILES_KEPT);

  /** @param trustful use the way of other hosts than Linux. */
  constructor(root: string, trustful = !hasDescriptorPaths()) {
    this.root = realpathSync(root);
    this.#safe = !trustful;
    this.#rootDescriptor = openSync(this.root, constants.O_RDONLY | constants.O_DIRECTORY);
  }

  /** A path for one call of Node's that does not follow a link at its end. */
  at(path: Uint8Array): Buffer {
    const names = checkedNames(path);
    const last = names.pop();
    if (last === undefined) return join(this.#directory([]), '.');
    return join(this.#directory(names), last);
  }

  /** A path of a directory itself, for reading its names. */
  directoryAt(path: Uint8Array): Buffer {
    return join(this.#directory(checkedNames(path)), '.');
  }

  /** A path that means this very file, whatever is renamed; for calls that would follow a link. Refuses links. */
  withFile<T>(path: Uint8Array, body: (place: string | Buffer) => T): T {
    const place = this.at(path);
    if (!this.#safe) {
      if (lstatSync(place).isSymbolicLink()) throw new OutsideError(ErrorNumber.ELOOP, 'it is a link');
      return body(place);
    }
    const descriptor = openSync(place, PATH_ONLY | constants.O_NOFOLLOW);
    try {
      if (fstatSync(descriptor).isSymbolicLink()) throw new OutsideError(ErrorNumber.ELOOP, 'it is a link');
      return body(`${DESCRIPTORS}/${descriptor}`);
    } finally {
      closeSync(descriptor);
    }
  }

  /** A descriptor of a plain file, kept by the tree: do not close it. */
  file(path: Uint8Array, flags: number): number {
    return this.#files.get(`${flags} ${keyOf(path)}`, () => {
      // Without O_NONBLOCK, opening a FIFO would wait for its other end.
      const descriptor = openSync(this.at(path), flags | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      if (fstatSync(descriptor).isFile()) return descriptor;
      closeSync(descriptor);
      throw new OutsideError(ErrorNumber.EINVAL, `'${textOf(keyOf(path))}' is no plain file`);
    });
  }

  target(path: Uint8Array): Uint8Array {
    return readlinkSync(this.at(path), { encoding: 'buffer' });
  }

  /** Forgets what it keeps: to be called after every change of names. */
  forget(): void {
    this.#directories.clear();
    this.#files.clear();
  }

  close(): void {
    this.forget();
    closeSync(this.#rootDescriptor);
  }

  /** Where a directory's names are found. */
  #directory(names: readonly string[]): string | Buffer {
    return this.#safe ? `${DESCRIPTORS}/${this.#descriptor(names)}` : this.#looked(names);
  }

  #descriptor(names: readonly string[]): number {
    const last = names.at(-1);
    if (last === undefined) return this.#rootDescriptor;
    return this.#directories.get(names.join('/'), () => {
      const parent = this.#descriptor(names.slice(0, -1));
      const flags = PATH_ONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
      return openSync(join(`${DESCRIPTORS}/${parent}`, last), flags);
    });
  }

  #looked(names: readonly string[]): Buffer {
    let at: Buffer = Buffer.from(this.root);
    for (const name of names) {
      at = join(at, name);
      if (!lstatSync(at).isDirectory())
        throw new OutsideError(ErrorNumber.ENOTDIR, `'${at.toString()}' is no directory`);
    }
    return at;
  }
}
