import { describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { files, MountKind, OpenFlag } from '../../../src/services/files/interface.ts';
import { PlantedLayer } from './layer.ts';
import { bytesOf, filesBench, Shell, textOf } from './shell.ts';

const LONG = 'abcdefgh'.repeat(2000);

function overlay(tree: ConstructorParameters<typeof PlantedLayer>[0]) {
  const layer = new PlantedLayer(tree);
  const bench = filesBench({ layers: [layer] });
  const shell = new Shell(bench);
  expect(shell.mount('/', MountKind.overlay, 0)).toBeGreaterThan(0);
  return { bench, shell, layer };
}

const TREE = {
  bin: { directory: true },
  'bin/sh': { content: LONG, attributes: { mode: 0o755 } },
  'bin/link': { link: 'sh' },
  etc: { directory: true },
  'etc/passwd': { content: 'root' },
};

describe('an overlay', () => {
  it('shows the lower layer', () => {
    const { shell } = overlay(TREE);
    expect(shell.names('/')).toEqual(['bin', 'etc']);
    expect(shell.readFile('/bin/sh')).toBe(LONG);
    expect(shell.readFile('/bin/link')).toBe(LONG);
    expect(shell.stat('/bin/sh')).toMatchObject({
      mode: 0o100755,
      size: LONG.length,
      modified: 1_600_000_000 + 5e-9,
      blocks: 32,
    });
  });

  it('keeps a read page and reads the layer once', () => {
    const { shell, layer } = overlay(TREE);
    shell.readFile('/etc/passwd');
    shell.readFile('/etc/passwd');
    expect(layer.reads).toBe(1);
  });

  it('writes without touching the layer', () => {
    const { shell, layer } = overlay(TREE);
    const node = shell.open('/bin/sh', OpenFlag.readWrite);
    expect(shell.write(node, 4094, 'XYZ!')).toBe(4);
    expect(textOf(shell.read(node, 4090, 12) as Uint8Array)).toBe('cdefXYZ!cdef');
    expect(textOf(shell.read(node, 8192, 8) as Uint8Array)).toBe('abcdefgh');
    expect(layer.read(bytesOf('bin/sh'), 4094, new Uint8Array(4))).toBe(4);
    expect(shell.fstat(node).blocks).toBe(32);
    shell.close(node);
  });

  it('cuts and grows a file without showing the layer again', () => {
    const { shell } = overlay(TREE);
    expect(shell.truncate('/bin/sh', 5)).toBe(0);
    expect(shell.truncate('/bin/sh', 20)).toBe(0);
    expect(shell.readFile('/bin/sh')).toBe(`abcde${'\0'.repeat(15)}`);
    expect(shell.stat('/bin/sh')).toMatchObject({ size: 20, blocks: 8 });
  });

  it('removes, makes again and renames', () => {
    const { shell } = overlay(TREE);
    expect(shell.unlink('/etc/passwd')).toBe(0);
    expect(shell.readFile('/etc/passwd')).toBe(-ErrorNumber.ENOENT);
    expect(shell.names('/etc')).toEqual([]);
    shell.writeFile('/etc/passwd', 'new');
    expect(shell.readFile('/etc/passwd')).toBe('new');
    expect(shell.rmdir('/bin')).toBe(-ErrorNumber.ENOTEMPTY);
    expect(shell.rename('/bin', '/usr')).toBe(0);
    expect(shell.readFile('/usr/sh')).toBe(LONG);
  });

  it('makes one node of paths with one identity', () => {
    const shared = { content: 'one', attributes: { identity: 77, links: 2 } };
    const { shell } = overlay({ a: shared, b: shared });
    shell.writeFile('/a', 'two!');
    expect(shell.readFile('/b')).toBe('two!');
    expect(shell.stat('/b')).toMatchObject({ links: 2 });
    expect((shell.stat('/a') as { number: number }).number).toBe(
      (shell.stat('/b') as { number: number }).number,
    );
    shell.unlink('/a');
    expect(shell.stat('/b')).toMatchObject({ links: 1, size: 4 });
  });

  it('gives clean pages up and reads them again', () => {
    const { bench, shell, layer } = overlay(TREE);
    shell.readFile('/bin/sh');
    const { reads } = layer;
    const before = bench.freeFrames;
    const gone = shell.program.call(files.reclaim, { pages: 100 });
    expect(gone.value).toBe(4);
    expect(bench.freeFrames).toBe(before + 4);
    expect(shell.readFile('/bin/sh')).toBe(LONG);
    expect(layer.reads).toBe(reads * 2);
  });
});
