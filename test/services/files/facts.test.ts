/** Times, rights and the other things that a node knows of itself. */
import { describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { ChangeFlag, files, MountKind, OpenFlag } from '../../../src/services/files/interface.ts';
import { bytesOf, filesBench, Shell, type Stat } from './shell.ts';

const EPOCH = 1_700_000_000;
const CREATE = OpenFlag.readWrite | OpenFlag.create;

function start() {
  const bench = filesBench({ epoch: EPOCH });
  const shell = new Shell(bench);
  shell.mount('/', MountKind.memory);
  shell.chmod('/', 0o777);
  const other = new Shell(bench, { user: 1000, group: 1000, groups: [50] });
  /** Lets virtual time pass: cycles of the bench's clock, in seconds. */
  const pass = (seconds: number) => {
    bench.kernel.meter.clock += seconds * bench.kernel.hertz;
  };
  const stat = (path: string) => shell.stat(path) as Stat;
  return { bench, shell, other, pass, stat };
}

describe('times', () => {
  it('are virtual time since the epoch', () => {
    const { shell, pass, stat } = start();
    pass(5);
    shell.writeFile('/f', 'x');
    expect(stat('/f').modified).toBeGreaterThan(EPOCH + 5);
    expect(stat('/f').modified).toBeLessThan(EPOCH + 6);
  });

  it('follow what is done to a file', () => {
    const { shell, pass, stat } = start();
    shell.writeFile('/f', 'x');
    const made = stat('/f');
    pass(10);
    shell.chmod('/f', 0o600);
    expect(stat('/f').changed - made.changed).toBeGreaterThan(9);
    expect(stat('/f').modified).toBe(made.modified);
    pass(10);
    const node = shell.open('/f', CREATE);
    shell.write(node, 0, 'y');
    expect(stat('/f').modified - made.modified).toBeGreaterThan(19);
    const before = stat('/').modified;
    pass(10);
    shell.link('/f', '/g');
    expect(stat('/').modified - before).toBeGreaterThan(9);
    expect(stat('/f').changed - made.changed).toBeGreaterThan(29);
  });

  it('of access move only when they would tell something, or once a day', () => {
    const { shell, pass, stat } = start();
    shell.writeFile('/f', 'x');
    pass(10);
    shell.readFile('/f');
    const first = stat('/f').accessed;
    expect(first).toBeGreaterThan(EPOCH + 10);
    pass(10);
    shell.readFile('/f');
    expect(stat('/f').accessed).toBe(first);
    pass(24 * 60 * 60);
    shell.readFile('/f');
    expect(stat('/f').accessed - first).toBeGreaterThan(86_400);
    const again = stat('/f').accessed;
    pass(10);
    shell.chmod('/f', 0o600);
    shell.readFile('/f');
    expect(stat('/f').accessed - again).toBeGreaterThan(9);
  });

  it('are set by the owner, and touched by whoever may write', () => {
    const { shell, other, pass } = start();
    shell.writeFile('/f', 'x');
    const both = ChangeFlag.accessTime | ChangeFlag.modifyTime;
    const times = { accessSeconds: 5, accessNanoseconds: 6, modifySeconds: -7, modifyNanoseconds: 8 };
    expect(other.change('/f', both, times)).toBe(-ErrorNumber.EPERM);
    expect(other.change('/f', both | ChangeFlag.now)).toBe(-ErrorNumber.EACCES);
    expect(other.change('/f', both | ChangeFlag.accessNow | ChangeFlag.modifyNow)).toBe(-ErrorNumber.EPERM);
    shell.chmod('/f', 0o666);
    expect(other.change('/f', both, times)).toBe(-ErrorNumber.EPERM);
    pass(3);
    expect(other.change('/f', both | ChangeFlag.now)).toBe(0);
    expect((shell.stat('/f') as Stat).modified).toBeGreaterThan(EPOCH + 3);
    expect(shell.change('/f', both, times)).toBe(0);
    expect(shell.stat('/f')).toMatchObject({ accessed: 5 + 6e-9, modified: -7 + 8e-9 });
    expect(other.change('/f', 0)).toBe(0);
  });
});

describe('rights', () => {
  const may = (who: Shell, path: string, rights: number) => {
    const node = who.lookup(path);
    const { error } = who.program.call(files.access, { node, rights, real: 0 });
    who.close(node);
    return error;
  };

  it('are the owner’s, the group’s or the others’', () => {
    const { shell, other } = start();
    shell.writeFile('/f', 'x');
    shell.chown('/f', 1000, 0);
    shell.chmod('/f', 0o077);
    expect(may(other, '/f', 4)).toBe(ErrorNumber.EACCES);
    expect(may(shell, '/f', 7)).toBe(0);
    shell.chown('/f', 0, 50);
    shell.chmod('/f', 0o750);
    expect(may(other, '/f', 5)).toBe(0);
    expect(may(other, '/f', 2)).toBe(ErrorNumber.EACCES);
    shell.chmod('/f', 0o606);
    expect(may(other, '/f', 4)).toBe(ErrorNumber.EACCES);
    expect(may(shell, '/f', 1)).toBe(ErrorNumber.EACCES);
    shell.chmod('/f', 0o601);
    expect(may(shell, '/f', 1)).toBe(0);
  });

  it('to run as another are lost with the owner', () => {
    const { shell, other } = start();
    shell.writeFile('/f', 'x');
    shell.chmod('/f', 0o6755);
    shell.chown('/f', 1000, 1000);
    expect(shell.stat('/f')).toMatchObject({ mode: 0o100755 });
    shell.chmod('/f', 0o6745);
    expect(shell.change('/f', ChangeFlag.owner)).toBe(0);
    expect(shell.stat('/f')).toMatchObject({ mode: 0o102745 });
    shell.chmod('/f', 0o6777);
    const node = other.open('/f', OpenFlag.readWrite);
    other.write(node, 0, 'y');
    expect(shell.stat('/f')).toMatchObject({ mode: 0o100777 });
    shell.chmod('/f', 0o6777);
    shell.write(node, 0, 'y');
    expect(shell.stat('/f')).toMatchObject({ mode: 0o106777 });
    expect(other.chown('/f', 0, 1000)).toBe(-ErrorNumber.EPERM);
    expect(other.chown('/f', 1000, 50)).toBe(0);
    expect(other.chown('/f', 1000, 7)).toBe(-ErrorNumber.EPERM);
  });
});

describe('other facts', () => {
  it('limit a write and a size to RLIMIT_FSIZE', () => {
    const { shell } = start();
    const node = shell.open('/f', CREATE);
    expect(shell.write(node, 0, 'x'.repeat(100), 60)).toBe(60);
    expect(shell.write(node, 60, 'x', 60)).toBe(-ErrorNumber.EFBIG);
    const resize = (size: number) => shell.program.call(files.resize, { node, size, limit: 60 }).error;
    expect(resize(61)).toBe(ErrorNumber.EFBIG);
    shell.resize(node, 100);
    expect(resize(90)).toBe(0);
    const request = { node, mode: 0, offset: 0, length: 1000, limit: 60 };
    expect(shell.program.call(files.allocate, request).error).toBe(ErrorNumber.EFBIG);
  });

  it('keep a word for the personality', () => {
    const { shell } = start();
    shell.mknod('/fifo', 0o010644);
    const node = shell.lookup('/fifo');
    expect(shell.program.call(files.word, { node }).value).toBe(0);
    expect(shell.program.call(files.setWord, { node, word: 0x1234 }).error).toBe(0);
    shell.rename('/fifo', '/other');
    expect(shell.program.call(files.word, { node: shell.lookup('/other') }).value).toBe(0x1234);
  });

  it('name a device', () => {
    const { shell, other } = start();
    shell.mknod('/null', 0o020666, 0x103);
    expect(shell.stat('/null')).toMatchObject({ mode: 0o020666, device: 0x103 });
    expect(shell.open('/null', OpenFlag.writeOnly | OpenFlag.create | OpenFlag.truncate)).toBeGreaterThan(0);
    expect(other.mknod('/zero', 0o020666, 0x105)).toBe(-ErrorNumber.EPERM);
  });

  it('let a file without a name have one later', () => {
    const { bench, shell } = start();
    shell.fstat(shell.lookup('/'));
    const before = bench.freeFrames;
    const temporary = OpenFlag.temporary | OpenFlag.directory | OpenFlag.readWrite;
    const node = shell.open('/', temporary);
    shell.write(node, 0, 'hidden');
    expect(shell.fstat(node).links).toBe(0);
    const place = { root: 0, base: 0, path: shell.program.poke(0x1_0000, bytesOf('/named')) };
    expect(shell.program.call(files.link, { ...place, node }).error).toBe(0);
    shell.close(node);
    expect(shell.readFile('/named')).toBe('hidden');
    shell.unlink('/named');
    const never = shell.open('/', temporary | OpenFlag.exclusive);
    expect(shell.program.call(files.link, { ...place, node: never }).error).toBe(ErrorNumber.ENOENT);
    shell.close(never);
    const { value } = shell.program.call(files.createUnnamed, { mode: 0o600 });
    expect(shell.program.call(files.link, { ...place, node: value }).error).toBe(ErrorNumber.EXDEV);
    shell.close(value);
    expect(bench.freeFrames).toBe(before);
  });
});
