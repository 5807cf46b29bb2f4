import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { writableDirectoryLayer } from '../../../src/host/node/writable-directory-layer.ts';
import { files, MountKind, OpenFlag } from '../../../src/services/files/interface.ts';
import { filesBench, Shell, textOf } from './shell.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'files-host-'));
afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }));
let made = 0;

/** A machine whose root is a new directory of the host. */
function hosted() {
  const directory = path.join(scratch, String(made++));
  fs.mkdirSync(directory);
  const bench = filesBench({ layers: [writableDirectoryLayer(directory)] });
  const shell = new Shell(bench);
  expect(shell.mount('/', MountKind.host)).toBeGreaterThan(0);
  const host = (name: string) => path.join(directory, name);
  return { bench, shell, host };
}

describe('a host mount', () => {
  it('writes through', () => {
    const { shell, host } = hosted();
    expect(shell.mkdir('/d')).toBe(0);
    expect(shell.writeFile('/d/a', 'hello')).toBe(0);
    expect(fs.readFileSync(host('d/a'), 'utf8')).toBe('hello');
    expect(shell.symlink('a', '/d/l')).toBe(0);
    expect(fs.readlinkSync(host('d/l'))).toBe('a');
    expect(shell.truncate('/d/a', 2)).toBe(0);
    expect(fs.readFileSync(host('d/a'), 'utf8')).toBe('he');
    expect(shell.chmod('/d/a', 0o600)).toBe(0);
    expect(fs.statSync(host('d/a')).mode & 0o7777).toBe(0o600);
    expect(shell.rename('/d/a', '/b')).toBe(0);
    expect(fs.readdirSync(host('')).sort()).toEqual(['b', 'd']);
    expect(shell.link('/b', '/c')).toBe(0);
    expect(fs.statSync(host('c')).nlink).toBe(2);
    expect(shell.unlink('/b')).toBe(0);
    expect(fs.existsSync(host('b'))).toBe(false);
    expect(shell.rmdir('/d')).toBe(-ErrorNumber.ENOTEMPTY);
  });

  it('sees what the host does', () => {
    const { shell, host } = hosted();
    fs.writeFileSync(host('a'), 'one');
    expect(shell.readFile('/a')).toBe('one');
    fs.writeFileSync(host('a'), 'three');
    expect(shell.readFile('/a')).toBe('three');
    fs.writeFileSync(host('b'), 'x');
    expect(shell.names('/')).toEqual(['a', 'b']);
    fs.rmSync(host('a'));
    expect(shell.names('/')).toEqual(['b']);
    expect(shell.readFile('/a')).toBe(-ErrorNumber.ENOENT);
    fs.mkdirSync(host('a'));
    expect(shell.rmdir('/a')).toBe(0);
    expect(fs.existsSync(host('a'))).toBe(false);
  });

  it('keeps an open file that is removed', () => {
    const { shell, host } = hosted();
    shell.writeFile('/a', 'x'.repeat(100_000));
    const node = shell.open('/a', OpenFlag.readWrite);
    shell.unlink('/a');
    expect(fs.existsSync(host('a'))).toBe(false);
    expect(shell.write(node, 99_999, 'yz')).toBe(2);
    expect(textOf(shell.read(node, 99_998, 10) as Uint8Array)).toBe('xyz');
    expect(shell.close(node)).toBe(0);
  });

  it('brings what a mapping wrote to the host when the file is released', () => {
    const { bench, shell, host } = hosted();
    shell.writeFile('/a', 'abcdef');
    const node = shell.open('/a', OpenFlag.readWrite);
    const { value: frame } = shell.program.call(files.page, { node, index: 0, write: 1 });
    bench.memory.u8[frame * 4096 + 1] = 0x58;
    bench.kernel.frames.release(frame);
    expect(fs.readFileSync(host('a'), 'utf8')).toBe('abcdef');
    expect(shell.close(node)).toBe(0);
    expect(fs.readFileSync(host('a'), 'utf8')).toBe('aXcdef');
  });

  it('gives a refusal of the host to the caller', () => {
    const { shell } = hosted();
    expect(shell.mknod('/fifo', 0o010644)).toBe(-ErrorNumber.EPERM);
    expect(shell.names('/')).toEqual([]);
  });
});
