import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { writeArchive, writeDirectory } from '../../../../src/host/node/debian/output.ts';
import { settle } from '../../../../src/host/node/debian/settle.ts';
import { FileTree, type Inode } from '../../../../src/host/node/debian/tree.ts';

const attributes = { mode: 0o644, uid: 0, gid: 0, time: 1_000_000 };
const file = (text: string): Inode => ({ kind: 'file', content: Buffer.from(text), ...attributes });
const link = (target: string): Inode => ({ kind: 'symlink', target, ...attributes });
const directory: Inode = { kind: 'directory', ...attributes, mode: 0o755 };

function mergedTree(): FileTree {
  const tree = new FileTree();
  tree.set('usr/bin', directory);
  tree.set('bin', link('usr/bin'));
  return tree;
}

async function inScratch<Result>(use: (path: string) => Promise<Result>): Promise<Result> {
  const scratch = mkdtempSync(join(tmpdir(), 'polykernel-test-'));
  try {
    return await use(scratch);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

describe('file tree', () => {
  it('follows links in the parents of a path, and keeps them', () => {
    const tree = mergedTree();
    tree.set('./bin/', directory);
    tree.set('bin/tool', file('tool'));
    tree.set('lib', link('/usr/lib'));
    tree.set('lib/x/y', file('y'));
    expect(tree.entries().map(([path]) => path)).toEqual([
      ...['', 'bin', 'lib', 'usr', 'usr/bin', 'usr/bin/tool', 'usr/lib', 'usr/lib/x', 'usr/lib/x/y'],
    ]);
    expect(tree.get('bin')?.kind).toBe('symlink');
    expect(tree.follow('bin')?.kind).toBe('directory');
    expect(tree.get('bin/../bin/./tool')).toEqual(file('tool'));
  });

  it('never climbs above the root, and finds loops', () => {
    const tree = new FileTree();
    tree.set('../../etc/passwd', file('x'));
    expect(tree.get('etc/passwd')).toEqual(file('x'));
    tree.set('a', link('b'));
    tree.set('b', link('a'));
    expect(() => tree.follow('a/c')).toThrow('too many symbolic links');
  });

  it('removes a directory with what is in it, and nothing beside it', () => {
    const tree = new FileTree();
    tree.set('a/b', file('1'));
    tree.set('ab', file('2'));
    tree.remove('a');
    expect(tree.entries().map(([path]) => path)).toEqual(['', 'ab']);
  });
});

describe('settling a root', () => {
  it("takes users from the package's master, and gives the superuser a shell that is there", () => {
    const tree = mergedTree();
    tree.set('usr/share/base-passwd/passwd.master', file('root:*:0:0:root:/root:/bin/bash\n'));
    tree.set('var/run/x', file('stale'));
    settle(tree, 5);
    expect(tree.get('etc/passwd')).toMatchObject({
      content: Buffer.from('root:*:0:0:root:/root:/bin/sh\n'),
      time: 5,
    });
    expect(tree.get('var/run')).toMatchObject({ kind: 'symlink', target: '/run' });
    expect(tree.get('tmp')).toMatchObject({ kind: 'directory', mode: 0o1777 });
    expect(tree.get('etc/localtime')).toBeUndefined();
  });
});

describe('writing a root', () => {
  function sample(): FileTree {
    const tree = mergedTree();
    const shared = file('shared');
    tree.set('usr/bin/one', shared);
    tree.set('usr/bin/two', shared);
    tree.set(`usr/${'long-name-'.repeat(20)}`, file('far'));
    tree.set('usr/locked', { ...directory, mode: 0o500 });
    tree.set('usr/locked/in', file('in'));
    return tree;
  }

  it('writes the same archive each time, hard links as links', () =>
    inScratch(async (scratch) => {
      await writeArchive(sample(), join(scratch, 'a.tar'));
      await writeArchive(sample(), join(scratch, 'b.tar'));
      const bytes = readFileSync(join(scratch, 'a.tar'));
      expect(bytes.equals(readFileSync(join(scratch, 'b.tar')))).toBe(true);
      const archive = extract();
      archive.end(bytes);
      const headers = new Map<string, { type: string; linkname: string; mtime: Date }>();
      for await (const entry of archive) {
        headers.set(entry.header.name, entry.header);
        entry.resume();
      }
      expect(headers.get('./usr/bin/two')).toMatchObject({ type: 'link', linkname: './usr/bin/one' });
      expect(headers.get('./bin')).toMatchObject({ type: 'symlink', linkname: 'usr/bin' });
      expect(headers.get('./usr/bin/one')?.mtime.getTime()).toBe(1_000_000_000);
      expect(headers.has(`./usr/${'long-name-'.repeat(20)}`)).toBe(true);
    }));

  it('writes a directory, and refuses one that is not empty', () =>
    inScratch(async (scratch) => {
      const place = join(scratch, 'root');
      await writeDirectory(sample(), place);
      expect(readFileSync(join(place, 'bin/two'), 'utf8')).toBe('shared');
      await expect(writeDirectory(sample(), place)).rejects.toThrow('not empty');
    }));
});
