/**
 * The same calls as shell.ts on the host's own file system, in a directory of the test, which becomes the
 * process's own: a result, or a negative error number.
 */
import fs from 'node:fs';

function attempt<T>(action: () => T): T | number {
  try {
    return action();
  } catch (error) {
    const { errno } = error as NodeJS.ErrnoException;
    if (errno === undefined) throw error;
    return errno;
  }
}

/** What both sides tell of a file. A directory's size and blocks are each filesystem's own affair. */
export interface Told {
  readonly mode: number;
  readonly links: number;
  readonly user: number;
  readonly group: number;
  readonly size: number;
}

function told(stat: fs.Stats): Told {
  return {
    mode: stat.mode,
    links: stat.nlink,
    user: stat.uid,
    group: stat.gid,
    size: stat.isDirectory() ? 0 : stat.size,
  };
}

export class HostShell {
  /** Enters the directory: one such shell works at a time. */
  constructor(base: string) {
    process.chdir(base);
  }

  open(path: string, flags: number, mode: number): number {
    return attempt(() => fs.openSync(path, flags, mode));
  }

  close(file: number): number {
    fs.closeSync(file);
    return 0;
  }

  read(file: number, offset: number, length: number): Uint8Array | number {
    // Node answers a read of nothing without asking Linux, which refuses it as it would refuse a byte.
    const into = new Uint8Array(Math.max(1, length));
    const read = attempt(() => fs.readSync(file, into, 0, into.length, offset));
    return read < 0 ? read : into.subarray(0, Math.min(read, length));
  }

  write(file: number, offset: number, data: Uint8Array): number {
    const at = offset === -1 ? fs.fstatSync(file).size : offset;
    return attempt(() => fs.writeSync(file, data, 0, data.length, at));
  }

  resize(file: number, size: number): number {
    return attempt(() => fs.ftruncateSync(file, size)) ?? 0;
  }

  fstat(file: number): Told {
    return told(fs.fstatSync(file));
  }

  stat(path: string, follow: boolean): Told | number {
    const stat = attempt(() => (follow ? fs.statSync : fs.lstatSync)(path));
    return typeof stat === 'number' ? stat : told(stat);
  }

  names(path: string): readonly string[] | number {
    const names = attempt(() => fs.readdirSync(path));
    return typeof names === 'number' ? names : names.sort();
  }

  mkdir(path: string, mode: number): number {
    return attempt(() => fs.mkdirSync(path, mode) ?? 0) as number;
  }

  rmdir(path: string): number {
    return attempt(() => fs.rmdirSync(path)) ?? 0;
  }

  unlink(path: string): number {
    return attempt(() => fs.unlinkSync(path)) ?? 0;
  }

  rename(from: string, to: string): number {
    return attempt(() => fs.renameSync(from, to)) ?? 0;
  }

  link(from: string, to: string): number {
    return attempt(() => fs.linkSync(from, to)) ?? 0;
  }

  symlink(target: string, path: string): number {
    return attempt(() => fs.symlinkSync(target, path)) ?? 0;
  }

  readlink(path: string): string | number {
    return attempt(() => fs.readlinkSync(path));
  }

  truncate(path: string, size: number): number {
    return attempt(() => fs.truncateSync(path, size)) ?? 0;
  }

  chmod(path: string, mode: number): number {
    return attempt(() => fs.chmodSync(path, mode)) ?? 0;
  }

  chown(path: string, user: number, group: number): number {
    return attempt(() => fs.chownSync(path, user, group)) ?? 0;
  }
}
