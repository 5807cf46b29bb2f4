// A file tree in memory: what the packages unpack to, before it is written to a directory or an archive. Paths are
// relative to the root, without leading slash; the root itself is ''. A path's parents are followed through symbolic
// links, as dpkg does, so that /bin/x lands in /usr/bin/x once base-files has made /bin a link. Two paths that hold
// the same Inode are hard links of each other.
import { posix } from 'node:path';

/** What every file has: permission bits, owner, group, and modification time in seconds since 1970. */
export interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly time: number;
}

/** One file: its kind, its attributes, and its content or its link's target. */
export type Inode = Attributes &
  (
    | { readonly kind: 'directory' }
    | { readonly kind: 'file'; readonly content: Buffer }
    | { readonly kind: 'symlink'; readonly target: string }
  );

/** Links followed before a path is called a loop; Linux's own limit (path_resolution(7)). */
const LINKS_AT_MOST = 40;

export class FileTree {
  readonly #inodes = new Map<string, Inode>([
    ['', { kind: 'directory', mode: 0o755, uid: 0, gid: 0, time: 0 }],
  ]);

  /** Every path and file, parents before children, in byte order of their components. */
  entries(): [string, Inode][] {
    const key = (path: string) => path.replaceAll('/', '\0');
    return [...this.#inodes].sort(([first], [second]) => (key(first) < key(second) ? -1 : 1));
  }

  /** The file at `path`, following links in its parents but not in its last component. */
  get(path: string): Inode | undefined {
    return this.#inodes.get(this.canonical(path));
  }

  /** The file that `path` leads to once every link is followed. */
  follow(path: string): Inode | undefined {
    return this.#inodes.get(this.#resolve(path, true));
  }

  /** Puts `inode` at `path`, making missing parents. A directory never replaces what leads to a directory (as in dpkg). */
  set(path: string, inode: Inode): void {
    const place = this.canonical(path);
    if (inode.kind === 'directory' && place !== '' && this.follow(place)?.kind === 'directory') return;
    this.#makeParents(place, inode.time);
    this.#inodes.set(place, inode);
  }

  /** Removes the file at `path`, and all below it. */
  remove(path: string): void {
    const place = this.canonical(path);
    for (const name of [...this.#inodes.keys()]) {
      if (name === place || name.startsWith(`${place}/`)) this.#inodes.delete(name);
    }
  }

  /** `path` with the links in its parents followed: the name under which the tree keeps it. */
  canonical(path: string): string {
    return this.#resolve(path, false);
  }

  #makeParents(place: string, time: number): void {
    const parent = posix.dirname(place);
    if (parent === '.' || this.#inodes.has(parent)) return;
    this.#makeParents(parent, time);
    this.#inodes.set(parent, { kind: 'directory', mode: 0o755, uid: 0, gid: 0, time });
  }

  #resolve(path: string, followLast: boolean): string {
    const rest = components(path);
    const done: string[] = [];
    let links = 0;
    while (rest.length > 0) {
      const name = rest.shift() ?? '';
      if (name === '..') {
        done.pop();
        continue;
      }
      done.push(name);
      const inode = this.#inodes.get(done.join('/'));
      if (inode?.kind !== 'symlink' || (rest.length === 0 && !followLast)) continue;
      links += 1;
      if (links > LINKS_AT_MOST) throw new Error(`too many symbolic links on the way to /${path}`);
      if (inode.target.startsWith('/')) done.length = 0;
      else done.pop();
      rest.unshift(...components(inode.target));
    }
    return done.join('/');
  }
}

function components(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}
