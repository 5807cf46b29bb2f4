/**
 * Open file descriptions: made, shared, and closed with their last hold.
 *
 * A call holds the description that it works on, because another thread may close the descriptor meanwhile: it counts one
 * hold in, keeps the address in its frame's `held`, and ends with `settle`, which gives the hold back.
 */
import { ErrorNumber } from '../contracts/errors.ts';
import { type OutcomeNumber, type Reply, serviceInterface } from '../contracts/service.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type Operation, operation } from '../kernel/operation.ts';
import { files, OpenFlag } from '../services/files/interface.ts';
import { network } from '../services/network/interface.ts';
import { PipeEnd, pipes } from '../services/pipes/interface.ts';
import { terminal } from '../services/terminal/interface.ts';
import { fifos } from './calls/fifos.ts';
import {
  CLOSE_ON_EXEC,
  createTable,
  destroyTable,
  fileOf,
  flagsOf,
  install,
  lookUp,
  type OpenFileView,
  openFileAt,
  uninstall,
} from './descriptors.ts';
import { internal } from './internal.ts';
import { destroyEpoll, forgetFile } from './poll/interests.ts';
import { DescriptorTable, LinuxProcess, OpenFile, OpenKind, Paths } from './records.ts';
import { sockets } from './sockets/interface.ts';
import { currentPaths, currentThread, linuxRoot, ownSpan } from './state.ts';
import { destroyFileTimer } from './time/timers.ts';

/** A description with one hold, or 0: `lackOfFile` says why. What it is open on is already held for it. */
export function createOpenFile(
  k: Kernel,
  on: { kind: number; node: number; object: number; end: number; flags: number },
): PhysicalAddress {
  const root = linuxRoot(k);
  if (root.fileLimit !== 0 && root.openFiles >= root.fileLimit) {
    root.refusedFiles += 1;
    return 0;
  }
  const address = k.slab.allocate(k.domain, OpenFile.size);
  if (address === 0) return 0;
  root.openFiles += 1;
  const view = openFileAt(k, address);
  view.references = 1;
  view.kind = on.kind;
  view.node = on.node;
  view.object = on.object;
  view.end = on.end;
  view.flags = on.flags;
  return address;
}

/** Why there is no further description: ENFILE at the machine's limit, else ENOMEM. */
export function lackOfFile(k: Kernel): number {
  const { openFiles, fileLimit } = linuxRoot(k);
  return fileLimit !== 0 && openFiles >= fileLimit ? ErrorNumber.ENFILE : ErrorNumber.ENOMEM;
}

/** Gives back the record of a description that is closed, or that was never used. */
export function releaseOpenFile(k: Kernel, file: PhysicalAddress): void {
  linuxRoot(k).openFiles -= 1;
  k.slab.release(file);
}

/** The ends of a pipe that an access mode opens. */
export function pipeEnds(flags: number): number {
  const mode = flags & OpenFlag.accessMask;
  if (mode === OpenFlag.readOnly) return PipeEnd.read;
  return mode === OpenFlag.writeOnly ? PipeEnd.write : PipeEnd.read | PipeEnd.write;
}

/** Bits of a description's `extra`: which locks were ever taken by it, and whether it counts as a writer of its file. */
export const Extra = { wholeLock: 1, recordLock: 2, writer: 4 } as const;

/** A reply in numbers, to be kept while something is given back. */
const kept = { value: 'number', second: 'number', error: 'number' } as const;

const closing = serviceInterface('linux', {
  /** Gives back a description's hold, or a node when `file` is 0, then replies as told. */
  leaveFile: { file: 'number', node: 'number', ...kept },
});

/** A description of the calling process, held for a call; undefined when the descriptor is not open. */
export function takeFile(k: Kernel, descriptor: number): OpenFileView | undefined {
  const file = fileOf(k, descriptor);
  if (file !== undefined) file.references += 1;
  return file;
}

/** The process's own directories, for as long as a call starts a path from them: what a frame's `held` has for them. */
export function holdPaths(k: Kernel): number {
  const paths = currentPaths(k);
  paths.walkers += 1;
  return -paths.address;
}

function leavePaths(k: Kernel, address: PhysicalAddress): void {
  const paths = Paths.at(k.store, address);
  paths.walkers -= 1;
  if (paths.walkers === 0 && k.waiting.first(paths.idle) !== 0) k.wake(paths.idle);
}

/** Gives back what a frame's `held` says, unless it is a description's last hold: false then, and nothing done. */
export function dropHold(k: Kernel, held: number): boolean {
  if (held < 0) {
    leavePaths(k, -held);
    return true;
  }
  const view = openFileAt(k, held);
  const { references } = view;
  if (references === 1) return false;
  view.references = references - 1;
  return true;
}

/** What a call has in its hands: a held description (or the process's directories, negative), or a held node. */
export interface Hands {
  held: number;
  node: number;
}

/**
 * Ends a call with a reply, and gives back what it holds. To be called by a step named 'finish', to which it returns.
 */
export function settle(k: Kernel, f: Hands, reply: Reply): OutcomeNumber {
  const { held: file, node } = f;
  f.held = 0;
  f.node = 0;
  if (file !== 0 ? dropHold(k, file) : node === 0) return k.pass(reply);
  const { value, second, error } = reply;
  return k.call(closing.leaveFile, { file, node: file === 0 ? node : 0, value, second, error }, 'finish');
}

/** The same with an error of the call's own. */
export function settleError(k: Kernel, f: Hands, error: number): OutcomeNumber {
  return settle(k, f, { value: 0, second: 0, error });
}

export function settleValue(k: Kernel, f: Hands, value: number): OutcomeNumber {
  return settle(k, f, { value, second: 0, error: 0 });
}

const leave = operation(closing.leaveFile, [], {
  begin(k, f) {
    if (f.file !== 0) return k.call(internal.closeFile, { file: f.file }, 'left');
    return k.call(files.release, { node: f.node }, 'left');
  },
  left(k, f) {
    return f.error === 0 ? k.done(f.value, f.second) : k.fail(f.error);
  },
});

const closeFile = operation(internal.closeFile, ['node', 'extra'], {
  begin(k, f) {
    const file = openFileAt(k, f.file);
    file.references -= 1;
    if (file.references > 0) return k.done();
    const { kind, object, end, node, extra } = file;
    forgetFile(k, file);
    f.node = node;
    f.extra = extra;
    releaseOpenFile(k, f.file);
    // A counter of events and a set of signals are nothing but their records.
    if (kind === OpenKind.event || kind === OpenKind.signals) k.slab.release(object);
    if (kind === OpenKind.timer) destroyFileTimer(k, object);
    if (kind === OpenKind.epoll) destroyEpoll(k, object);
    if (kind === OpenKind.socket) {
      // The node that it is bound to.
      f.node = extra;
      f.extra = 0;
      return k.call(network.close, { socket: object }, 'socket');
    }
    if (kind !== OpenKind.pipe) return k.goto('whole lock');
    return k.call(pipes.close, { pipe: object, end }, node === 0 ? 'released' : 'fifo');
  },
  socket(k, _f, reply) {
    return reply.value === 1 ? k.call(sockets.reap, {}, 'released') : k.goto('released');
  },
  fifo(k, f) {
    return k.call(fifos.leaveFifo, { node: f.node }, 'released');
  },
  'whole lock'(k, f) {
    if ((f.extra & Extra.wholeLock) === 0) return k.goto('record lock');
    return k.call(files.unlockAll, { node: f.node, owner: f.file, whole: 1 }, 'record lock');
  },
  'record lock'(k, f) {
    if ((f.extra & Extra.recordLock) === 0) return k.goto('released');
    return k.call(files.unlockAll, { node: f.node, owner: f.file, whole: 0 }, 'released');
  },
  released(k, f) {
    if (f.node === 0) return k.done();
    const release = (f.extra & Extra.writer) === 0 ? files.release : files.releaseWriter;
    return k.call(release, { node: f.node }, 'finish');
  },
  finish(k) {
    return k.done();
  },
});

/** Descriptors looked at in one step. */
const PORTION = 256;

/** A description leaves a table: record locks of the table's process on its file go with it, as fcntl(2) has it. */
const closeDescriptor = operation(internal.closeDescriptor, [], {
  begin(k, f) {
    const { kind, node } = openFileAt(k, f.file);
    if (kind !== OpenKind.node || DescriptorTable.at(k.store, f.table).locks === 0) return k.goto('close');
    return k.call(files.unlockAll, { node, owner: f.table, whole: 0 }, 'close');
  },
  close(k, f) {
    return k.call(internal.closeFile, { file: f.file }, 'finish');
  },
  finish(k) {
    return k.done();
  },
});

const closeAll = operation(internal.closeAll, ['next'], {
  begin(k, f) {
    const table = DescriptorTable.at(k.store, f.table);
    const stop = Math.min(table.end, f.next + PORTION);
    for (; f.next < stop; f.next += 1) {
      const descriptor = f.next;
      if (lookUp(k, f.table, descriptor) === 0) continue;
      if (f.marked !== 0 && (flagsOf(k, f.table, descriptor) & CLOSE_ON_EXEC) === 0) continue;
      const file = uninstall(k, f.table, descriptor);
      return k.call(internal.closeDescriptor, { file, table: f.table }, 'begin');
    }
    if (f.next < table.end) return k.goto('begin');
    if (f.marked === 0) destroyTable(k, f.table);
    return k.done();
  },
});

const STREAMS = 3;
const CONSOLE_PATH = '/dev/console';

/**
 * Descriptors 0, 1 and 2, each on its stream of the console. A terminal is open for reading and writing by all of them, and
 * becomes the controlling one: the process is to lead a session.
 */
const openConsole = operation(internal.openConsole, ['stream', 'terminals', 'terminal'], {
  begin(k, f) {
    const process = LinuxProcess.at(k.store, f.process);
    process.descriptors = createTable(k);
    return process.descriptors === 0 ? k.fail(ErrorNumber.ENOMEM) : k.goto('next');
  },
  next(k, f) {
    if (f.stream === STREAMS) return k.goto('adopt');
    return k.call(terminal.isTerminal, { stream: f.stream }, 'told');
  },
  told(k, f, reply) {
    f.terminal = reply.value;
    f.terminals += reply.value;
    if (f.terminal === 0) return k.goto('open');
    const { scratch } = currentThread(k);
    k.memory.store(scratch, new TextEncoder().encode(CONSOLE_PATH));
    const path = ownSpan(scratch, CONSOLE_PATH.length);
    return k.call(files.lookup, { root: 0, base: 0, path, flags: 0 }, 'open');
  },
  open(k, f, reply) {
    const { descriptors } = LinuxProcess.at(k.store, f.process);
    const oneWay = f.stream === 0 ? OpenFlag.readOnly : OpenFlag.writeOnly;
    const flags = f.terminal === 1 ? OpenFlag.readWrite | OpenFlag.largeFile : oneWay;
    // A guest without a node for its console has a nameless terminal.
    const node = f.terminal === 1 && reply.error === 0 ? reply.value : 0;
    const file = createOpenFile(k, {
      kind: OpenKind.terminal,
      node,
      object: f.stream,
      end: f.terminal,
      flags,
    });
    if (file === 0 || !install(k, descriptors, f.stream, file, 0)) return k.fail(ErrorNumber.ENOMEM);
    f.stream += 1;
    return k.goto('next');
  },
  adopt(k, f) {
    const { id } = LinuxProcess.at(k.store, f.process);
    if (f.terminals === 0) return k.done();
    return k.call(terminal.adopt, { session: id, group: id }, 'finish');
  },
  finish(k) {
    return k.done();
  },
});

export const openFileOperations: readonly Operation[] = [
  leave,
  closeFile,
  closeDescriptor,
  closeAll,
  openConsole,
];
