/** The links of a process: exe, cwd, root, and its descriptors: nodes that they lead to, and their texts. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { PhysicalAddress } from '../../contracts/units.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { PathBit } from '../../services/files/attributes.ts';
import { files } from '../../services/files/interface.ts';
import { terminal } from '../../services/terminal/interface.ts';
import { lookUp, openFileAt } from '../descriptors.ts';
import { processById } from '../processes/directory.ts';
import { OpenKind, Paths } from '../records.ts';
import { currentPaths, ownSpan } from '../state.ts';
import { contents } from './interface.ts';
import { Area } from './numbers.ts';
import type { Subject } from './subject.ts';
import { tableOf } from './subject.ts';
import { bytesOf, latin } from './text/format.ts';

const STREAM_NODE = '/dev/console';

/** The node behind exe (0), cwd (1) or root (2); 0 when there is none of its own. */
function processNode(k: Kernel, id: number, which: number): PhysicalAddress {
  const process = processById(k, id);
  if (process === undefined) return 0;
  if (which === 0) return process.executable;
  if (process.paths === 0) return 0;
  const { root, current } = Paths.at(k.store, process.paths);
  return which === 1 ? current : root;
}

const LINKS: { readonly [name: string]: number } = { executable: 0, currentDirectory: 1, rootDirectory: 2 };

/** Which of exe, cwd and root a content is; undefined when it is none. */
export function linkNumber(content: unknown): number | undefined {
  return typeof content === 'string' ? LINKS[content] : undefined;
}

/** The node that a link leads to at once, or 0: then its text is followed. */
export function nodeOfLink(k: Kernel, subject: Subject): PhysicalAddress {
  if (subject.area === Area.descriptor) {
    const table = tableOf(k, subject.process);
    const file = table === 0 ? 0 : lookUp(k, table, subject.object);
    return file === 0 ? 0 : openFileAt(k, file).node;
  }
  const which = linkNumber(subject.definition.content);
  return which === undefined ? 0 : processNode(k, subject.process, which);
}

interface TextFrame {
  readonly into: {
    readonly space: number;
    readonly start: number;
    readonly length: number;
    readonly rights: number;
  };
  readonly offset: number;
  page: number;
}

function finish(k: Kernel, f: TextFrame, text: string) {
  const bytes = bytesOf(text).subarray(f.offset, f.offset + Math.min(f.into.length, PAGE_SIZE));
  k.memory.store(f.page, bytes);
  k.examine(bytes.length);
  const moved = k.toSpan(f.into, 0, f.page, bytes.length);
  k.frames.release(f.page / PAGE_SIZE);
  return k.done(moved);
}

function refuse(k: Kernel, f: TextFrame, error: number) {
  k.frames.release(f.page / PAGE_SIZE);
  return k.fail(error);
}

/** A path as files.path left it in the page. */
function pathText(k: Kernel, f: TextFrame, length: number, bits: number): string {
  const text = latin(k.memory.bytes(f.page, length));
  return (bits & PathBit.deleted) === 0 ? text : `${text} (deleted)`;
}

function takePage(k: Kernel): PhysicalAddress {
  return k.frames.allocate(k.domain, FrameUse.buffer) * PAGE_SIZE;
}

const linkText = operation(contents.linkText, ['page'], {
  begin(k, f) {
    const process = processById(k, f.id);
    if (process === undefined) return k.fail(ErrorNumber.ENOENT);
    const node = processNode(k, f.id, f.which);
    if (node === 0 && f.which === 0) return k.fail(ErrorNumber.ENOENT);
    f.page = takePage(k);
    if (f.page === 0) return k.fail(ErrorNumber.ENOMEM);
    if (node === 0) return finish(k, f, '/');
    return k.call(
      files.path,
      { root: currentPaths(k).root, node, into: ownSpan(f.page, PAGE_SIZE) },
      'named',
    );
  },
  named(k, f, reply) {
    if (reply.error !== 0) return refuse(k, f, reply.error);
    return finish(k, f, pathText(k, f, reply.value, reply.second));
  },
});

const NAMELESS: { readonly [kind: number]: string } = {
  [OpenKind.event]: 'anon_inode:[eventfd]',
  [OpenKind.node]: '/memfd: (deleted)',
};

const descriptorText = operation(contents.descriptorText, ['page', 'object'], {
  begin(k, f) {
    const table = tableOf(k, f.id);
    const file = table === 0 ? 0 : lookUp(k, table, f.descriptor);
    if (file === 0) return k.fail(ErrorNumber.ENOENT);
    f.page = takePage(k);
    if (f.page === 0) return k.fail(ErrorNumber.ENOMEM);
    const { kind, node, object } = openFileAt(k, file);
    f.object = object;
    if (node !== 0)
      return k.call(
        files.path,
        { root: currentPaths(k).root, node, into: ownSpan(f.page, PAGE_SIZE) },
        'named',
      );
    if (kind === OpenKind.terminal) return k.call(terminal.isTerminal, { stream: object }, 'stream');
    return finish(
      k,
      f,
      kind === OpenKind.pipe ? `pipe:[${object}]` : (NAMELESS[kind] ?? 'anon_inode:[none]'),
    );
  },
  /** A stream of the host that is no terminal can still be opened anew by its name. */
  stream(k, f) {
    return finish(k, f, STREAM_NODE);
  },
  named(k, f, reply) {
    if (reply.error === ErrorNumber.ENOENT) return finish(k, f, NAMELESS[OpenKind.node] as string);
    if (reply.error !== 0) return refuse(k, f, reply.error);
    return finish(k, f, pathText(k, f, reply.value, reply.second));
  },
});

const descriptorFacts = operation(contents.descriptorFacts, ['page'], {
  begin(k, f) {
    const table = tableOf(k, f.id);
    const file = table === 0 ? 0 : lookUp(k, table, f.descriptor);
    if (file === 0) return k.fail(ErrorNumber.ENOENT);
    f.page = takePage(k);
    if (f.page === 0) return k.fail(ErrorNumber.ENOMEM);
    const { offset, flags } = openFileAt(k, file);
    return finish(k, f, `pos:\t${offset}\nflags:\t0${flags.toString(8)}\nmnt_id:\t1\nino:\t0\n`);
  },
});

export const linkOperations: readonly Operation[] = [linkText, descriptorText, descriptorFacts];
