/** Supplied trees, from a supplier of the test that answers as a procfs would. */
import { describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import type { Span } from '../../../src/contracts/service.ts';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import { type Operation, operation } from '../../../src/kernel/operation.ts';
import { SuppliedAttributes } from '../../../src/services/files/attributes.ts';
import {
  files,
  LookupFlag,
  MountKind,
  OpenFlag,
  suppliedTree,
} from '../../../src/services/files/interface.ts';
import { bytesOf, filesBench, Shell, textOf } from './shell.ts';

interface Supplied {
  readonly mode: number;
  /** Names in a directory, with the numbers of their nodes. */
  readonly names?: { readonly [name: string]: number };
  readonly content?: () => string;
  readonly jump?: () => number;
  readonly store?: (text: string) => void;
}

/** The bytes of a span of memory at hand. */
function local(k: Kernel, { start, length }: Span): Uint8Array {
  return k.memory.bytes(start, length);
}

/** A span of a program may need a copy; those of the service are at hand. */
function put(k: Kernel, into: Span, offset: number, bytes: Uint8Array): number {
  const frame = k.frames.allocate(k.domainOfPlan(1), 4);
  k.memory.store(frame * 4096, bytes.subarray(0, 4096));
  const moved = k.toSpan(into, offset, frame * 4096, Math.min(bytes.length, into.length - offset));
  k.frames.release(frame);
  return moved;
}

/** The bytes of a span that may be a program's. */
function take(k: Kernel, from: Span): Uint8Array {
  const frame = k.frames.allocate(k.domainOfPlan(1), 4);
  k.fromSpan(from, 0, frame * 4096, from.length);
  const bytes = k.memory.bytes(frame * 4096, from.length).slice();
  k.frames.release(frame);
  return bytes;
}

function packed(
  entries: readonly (readonly [string, number])[],
  kinds: (node: number) => number,
  from: number,
): Uint8Array {
  const bytes: number[] = [];
  for (const [index, [name, node]] of entries.entries()) {
    const text = bytesOf(name);
    const words = new Uint8Array(Uint32Array.of(node, from + index + 1).buffer);
    bytes.push(...words, kinds(node), text.length, ...text);
  }
  return Uint8Array.from(bytes);
}

/** A supplier that tells three names at a time. */
function supplier(nodes: { readonly [node: number]: Supplied }) {
  const asked: string[] = [];
  const stored: string[] = [];
  const at = (node: number): Supplied => nodes[node] as Supplied;
  const operations: Operation[] = [
    operation(suppliedTree.find, [], {
      begin(k, f) {
        const name = textOf(local(k, f.name).slice());
        asked.push(`find ${name}`);
        const found = at(f.directory).names?.[name];
        return found === undefined ? k.fail(ErrorNumber.ENOENT) : k.done(found);
      },
    }),
    operation(suppliedTree.describeEntry, [], {
      begin(k, f) {
        const { mode } = at(f.node);
        const to = SuppliedAttributes.at(k.store, f.into.start);
        to.mode = mode;
        to.links = 1;
        to.seconds = 1_800_000_000;
        return k.done(SuppliedAttributes.size);
      },
    }),
    operation(suppliedTree.follow, ['target'], {
      begin(k, f) {
        f.target = at(f.node).jump?.() ?? 0;
        return f.target === 0 ? k.done(0) : k.call(files.hold, { node: f.target }, 'held');
      },
      held: (k, f) => k.done(f.target),
    }),
    operation(suppliedTree.entries, [], {
      begin(k, f) {
        const all = Object.entries(at(f.directory).names ?? {});
        const part = all.slice(f.cursor, f.cursor + 3);
        const bytes = packed(part, (node) => at(node).mode >>> 12, f.cursor);
        const next = f.cursor + part.length;
        return k.done(put(k, f.into, 0, bytes), next < all.length ? next : 0);
      },
    }),
    operation(suppliedTree.content, [], {
      begin(k, f) {
        asked.push(`content ${f.node} from ${f.offset}`);
        const bytes = bytesOf(at(f.node).content?.() ?? '').subarray(f.offset);
        return k.done(put(k, f.into, 0, bytes));
      },
    }),
    operation(suppliedTree.store, [], {
      begin(k, f) {
        const { store } = at(f.node);
        if (store === undefined) return k.fail(ErrorNumber.EINVAL);
        const text = textOf(take(k, f.from));
        stored.push(`${f.node} at ${f.offset}: ${text}`);
        store(text);
        return k.done(f.from.length);
      },
    }),
  ];
  return { asked, stored, operations };
}

const DIRECTORY = 0o040555;
const FILE = 0o100444;
const LINK = 0o120777;

function start() {
  let target = 0;
  let version = 0;
  let setting = 'off';
  const { asked, stored, operations } = supplier({
    1: { mode: DIRECTORY, names: { self: 2, 7: 3, uptime: 4, dev: 9, big: 10, setting: 11 } },
    2: { mode: LINK, content: () => '7' },
    3: { mode: DIRECTORY, names: { exe: 5, status: 6, cwd: 7, fd: 8 } },
    4: { mode: FILE, content: () => `version ${++version}\n` },
    5: { mode: LINK, content: () => '/bin/program (deleted)', jump: () => target },
    6: { mode: FILE, content: () => 'Name: program\n' },
    7: { mode: LINK, content: () => '/home', jump: () => target },
    8: { mode: DIRECTORY, names: {} },
    9: { mode: 0o020666 },
    10: { mode: FILE, content: () => 'x'.repeat(10_000) },
    11: {
      mode: 0o100644,
      content: () => `set to ${setting}`,
      store: (text) => {
        setting = text;
      },
    },
  });
  const bench = filesBench({}, { linux: operations });
  const shell = new Shell(bench);
  shell.mount('/', MountKind.memory);
  shell.mkdir('/proc');
  shell.mount('/proc', MountKind.supplied, 4);
  shell.mkdir('/home');
  shell.writeFile('/home/file', 'at home');
  return {
    bench,
    shell,
    asked,
    stored,
    aim: (node: number) => {
      target = node;
    },
  };
}

describe('a supplied tree', () => {
  it('lists and finds', () => {
    const { shell, asked } = start();
    expect(shell.names('/proc')).toEqual(['7', 'big', 'dev', 'self', 'setting', 'uptime']);
    expect(shell.names('/proc/self')).toEqual(['cwd', 'exe', 'fd', 'status']);
    expect(shell.stat('/proc/7/status')).toMatchObject({ mode: FILE, number: 6, modified: 1_800_000_000 });
    expect(shell.stat('/proc/8')).toBe(-ErrorNumber.ENOENT);
    expect(shell.stat('/proc/dev')).toMatchObject({ mode: 0o020666 });
    expect(asked.filter((question) => question === 'find self').length).toBe(1);
  });

  it('gives a file one content for as long as it is open', () => {
    const { shell } = start();
    const node = shell.open('/proc/uptime');
    expect(textOf(shell.read(node, 0, 9) as Uint8Array)).toBe('version 1');
    expect(textOf(shell.read(node, 8, 9) as Uint8Array)).toBe('1\n');
    expect(shell.readFile('/proc/uptime')).toBe('version 2\n');
    expect(shell.readFile('/proc/big')).toBe('x'.repeat(10_000));
  });

  it('is written to through its supplier', () => {
    const { shell, stored } = start();
    const node = shell.open('/proc/setting', OpenFlag.readWrite | OpenFlag.truncate);
    expect(shell.write(node, 0, 'on')).toBe(2);
    expect(stored).toEqual(['11 at 0: on']);
    expect(textOf(shell.read(node, 0, 9) as Uint8Array)).toBe('set to on');
    expect(shell.close(node)).toBe(0);
    const other = shell.open('/proc/uptime', OpenFlag.writeOnly);
    expect(shell.write(other, 0, 'x')).toBe(-ErrorNumber.EINVAL);
  });

  it('jumps to open nodes', () => {
    const { shell, aim } = start();
    aim(shell.open('/home/file'));
    shell.unlink('/home/file');
    expect(shell.readFile('/proc/7/exe')).toBe('at home');
    expect(shell.readlink('/proc/7/exe')).toBe('/bin/program (deleted)');
    aim(shell.lookup('/home'));
    shell.writeFile('/home/other', 'x');
    expect(shell.readFile('/proc/self/cwd/other')).toBe('x');
    expect(shell.stat('/proc/self/cwd', false)).toMatchObject({ mode: LINK });
  });

  it('tells where it is, and goes up', () => {
    const { shell } = start();
    expect(shell.chdir('/proc/7/fd')).toBe(0);
    expect(shell.getcwd()).toBe('/proc/7/fd');
    expect(shell.readFile('../status')).toBe('Name: program\n');
    expect(shell.readFile('../../../home/file')).toBe('at home');
    const node = shell.lookup('/proc/self', LookupFlag.noFollow);
    expect(shell.pathOf(node)).toBe('/proc/self');
  });

  it('cannot be changed', () => {
    const { shell } = start();
    expect(shell.unlink('/proc/uptime')).toBe(-ErrorNumber.EPERM);
    expect(shell.chmod('/proc/uptime', 0o777)).toBe(-ErrorNumber.EPERM);
    expect(shell.rename('/proc/uptime', '/proc/other')).toBe(-ErrorNumber.EPERM);
    expect(shell.mkdir('/proc/x')).toBe(-ErrorNumber.EPERM);
    expect(shell.symlink('a', '/proc/x')).toBe(-ErrorNumber.EPERM);
    expect(shell.open('/proc/x', OpenFlag.create | OpenFlag.writeOnly)).toBe(-ErrorNumber.EACCES);
    expect(shell.link('/home/file', '/proc/x')).toBe(-ErrorNumber.EXDEV);
  });

  it('leaves nothing behind', () => {
    const { bench, shell, aim } = start();
    aim(shell.lookup('/home'));
    const walk = () => {
      shell.names('/proc/self');
      shell.readFile('/proc/self/status');
      shell.readFile('/proc/self/cwd/file');
      shell.stat('/proc/7/none');
      shell.readlink('/proc/7/exe');
    };
    walk();
    const before = bench.freeFrames;
    for (let round = 0; round < 20; round++) walk();
    expect(bench.freeFrames).toBe(before);
    expect(
      shell.program.call(files.unmount, {
        root: 0,
        base: 0,
        path: shell.program.poke(0x1_0000, bytesOf('/proc')),
      }).error,
    ).toBe(0);
    expect(shell.names('/proc')).toEqual([]);
  });
});
