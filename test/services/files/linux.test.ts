/**
 * Special cases and what Linux 6.18 answers to them on tmpfs, in the order in which they were asked there.
 *
 * A line is a call and what came of it: an error's name, a number, or `ok` for any success.
 */
import { describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { NEVER } from '../../../src/contracts/units.ts';
import { files, LookupFlag, MountKind, OpenFlag } from '../../../src/services/files/interface.ts';
import { filesBench, Shell } from './shell.ts';

const NAMES: { readonly [name: string]: number } = {
  RDONLY: 0,
  WRONLY: OpenFlag.writeOnly,
  RDWR: OpenFlag.readWrite,
  BOTH: 3,
  CREAT: OpenFlag.create,
  EXCL: OpenFlag.exclusive,
  TRUNC: OpenFlag.truncate,
  DIRECTORY: OpenFlag.directory,
  NOFOLLOW: OpenFlag.noFollow,
  PATH: OpenFlag.path,
  TMPFILE: OpenFlag.temporary | OpenFlag.directory,
  REG: 0o100644,
  DIR: 0o040755,
  LNK: 0o120755,
  SOCK: 0o140755,
  NONE: 0o644,
};

/** 'A|B' as bits; `''` stands for an empty path. */
function bits(names: string): number {
  return names.split('|').reduce((all, name) => all | (NAMES[name] ?? Number(name)), 0);
}

const path = (text: string): string => (text === "''" ? '' : text);

type Action = (shell: Shell, ...words: string[]) => number;

/** The file that `file` and the calls on descriptors use. */
const FILE = 'f';

function onFile(shell: Shell, action: (node: number) => number): number {
  const node = shell.open(FILE, OpenFlag.readWrite);
  if (node < 0) return node;
  const result = action(node);
  shell.close(node);
  return result;
}

const ACTIONS: { readonly [name: string]: Action } = {
  open(shell, at, flags) {
    const node = shell.open(path(at as string), bits(flags as string), 0o644);
    return node < 0 ? node : shell.close(node);
  },
  mkdir: (shell, at) => shell.mkdir(path(at as string)),
  mknod: (shell, at, mode) => shell.mknod(at as string, bits(mode as string)),
  symlink: (shell, to, at) => shell.symlink(path(to as string), at as string),
  link: (shell, from, to) => shell.link(from as string, to as string),
  unlink: (shell, at) => shell.unlink(path(at as string)),
  rmdir: (shell, at) => shell.rmdir(at as string),
  rename: (shell, from, to, flags) =>
    shell.rename(path(from as string), path(to as string), Number(flags ?? 0)),
  access(shell, at) {
    const node = shell.lookup(at as string);
    return node < 0 ? node : shell.close(node);
  },
  readlink(shell, at) {
    const target = shell.readlink(at as string);
    return typeof target === 'string' ? target.length : target;
  },
  truncate: (shell, at, size) => shell.truncate(at as string, Number(size)),
  write: (shell, at, text) => onFile(shell, (node) => shell.write(node, Number(at), text as string)),
  data: (shell, at) => onFile(shell, (node) => seek(shell, node, Number(at), 0)),
  hole: (shell, at) => onFile(shell, (node) => seek(shell, node, Number(at), 1)),
  fallocate: (shell, mode, offset, length) =>
    onFile(shell, (node) => {
      const request = {
        node,
        mode: Number(mode),
        offset: Number(offset),
        length: Number(length),
        limit: NEVER,
      };
      const { error } = shell.program.call(files.allocate, request);
      return -error;
    }),
  size: (shell) => onFile(shell, (node) => shell.fstat(node).size),
  blocks: (shell) => onFile(shell, (node) => shell.fstat(node).blocks),
  chdir: (shell, at) => shell.chdir(at as string),
  getcwd(shell) {
    const here = shell.getcwd();
    return typeof here === 'string' ? here.length : here;
  },
  list(shell) {
    const names = shell.names('.');
    return typeof names === 'number' ? names : names.length;
  },
};

function seek(shell: Shell, node: number, offset: number, hole: number): number {
  const { value, error } = shell.program.call(files.seek, { node, offset, hole });
  return error === 0 ? value : -error;
}

/** Carries out the lines of a table one after another. */
function follow(shell: Shell, table: string): void {
  const lines = table.split('\n').map((line) => line.trim());
  for (const line of lines.filter((text) => text !== '')) {
    const [call, answer] = line.split(' = ') as [string, string];
    const [name, ...words] = call.split(' ') as [string, ...string[]];
    const action = ACTIONS[name];
    if (action === undefined) throw new Error(`no call '${name}'`);
    const result = action(shell, ...words);
    if (answer === 'ok') expect(result, line).toBeGreaterThanOrEqual(0);
    else expect(result, line).toBe(expected(answer));
  }
}

function expected(answer: string): number {
  const errors: { readonly [name: string]: number } = ErrorNumber;
  const error = errors[answer];
  return error === undefined ? Number(answer) : -error;
}

function start(): Shell {
  const shell = new Shell(filesBench());
  shell.mount('/', MountKind.memory);
  shell.mkdir('/work');
  shell.chdir('/work');
  follow(
    shell,
    `mkdir d = ok
     mknod f REG = ok
     symlink f l = ok
     symlink d ld = ok
     symlink nowhere dang = ok
     symlink newfile tonew = ok`,
  );
  return shell;
}

describe('as on Linux', () => {
  it('opens', () => {
    follow(
      start(),
      `open l NOFOLLOW = ELOOP
       open l NOFOLLOW|DIRECTORY = ENOTDIR
       open l NOFOLLOW|PATH = ok
       open ld/ NOFOLLOW|DIRECTORY = ok
       open ld NOFOLLOW|DIRECTORY = ENOTDIR
       open f/ RDONLY = ENOTDIR
       open f/ CREAT|RDWR = EISDIR
       open d/ CREAT|RDWR = EISDIR
       open nx/ CREAT|RDWR = EISDIR
       open d CREAT = EISDIR
       open d WRONLY = EISDIR
       open d TRUNC = EISDIR
       open d CREAT|DIRECTORY = EINVAL
       open nx CREAT|DIRECTORY = EINVAL
       open f CREAT|EXCL = EEXIST
       open dang CREAT|EXCL = EEXIST
       open dang/ CREAT = EISDIR
       open tonew CREAT|RDWR = ok
       access newfile = ok
       open dang RDONLY = ENOENT
       open . CREAT|RDWR = EISDIR
       open . CREAT|EXCL = EEXIST
       open / CREAT|EXCL = EEXIST
       open '' RDONLY = ENOENT
       open f/. RDONLY = ENOTDIR
       open f/.. RDONLY = ENOTDIR
       open nx/.. RDONLY = ENOENT
       open d TMPFILE|RDWR = ok
       open d TMPFILE|RDONLY = EINVAL
       open f TMPFILE|RDWR = ENOTDIR
       open f PATH|CREAT|EXCL|TRUNC|WRONLY = ok
       open f PATH|DIRECTORY = ENOTDIR
       open f BOTH = ok
       open d BOTH = EISDIR
       mknod s SOCK = ok
       open s RDWR = ENXIO`,
    );
  });

  it('makes', () => {
    follow(
      start(),
      `mkdir d/ = EEXIST
       mkdir d/. = EEXIST
       mkdir d/.. = EEXIST
       mkdir e/ = ok
       mkdir / = EEXIST
       mkdir f/x = ENOTDIR
       mkdir l = EEXIST
       mkdir dang = EEXIST
       mkdir dang/ = EEXIST
       mkdir '' = ENOENT
       mknod n/ REG = ENOENT
       mknod f/ REG = EEXIST
       mknod e/ REG = EEXIST
       mknod ll LNK = EINVAL
       mknod zz NONE = ok
       symlink '' q = ENOENT
       symlink f q/ = ENOENT
       symlink f f = EEXIST
       symlink f f/ = EEXIST
       symlink f d/ = EEXIST
       link f d = EEXIST
       link d d2 = EPERM
       link f x/ = ENOENT
       link f d/ = EEXIST
       link nx y = ENOENT
       link f/ y = ENOTDIR
       link dang y = ok
       unlink y = ok
       link f f = EEXIST
       link f . = EEXIST
       readlink f = EINVAL
       readlink l = 1
       readlink ld/ = EINVAL
       readlink nx = ENOENT`,
    );
  });

  it('removes', () => {
    follow(
      start(),
      `mkdir e = ok
       unlink d = EISDIR
       unlink d/ = EISDIR
       unlink f/ = ENOTDIR
       unlink nx/ = ENOENT
       unlink l/ = ENOTDIR
       unlink ld/ = ENOTDIR
       unlink . = EISDIR
       unlink .. = EISDIR
       unlink / = EISDIR
       unlink '' = ENOENT
       unlink dang/ = ENOTDIR
       rmdir f = ENOTDIR
       rmdir f/ = ENOTDIR
       rmdir ld = ENOTDIR
       rmdir ld/ = ENOTDIR
       rmdir . = EINVAL
       rmdir .. = ENOTEMPTY
       rmdir / = EBUSY
       rmdir d/. = EINVAL
       rmdir d/.. = ENOTEMPTY
       rmdir nx = ENOENT
       rmdir e/ = ok`,
    );
  });

  it('renames', () => {
    follow(
      start(),
      `mkdir e = ok
       mkdir d/s = ok
       mknod g REG = ok
       rename d d/s/t = EINVAL
       rename d/s d = ENOTEMPTY
       rename d d = ok
       rename d d/ = ok
       rename f d = EISDIR
       rename e f = ENOTDIR
       rename e d = ENOTEMPTY
       rename d e/ = ok
       rename e d/ = ok
       rename f h/ = ENOTDIR
       rename f/ h = ENOTDIR
       rename f g/ = ENOTDIR
       rename e nd/ = ENOENT
       rename nd e = ENOENT
       rename . x = EBUSY
       rename d .. = EBUSY
       rename d/.. x = EBUSY
       rename nx .. = EBUSY
       rename nx d = ENOENT
       rename l dang = ok
       rename ld/ z = ENOTDIR
       rename d ld/ = ENOTDIR
       rename f '' = ENOENT
       rename '' f = ENOENT
       link g g2 = ok
       rename g g2 = ok
       access g = ok
       mkdir e = ok
       mknod e/k REG = ok
       rename f g 1 = EEXIST
       rename f nn 1 = ok
       rename nn f 0 = ok
       rename f . 1 = EEXIST
       rename f . 0 = EBUSY
       rename f nx 2 = ENOENT
       rename nx f 2 = ENOENT
       rename f e 2 = ok
       rename e f 2 = ok
       access e/k = ok
       rename e e/k 2 = EINVAL
       rename e/k e 2 = EINVAL
       rename f g 3 = EINVAL
       rename f g 8 = EINVAL
       rename f e/ 2 = ok
       rename f/ e 2 = ok
       rename e f/ 2 = ENOTDIR
       rename f f 1 = EEXIST
       rename nx nx 1 = ENOENT
       rename nx f 1 = ENOENT`,
    );
  });

  it('changes sizes and finds holes', () => {
    follow(
      start(),
      `truncate d 0 = EISDIR
       mknod p 4516 = ok
       truncate p 0 = EINVAL
       truncate nx 0 = ENOENT
       truncate f -1 = EINVAL
       truncate f 10 = ok
       data 0 = ENXIO
       truncate f 0 = ok
       data 0 = ENXIO
       hole 0 = ENXIO
       truncate f 100000 = ok
       data 0 = ENXIO
       hole 5 = 5
       write 50000 x = 1
       data 0 = 49152
       data 49500 = 49500
       hole 49500 = 53248
       data 60000 = ENXIO
       hole 99999 = 99999
       hole 100000 = ENXIO
       fallocate 0 0 0 = EINVAL
       fallocate 0 -1 10 = EINVAL
       fallocate 2 0 10 = EOPNOTSUPP
       fallocate 3 40000 20000 = ok
       data 0 = ENXIO
       fallocate 1 200000 10000 = ok
       size = 100000
       blocks = 32
       fallocate 0 200000 10000 = ok
       size = 210000
       blocks = 32
       fallocate 64 0 10 = EOPNOTSUPP
       fallocate 16 0 4096 = EOPNOTSUPP`,
    );
  });

  it('works in a directory that is gone', () => {
    follow(
      start(),
      `mkdir gone = ok
       chdir gone = ok
       rmdir ../gone = ok
       open x CREAT|RDWR = ENOENT
       open . RDONLY = ok
       open .. RDONLY = ok
       mkdir x = ENOENT
       getcwd = ENOENT
       access ../f = ok
       rename ../f x = ENOENT
       open x RDONLY = ENOENT
       list = ENOENT
       rmdir ../gone = ENOENT
       symlink a x = ENOENT
       link ../f x = ENOENT`,
    );
  });

  it('limits names and paths', () => {
    const shell = start();
    expect(shell.mkdir('a'.repeat(255))).toBe(0);
    expect(shell.mkdir('a'.repeat(256))).toBe(-ErrorNumber.ENAMETOOLONG);
    expect(shell.open('a'.repeat(256))).toBe(-ErrorNumber.ENAMETOOLONG);
    expect(shell.open(`f/${'a'.repeat(256)}`)).toBe(-ErrorNumber.ENOTDIR);
    expect(shell.open(`${'./'.repeat(2047)}.`)).toBeGreaterThan(0);
    expect(shell.open('./'.repeat(2048))).toBe(-ErrorNumber.ENAMETOOLONG);
  });

  it('follows forty symbolic links and no more', () => {
    const shell = start();
    shell.symlink('f', 'link0');
    for (let link = 1; link <= 40; link++) shell.symlink(`link${link - 1}`, `link${link}`);
    expect(shell.open('link39')).toBeGreaterThan(0);
    expect(shell.open('link40')).toBe(-ErrorNumber.ELOOP);
  });

  it('keeps to its root', () => {
    const shell = start();
    shell.mkdir('/work/d/inner');
    shell.symlink('/inner', '/work/d/to');
    shell.root = shell.lookup('/work/d');
    shell.directory = shell.root;
    expect(shell.open('../../../inner')).toBeGreaterThan(0);
    expect(shell.open('/to')).toBeGreaterThan(0);
    expect(shell.open('/f')).toBe(-ErrorNumber.ENOENT);
    expect(shell.pathOf(shell.lookup('/inner'))).toBe('/inner');
  });

  it('tells the path of an open file, removed or not', () => {
    const shell = start();
    const node = shell.open('f');
    expect(shell.pathOf(node)).toBe('/work/f');
    shell.rename('f', 'd/g');
    expect(shell.pathOf(node)).toBe('/work/d/g');
    shell.unlink('d/g');
    const into = shell.program.span(0x10_0000, 100);
    expect(shell.program.call(files.path, { root: 0, node, into })).toMatchObject({ value: 9, second: 1 });
    expect(shell.lookup('', LookupFlag.emptyPath)).toBeGreaterThan(0);
  });
});
