/** The links of a process: exe, cwd, root, and its descriptors: the nodes that they lead to, and their texts. */
import { ErrorNumber } from '../../contracts/errors.ts';
import type { OutcomeNumber } from '../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { PathBit } from '../../services/files/attributes.ts';
import { files, suppliedTree } from '../../services/files/interface.ts';
import { fifos } from '../calls/fifos.ts';
import { lookUp, type OpenFileView, openFileAt } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { dropHold } from '../open-files.ts';
import { OpenKind, Paths } from '../records.ts';
import { currentPaths, ownSpan, type ProcessView } from '../state.ts';
import type { Definition } from './definitions.ts';
import { contents } from './interface.ts';
import { Area } from './numbers.ts';
import { subjectOf, tableOf } from './subject.ts';
import { latin } from './text/format.ts';
import { leave, visit } from './visit.ts';
import { emit } from './window.ts';

/** What `nodeOf` calls the links. */
export const LinkKind = { executable: 0, currentDirectory: 1, rootDirectory: 2, descriptor: 3 } as const;

/** Which of exe, cwd and root a content is; undefined when it is none. */
export function linkKind(content: Definition['content']): number | undefined {
  if (content === 'executable') return LinkKind.executable;
  if (content === 'currentDirectory') return LinkKind.currentDirectory;
  return content === 'rootDirectory' ? LinkKind.rootDirectory : undefined;
}

/** The node behind exe, cwd or root; 0 when the process has none of its own. */
function processNode(k: Kernel, process: ProcessView, which: number): PhysicalAddress {
  if (which === LinkKind.executable) return process.executable;
  if (process.paths === 0) return 0;
  const { root, current } = Paths.at(k.store, process.paths);
  return which === LinkKind.currentDirectory ? current : root;
}

/** The description behind a descriptor, or undefined. */
function fileBehind(k: Kernel, id: number, descriptor: number): OpenFileView | undefined {
  const table = tableOf(k, id);
  const file = table === 0 ? 0 : lookUp(k, table, descriptor);
  return file === 0 ? undefined : openFileAt(k, file);
}

/** The stream of error output. */
const ERROR_STREAM = 2;

interface NodeFrame {
  readonly id: number;
  readonly which: number;
  readonly descriptor: number;
  visited: number;
  file: number;
  node: number;
  error: number;
}

function holdDescriptor(k: Kernel, f: NodeFrame): OutcomeNumber {
  const file = fileBehind(k, f.id, f.descriptor);
  if (file === undefined) return k.fail(ErrorNumber.ENOENT);
  const { node, kind, references, address } = file;
  if (node === 0 && kind !== OpenKind.pipe) return k.done(0);
  file.references = references + 1;
  f.file = address;
  f.node = node;
  return node === 0 ? k.call(fifos.nameFifo, { file: address }, 'named') : k.goto('hold');
}

const nodeOf = operation(contents.nodeOf, ['visited', 'file', 'node', 'error'], {
  begin(k, f) {
    if (f.which === LinkKind.descriptor) return holdDescriptor(k, f);
    const process = visit(k, f.id);
    if (process === undefined) return k.fail(ErrorNumber.ENOENT);
    f.visited = process.address;
    f.node = processNode(k, process, f.which);
    if (f.node !== 0) return k.call(files.hold, { node: f.node }, 'held');
    leave(k, f.visited);
    return f.which === LinkKind.executable ? k.fail(ErrorNumber.ENOENT) : k.done(0);
  },
  named(k, f, reply) {
    f.error = reply.error;
    f.node = reply.value;
    return k.goto(f.error === 0 ? 'hold' : 'held');
  },
  hold(k, f) {
    return k.call(files.hold, { node: f.node }, 'held');
  },
  held(k, f) {
    if (f.visited !== 0) leave(k, f.visited);
    if (f.file === 0 || dropHold(k, f.file)) return k.goto('finish');
    return k.call(internal.closeFile, { file: f.file }, 'finish');
  },
  finish(k, f) {
    return f.error === 0 ? k.done(f.node) : k.fail(f.error);
  },
});

const follow = operation(suppliedTree.follow, [], {
  begin(k, f) {
    const subject = subjectOf(k, f.tree, f.node);
    if (subject === undefined) return k.fail(ErrorNumber.ENOENT);
    if (subject.definition.guarded !== true) return k.done(0);
    return k.call(contents.allow, { id: subject.process }, 'allowed');
  },
  allowed(k, f, reply) {
    const subject = subjectOf(k, f.tree, f.node);
    if (reply.error !== 0 || subject === undefined) return k.fail(reply.error || ErrorNumber.ENOENT);
    const isDescriptor = subject.area === Area.descriptor;
    const which = isDescriptor ? LinkKind.descriptor : linkKind(subject.definition.content);
    if (which === undefined) return k.done(0);
    const descriptor = subject.object;
    return k.call(contents.nodeOf, { id: subject.process, which, descriptor }, 'found');
  },
  found(k, _f, reply) {
    return k.pass(reply);
  },
});

/** What a description without a path is called: streams of the host can be opened anew by the console's names. */
function namelessText(k: Kernel, id: number, descriptor: number): string {
  const file = fileBehind(k, id, descriptor);
  switch (file?.kind) {
    case OpenKind.terminal:
      return file.object === ERROR_STREAM ? '/dev/console.error' : '/dev/console';
    case OpenKind.epoll:
      return 'anon_inode:[eventpoll]';
    case OpenKind.socket:
      return `socket:[${file.end}]`;
    case OpenKind.pipe:
      return `pipe:[${file.object}]`;
    case OpenKind.node:
      return '/memfd: (deleted)';
    case OpenKind.timer:
      return 'anon_inode:[timerfd]';
    case OpenKind.signals:
      return 'anon_inode:[signalfd]';
    default:
      return 'anon_inode:[eventfd]';
  }
}

const linkText = operation(contents.linkText, ['page', 'node', 'error', 'length', 'position', 'moved'], {
  begin(k, f) {
    f.page = k.frames.allocate(k.domain, FrameUse.buffer) * PAGE_SIZE;
    if (f.page === 0) return k.fail(ErrorNumber.ENOMEM);
    const { id, which, descriptor } = f;
    return k.call(contents.nodeOf, { id, which, descriptor }, 'found');
  },
  found(k, f, reply) {
    f.error = reply.error;
    f.node = reply.value;
    if (f.error !== 0) return k.goto('finish');
    if (f.node === 0) {
      const text = f.which === LinkKind.descriptor ? namelessText(k, f.id, f.descriptor) : '/';
      emit(k, f, f.page, text);
      return k.goto('finish');
    }
    const into = ownSpan(f.page, PAGE_SIZE);
    return k.call(files.path, { root: currentPaths(k).root, node: f.node, into }, 'named');
  },
  named(k, f, reply) {
    if (reply.error === 0) {
      const path = latin(k.memory.bytes(f.page, reply.value));
      emit(k, f, f.page, (reply.second & PathBit.deleted) !== 0 ? `${path} (deleted)` : path);
    } else if (reply.error === ErrorNumber.ENOENT) {
      emit(k, f, f.page, f.which === LinkKind.descriptor ? namelessText(k, f.id, f.descriptor) : '(deleted)');
    } else f.error = reply.error;
    return k.call(files.release, { node: f.node }, 'finish');
  },
  finish(k, f) {
    k.frames.release(f.page / PAGE_SIZE);
    return f.error === 0 ? k.done(f.moved) : k.fail(f.error);
  },
});

const descriptorFacts = operation(contents.descriptorFacts, ['page', 'position', 'moved'], {
  begin(k, f) {
    const file = fileBehind(k, f.id, f.descriptor);
    if (file === undefined) return k.fail(ErrorNumber.ENOENT);
    f.page = k.frames.allocate(k.domain, FrameUse.buffer) * PAGE_SIZE;
    if (f.page === 0) return k.fail(ErrorNumber.ENOMEM);
    const { offset, flags } = file;
    emit(k, f, f.page, `pos:\t${offset}\nflags:\t0${flags.toString(8)}\nmnt_id:\t1\nino:\t0\n`);
    k.frames.release(f.page / PAGE_SIZE);
    return k.done(f.moved);
  },
});

export const linkOperations: readonly Operation[] = [nodeOf, follow, linkText, descriptorFacts];
