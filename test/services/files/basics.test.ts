import { describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { MountKind, OpenFlag } from '../../../src/services/files/interface.ts';
import { filesBench, Shell, textOf } from './shell.ts';

function memoryShell() {
  const bench = filesBench();
  const shell = new Shell(bench);
  expect(shell.mount('/', MountKind.memory)).toBeGreaterThan(0);
  return { bench, shell };
}

describe('files in memory', () => {
  it('writes, reads and lists', () => {
    const { shell } = memoryShell();
    expect(shell.mkdir('/home')).toBe(0);
    expect(shell.writeFile('/home/a', 'hello')).toBe(0);
    expect(shell.readFile('/home/a')).toBe('hello');
    expect(shell.names('/home')).toEqual(['a']);
    expect(shell.stat('/home/a')).toMatchObject({ size: 5, mode: 0o100644, links: 1, blocks: 8 });
    expect(shell.stat('/home')).toMatchObject({ mode: 0o040755, links: 2 });
    expect(shell.stat('/')).toMatchObject({ links: 3 });
  });

  it('resolves symbolic links and dots', () => {
    const { shell } = memoryShell();
    shell.mkdir('/a');
    shell.mkdir('/a/b');
    shell.writeFile('/a/b/c', 'x');
    shell.symlink('../a/b', '/a/l');
    expect(shell.readFile('/a/l/c')).toBe('x');
    expect(shell.readFile('/../a/./b/../l/c')).toBe('x');
    expect(shell.readlink('/a/l')).toBe('../a/b');
    shell.symlink('loop', '/loop');
    expect(shell.open('/loop')).toBe(-ErrorNumber.ELOOP);
  });

  it('keeps a removed file until it is closed', () => {
    const { bench, shell } = memoryShell();
    shell.writeFile('/warm', 'x');
    const before = bench.freeFrames;
    const node = shell.open('/f', OpenFlag.readWrite | OpenFlag.create);
    shell.write(node, 0, 'kept');
    expect(shell.unlink('/f')).toBe(0);
    expect(shell.open('/f')).toBe(-ErrorNumber.ENOENT);
    expect(textOf(shell.read(node, 0, 10) as Uint8Array)).toBe('kept');
    shell.close(node);
    expect(bench.freeFrames).toBe(before);
  });
});
