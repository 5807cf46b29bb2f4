/**
 * System calls of a test on the files service, by Linux's names and with its manners: a result, or a negative error number.
 *
 * A `Shell` is a program of the bench with a working directory and a umask. Its memory: paths at PATH and OTHER, data at DATA.
 */
import { NEVER } from '../../../src/contracts/units.ts';
import { memoryDisk } from '../../../src/host/shared/memory-disk.ts';
import { blockService, bootBlocks, replacementNamed } from '../../../src/services/block/index.ts';
import { Attributes } from '../../../src/services/files/attributes.ts';
import { ChangeFlag, files, LookupFlag, OpenFlag } from '../../../src/services/files/interface.ts';
import { filesService } from '../../../src/services/files/service.ts';
import type { FilesWiring } from '../../../src/services/files/wiring.ts';
import {
  type BenchOptions,
  type Owner,
  type Program,
  type Result,
  ServiceBench,
  supply,
} from '../../support/service-bench.ts';

const PATH = 0x1_0000;
const OTHER = 0x2_0000;
const DATA = 0x10_0000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? encoder.encode(text) : text;
}

export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

const BLOCK_WIRING = { policy: replacementNamed('lru'), cacheUnits: 0, supply };

/** A bench with a disk, and nothing mounted. */
export function diskBench(
  contents: Uint8Array,
  options: BenchOptions = {},
  say: (message: string) => void = () => undefined,
): ServiceBench {
  const parts = { layers: [], epoch: 1_700_000_000, supply, say };
  const bench = new ServiceBench([filesService(parts), blockService(BLOCK_WIRING)], {
    memory: 8 * 1024 * 1024,
    disk: 'instant',
    ...options,
    disks: [memoryDisk(contents, 'a disk of a test')],
  });
  bench.harts.activate(0);
  bootBlocks(bench.kernel, BLOCK_WIRING);
  bench.kernel.meter.settle();
  return bench;
}

/** A bench with the files service and nothing mounted. */
export function filesBench(wiring: Partial<FilesWiring> = {}, options: BenchOptions = {}): ServiceBench {
  return new ServiceBench([filesService({ layers: [], epoch: 1_700_000_000, supply, ...wiring })], options);
}

export interface Stat {
  readonly mode: number;
  readonly links: number;
  readonly user: number;
  readonly group: number;
  readonly number: number;
  readonly filesystem: number;
  readonly device: number;
  readonly size: number;
  readonly blocks: number;
  readonly accessed: number;
  readonly modified: number;
  readonly changed: number;
}

export interface Listed {
  readonly number: number;
  readonly next: number;
  readonly kind: number;
  readonly name: string;
}

const NO_CHANGES = {
  mode: 0,
  user: 0,
  group: 0,
  accessSeconds: 0,
  accessNanoseconds: 0,
  modifySeconds: 0,
  modifyNanoseconds: 0,
};
export type Changes = Partial<typeof NO_CHANGES>;

function signed(result: Result): number {
  return result.error === 0 ? result.value : -result.error;
}

export class Shell {
  readonly program: Program;
  /** Node numbers: 0 is the root of the tree. */
  root = 0;
  directory = 0;

  constructor(bench: ServiceBench, owner: Owner = {}) {
    this.program = bench.program(owner);
  }

  #place(path: string | Uint8Array, at = PATH) {
    return { root: this.root, base: this.directory, path: this.program.poke(at, bytesOf(path)) };
  }

  /** The node of a path, held; or a negative error number. */
  lookup(path: string, flags = 0): number {
    return signed(this.program.call(files.lookup, { ...this.#place(path), flags }));
  }

  open(path: string, flags = 0, mode = 0o666): number {
    return signed(this.program.call(files.open, { ...this.#place(path), flags, mode }));
  }

  close(node: number): number {
    return signed(this.program.call(files.release, { node }));
  }

  read(node: number, offset: number, length: number): Uint8Array | number {
    const read = signed(
      this.program.call(files.read, { node, offset, into: this.program.span(DATA, length) }),
    );
    return read < 0 ? read : this.program.peek(DATA, read);
  }

  write(node: number, offset: number, data: string | Uint8Array, limit = NEVER): number {
    const from = this.program.poke(DATA, bytesOf(data));
    return signed(this.program.call(files.write, { node, offset, from, limit }));
  }

  resize(node: number, size: number): number {
    return signed(this.program.call(files.truncate, { node, size }));
  }

  /** Makes or replaces a file. */
  writeFile(path: string, data: string | Uint8Array): number {
    const node = this.open(path, OpenFlag.writeOnly | OpenFlag.create | OpenFlag.truncate, 0o644);
    if (node < 0) return node;
    const bytes = bytesOf(data);
    for (let done = 0; done < bytes.length; ) {
      const written = this.write(node, done, bytes.subarray(done, done + 65536));
      if (written < 0) {
        this.close(node);
        return written;
      }
      done += written;
    }
    return this.close(node);
  }

  readFile(path: string): string | number {
    const node = this.open(path);
    if (node < 0) return node;
    let text = '';
    for (;;) {
      const part = this.read(node, text.length, 4096);
      if (typeof part === 'number') return part;
      if (part.length === 0) break;
      text += textOf(part);
    }
    this.close(node);
    return text;
  }

  stat(path: string, follow = true): Stat | number {
    const node = this.lookup(path, follow ? 0 : LookupFlag.noFollow);
    if (node < 0) return node;
    const stat = this.fstat(node);
    this.close(node);
    return stat;
  }

  fstat(node: number): Stat {
    const into = this.program.span(DATA, Attributes.size);
    const result = signed(this.program.call(files.attributes, { node, into }));
    if (result < 0) throw new Error(`attributes failed with ${-result}`);
    const bytes = this.program.peek(DATA, Attributes.size);
    const view = new DataView(bytes.buffer);
    const { offsets } = Attributes;
    const word = (offset: number) => view.getUint32(offset, true);
    const integer = (offset: number) => view.getFloat64(offset, true);
    const time = (seconds: number, nanoseconds: number) => integer(seconds) + word(nanoseconds) / 1e9;
    return {
      mode: word(offsets.mode),
      links: word(offsets.links),
      user: word(offsets.user),
      group: word(offsets.group),
      number: word(offsets.number),
      filesystem: word(offsets.filesystem),
      device: word(offsets.device),
      size: integer(offsets.size),
      blocks: integer(offsets.blocks),
      accessed: time(offsets.accessSeconds, offsets.accessNanoseconds),
      modified: time(offsets.modifySeconds, offsets.modifyNanoseconds),
      changed: time(offsets.changeSeconds, offsets.changeNanoseconds),
    };
  }

  /** Entries from a cursor, by one call with a buffer of some size. */
  getdents(node: number, cursor = 0, size = 4096): readonly Listed[] | number {
    const into = this.program.span(DATA, size);
    const length = signed(this.program.call(files.list, { node, cursor, into }));
    if (length < 0) return length;
    const bytes = this.program.peek(DATA, length);
    const view = new DataView(bytes.buffer);
    const listed: Listed[] = [];
    for (let at = 0; at < length; ) {
      const size = view.getUint16(at + 16, true);
      const end = bytes.indexOf(0, at + 19);
      listed.push({
        number: view.getUint32(at, true),
        next: view.getUint32(at + 8, true),
        kind: bytes[at + 18] as number,
        name: textOf(bytes.subarray(at + 19, end)),
      });
      at += size;
    }
    return listed;
  }

  /** The names in a directory, sorted, without the dots. */
  names(path: string): readonly string[] | number {
    const node = this.open(path, OpenFlag.directory);
    if (node < 0) return node;
    const names: string[] = [];
    for (let cursor = 0; ; ) {
      const part = this.getdents(node, cursor);
      if (typeof part === 'number') return part;
      if (part.length === 0) break;
      for (const { name, next } of part) {
        names.push(name);
        cursor = next;
      }
    }
    this.close(node);
    return names.filter((name) => name !== '.' && name !== '..').sort();
  }

  mknod(path: string, mode: number, device = 0): number {
    const made = signed(this.program.call(files.make, { ...this.#place(path), mode, device }));
    return made < 0 ? made : this.close(made);
  }

  mkdir(path: string, mode = 0o755): number {
    return this.mknod(path, 0o040000 | mode);
  }

  symlink(target: string, path: string): number {
    const place = this.#place(path);
    const at = this.program.poke(OTHER, bytesOf(target));
    return signed(this.program.call(files.symbolicLink, { ...place, target: at }));
  }

  readlink(path: string): string | number {
    const node = this.lookup(path, LookupFlag.noFollow);
    if (node < 0) return node;
    const into = this.program.span(DATA, 4096);
    const length = signed(this.program.call(files.readLink, { node, into }));
    this.close(node);
    return length < 0 ? length : textOf(this.program.peek(DATA, length));
  }

  link(from: string, to: string): number {
    const node = this.lookup(from, LookupFlag.noFollow);
    if (node < 0) return node;
    const result = signed(this.program.call(files.link, { ...this.#place(to), node }));
    this.close(node);
    return result;
  }

  unlink(path: string): number {
    return signed(this.program.call(files.remove, { ...this.#place(path), directory: 0 }));
  }

  rmdir(path: string): number {
    return signed(this.program.call(files.remove, { ...this.#place(path), directory: 1 }));
  }

  rename(from: string, to: string, flags = 0): number {
    const newPath = this.program.poke(OTHER, bytesOf(to));
    const request = { ...this.#place(from), newBase: this.directory, newPath, flags };
    return signed(this.program.call(files.rename, request));
  }

  truncate(path: string, size: number): number {
    const node = this.lookup(path);
    if (node < 0) return node;
    const result = signed(this.program.call(files.truncate, { node, size }));
    this.close(node);
    return result;
  }

  /** Sets what ChangeFlag bits name; fields left out are 0. */
  change(path: string, flags: number, fields: Changes = {}): number {
    const node = this.lookup(path);
    if (node < 0) return node;
    const request = { node, flags, ...NO_CHANGES, ...fields };
    const result = signed(this.program.call(files.change, request));
    this.close(node);
    return result;
  }

  chmod(path: string, mode: number): number {
    return this.change(path, ChangeFlag.mode, { mode });
  }

  chown(path: string, user: number, group: number): number {
    return this.change(path, ChangeFlag.user | ChangeFlag.group | ChangeFlag.owner, { user, group });
  }

  chdir(path: string): number {
    const node = this.lookup(path, LookupFlag.directory);
    if (node < 0) return node;
    if (this.directory !== 0) this.close(this.directory);
    this.directory = node;
    return 0;
  }

  getcwd(): string | number {
    return this.pathOf(this.directory === 0 ? this.lookup('/') : this.directory);
  }

  pathOf(node: number): string | number {
    const into = this.program.span(DATA, 4096);
    const length = signed(this.program.call(files.path, { root: this.root, node, into }));
    return length < 0 ? length : textOf(this.program.peek(DATA, length));
  }

  mount(path: string, kind: number, layer = 0, flags = 0, limit = 0): number {
    return signed(this.program.call(files.mount, { ...this.#place(path), kind, layer, flags, limit }));
  }

  unmount(path: string): number {
    return signed(this.program.call(files.unmount, this.#place(path)));
  }
}
