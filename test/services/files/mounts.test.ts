import { describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { FilesystemFigures, MountFigures } from '../../../src/services/files/attributes.ts';
import { files, MountFlag, MountKind, OpenFlag } from '../../../src/services/files/interface.ts';
import { PlantedLayer } from './layer.ts';
import { filesBench, Shell, type Stat, textOf } from './shell.ts';

const DATA = 0x10_0000;

function start() {
  const layer = new PlantedLayer({ 'read-me': { content: 'text' }, d: { directory: true } });
  const bench = filesBench({ layers: [layer] });
  const shell = new Shell(bench);
  shell.mount('/', MountKind.memory);
  shell.mkdir('/m');
  shell.mkdir('/m/hidden');
  return { bench, shell };
}

describe('mounted trees', () => {
  it('hide what is below them and are crossed both ways', () => {
    const { shell } = start();
    shell.mount('/m', MountKind.overlay);
    expect(shell.names('/m')).toEqual(['d', 'read-me']);
    expect(shell.stat('/m/../m/d/../read-me')).toMatchObject({ size: 4 });
    expect(shell.chdir('/m/d')).toBe(0);
    expect(shell.getcwd()).toBe('/m/d');
    expect(shell.names('../..')).toEqual(['m']);
    const outer = shell.stat('/') as Stat;
    const inner = shell.stat('/m') as Stat;
    expect(inner.filesystem).not.toBe(outer.filesystem);
    expect(shell.chdir('/')).toBe(0);
    expect(shell.unmount('/m/d')).toBe(-ErrorNumber.EINVAL);
    expect(shell.unmount('/')).toBe(-ErrorNumber.EBUSY);
    expect(shell.unmount('/m')).toBe(0);
    expect(shell.names('/m')).toEqual(['hidden']);
  });

  it('lie over each other', () => {
    const { shell } = start();
    shell.mount('/m', MountKind.overlay);
    shell.mount('/m', MountKind.memory);
    expect(shell.names('/m')).toEqual([]);
    shell.mkdir('/m/x');
    expect(shell.names('/m/x/../..')).toEqual(['m']);
    expect(shell.unmount('/m')).toBe(0);
    expect(shell.names('/m')).toEqual(['d', 'read-me']);
  });

  it('are borders for names', () => {
    const { shell } = start();
    shell.mount('/m', MountKind.memory);
    shell.writeFile('/f', 'x');
    expect(shell.link('/f', '/m/f')).toBe(-ErrorNumber.EXDEV);
    expect(shell.rename('/f', '/m/f')).toBe(-ErrorNumber.EXDEV);
    expect(shell.rename('/m', '/n')).toBe(-ErrorNumber.EBUSY);
    expect(shell.rmdir('/m')).toBe(-ErrorNumber.EBUSY);
    expect(shell.rename('/f', '/m')).toBe(-ErrorNumber.EISDIR);
  });

  it('can be read only', () => {
    const { shell } = start();
    shell.mount('/m', MountKind.overlay, 0, MountFlag.readOnly);
    const rofs = -ErrorNumber.EROFS;
    expect(shell.readFile('/m/read-me')).toBe('text');
    expect(shell.open('/m/read-me', OpenFlag.readWrite)).toBe(rofs);
    expect(shell.open('/m/new', OpenFlag.readWrite | OpenFlag.create)).toBe(rofs);
    expect(shell.open('/m/read-me', OpenFlag.create)).toBeGreaterThan(0);
    expect(shell.mkdir('/m/x')).toBe(rofs);
    expect(shell.mkdir('/m/d')).toBe(-ErrorNumber.EEXIST);
    expect(shell.unlink('/m/read-me')).toBe(rofs);
    expect(shell.rename('/m/read-me', '/m/x')).toBe(rofs);
    expect(shell.chmod('/m/read-me', 0)).toBe(rofs);
    expect(shell.truncate('/m/read-me', 0)).toBe(rofs);
  });

  it('are told', () => {
    const { shell } = start();
    shell.mount('/m', MountKind.overlay, 0, MountFlag.readOnly);
    const told: unknown[] = [];
    for (let index = 0; ; index++) {
      const into = shell.program.span(DATA, 4096);
      const { value, error } = shell.program.call(files.mounts, { root: 0, index, into });
      if (error === ErrorNumber.ENOENT) break;
      const bytes = shell.program.peek(DATA, value);
      const view = new DataView(bytes.buffer);
      const kind = view.getUint32(MountFigures.offsets.kind, true);
      const flags = view.getUint32(MountFigures.offsets.flags, true);
      told.push([textOf(bytes.subarray(MountFigures.size)), kind, flags]);
    }
    expect(told).toEqual([
      ['/', MountKind.memory, 0],
      ['/m', MountKind.overlay, MountFlag.readOnly],
    ]);
  });

  it('tell what room there is', () => {
    const { shell } = start();
    shell.mount('/m', MountKind.memory, 0, 0, 100);
    shell.writeFile('/m/f', 'x'.repeat(4097));
    const node = shell.lookup('/m');
    const into = shell.program.span(DATA, FilesystemFigures.size);
    shell.program.call(files.figures, { node, into });
    const view = new DataView(shell.program.peek(DATA, FilesystemFigures.size).buffer);
    expect(view.getFloat64(FilesystemFigures.offsets.blocks, true)).toBe(100);
    expect(view.getFloat64(FilesystemFigures.offsets.freeBlocks, true)).toBe(98);
  });
});
