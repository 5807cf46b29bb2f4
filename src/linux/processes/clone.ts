/**
 * clone(2), fork and vfork: a thread of the same process, or a process that shares or copies what the flags say.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { NEVER, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Domain } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { showHandles } from '../../kernel/resident.ts';
import { files } from '../../services/files/interface.ts';
import { memory } from '../../services/memory/interface.ts';
import { ProcessField, processes } from '../../services/processes/interface.ts';
import { copyTable } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { DescriptorTable, Paths } from '../records.ts';
import { Resource } from '../resources.ts';
import { copyHandlers, shareHandlers } from '../signals/handlers.ts';
import { SignalNumber } from '../signals/numbers.ts';
import { currentProcess, currentThread, linuxRoot } from '../state.ts';
import { inheritProcessorLimit } from '../time/processor-limit.ts';
import { releaseTimers } from '../time/timers.ts';
import { delistProcess, stillThere, threadsOf } from './directory.ts';
import {
  areThreadsOut,
  createPaths,
  createProcess,
  createThread,
  isOverLimit,
  processAt,
  releaseThread,
  threadAt,
} from './making.ts';

export const CloneFlag = {
  exitSignal: 0xff,
  memory: 0x100,
  paths: 0x200,
  files: 0x400,
  handlers: 0x800,
  vfork: 0x4000,
  parent: 0x8000,
  thread: 0x1_0000,
  newNamespace: 0x2_0000,
  setTls: 0x8_0000,
  parentId: 0x10_0000,
  clearChildId: 0x20_0000,
  childId: 0x100_0000,
  clearHandlers: 0x1_0000_0000,
} as const;

/** Free frames below which nothing new is started, or one in so many of a small machine: what runs needs them. */
const FEWEST_FRAMES = 64;
const FRAMES_SHARE = 32;

const STACK_POINTER = 2;
const THREAD_POINTER = 4;
const A0 = 10;

function has(flags: number, flag: number): boolean {
  return Math.floor(flags / flag) % 2 === 1;
}

/** Combinations that Linux refuses. */
function isNonsense(flags: number): boolean {
  if (has(flags, CloneFlag.thread) && !has(flags, CloneFlag.handlers)) return true;
  if (has(flags, CloneFlag.handlers) && !has(flags, CloneFlag.memory)) return true;
  return has(flags, CloneFlag.newNamespace);
}

/** Gives the child's thread the registers of its parent, but for what clone changes. */
function prepare(
  k: Kernel,
  child: PhysicalAddress,
  f: { flags: number; stack: number; tls: number; childId: number },
) {
  const from = currentThread(k);
  const view = threadAt(k, child);
  const context = k.threads.context(view.thread);
  context.copyFrom(k.threads.context(k.thread));
  context.set(A0, 0);
  if (f.stack !== 0) context.set(STACK_POINTER, f.stack);
  if (has(f.flags, CloneFlag.setTls)) context.set(THREAD_POINTER, f.tls);
  if (has(f.flags, CloneFlag.clearChildId)) view.clearId = f.childId;
  view.blockedLow = from.blockedLow;
  view.blockedHigh = from.blockedHigh;
  k.memory.copy(view.name, from.name, 16);
  if (!has(f.flags, CloneFlag.memory) || has(f.flags, CloneFlag.vfork)) {
    view.stackStart = from.stackStart;
    view.stackSize = from.stackSize;
    view.stackFlags = from.stackFlags;
  }
  k.mechanism();
  const [own, parent] = [k.threads.at(view.thread), k.threads.at(k.thread)];
  own.weight = parent.weight;
  own.nice = parent.nice;
  own.affinity = parent.affinity;
  own.priority = parent.priority;
  own.tickets = parent.tickets;
}

/** Starts a child: its first act is to tell its number, then it returns from clone with 0. */
function start(k: Kernel, child: PhysicalAddress, f: { flags: number; childId: number }): void {
  const { thread } = threadAt(k, child);
  const childId = has(f.flags, CloneFlag.childId) ? f.childId : 0;
  k.enter(thread, internal.startChild, { childId });
  k.scheduling.ready(thread, 'new');
}

/** Tables of the child: shared, each with one user more, or copied. False when there is no memory for a copy. */
function giveTables(k: Kernel, child: PhysicalAddress, flags: number): boolean {
  const parent = currentProcess(k);
  const to = processAt(k, child);
  to.descriptors = has(flags, CloneFlag.files)
    ? share(k, parent.descriptors)
    : copyTable(k, parent.descriptors);
  to.handlers = has(flags, CloneFlag.handlers)
    ? shareHandlers(k, parent.handlers)
    : copyHandlers(k, parent.handlers, has(flags, CloneFlag.clearHandlers));
  const paths = Paths.at(k.store, parent.paths);
  if (has(flags, CloneFlag.paths)) {
    paths.references += 1;
    to.paths = parent.paths;
  } else to.paths = createPaths(k, paths.root, paths.current, paths.mask);
  return to.descriptors !== 0 && to.handlers !== 0 && to.paths !== 0;
}

function share(k: Kernel, table: PhysicalAddress): PhysicalAddress {
  DescriptorTable.at(k.store, table).references += 1;
  return table;
}

/** The nodes that a new process holds besides its tables. */
function nodesToHold(k: Kernel, flags: number): number[] {
  const parent = currentProcess(k);
  const { root, current } = Paths.at(k.store, parent.paths);
  return [parent.executable, ...(has(flags, CloneFlag.paths) ? [] : [root, current])];
}

function copyFigures(k: Kernel, child: PhysicalAddress): void {
  const parent = currentProcess(k);
  const to = processAt(k, child);
  to.executable = parent.executable;
  to.argumentStart = parent.argumentStart;
  to.argumentEnd = parent.argumentEnd;
  to.environmentStart = parent.environmentStart;
  to.environmentEnd = parent.environmentEnd;
  to.auxiliaryStart = parent.auxiliaryStart;
  to.auxiliaryLength = parent.auxiliaryLength;
  to.killAdjustment = parent.killAdjustment;
  to.dumpable = parent.dumpable;
  to.personality = parent.personality;
  to.noNewPrivileges = parent.noNewPrivileges;
  inheritProcessorLimit(k, parent, to);
}

/** Does the structure refuse a process like this? It is counted, for whoever asks why. */
function isRefused(k: Kernel, flags: number): boolean {
  if (has(flags, CloneFlag.thread)) return false;
  const { refusals } = k.structure;
  const sharing = refusals?.processes ?? (has(flags, CloneFlag.vfork) ? undefined : refusals?.concurrency);
  const reason = has(flags, CloneFlag.memory) ? sharing : refusals?.fork;
  if (reason === undefined) return false;
  linuxRoot(k).refusals += 1;
  return true;
}

/** Is there one thread in the process? In real memory, others would run on where the child's program is loaded. */
function isAlone(k: Kernel): boolean {
  return [...threadsOf(k, currentProcess(k))].length === 1;
}

const clone = operation(
  internal.clone,
  ['id', 'child', 'process', 'thread', 'domain', 'index', 'beneficiary', 'error'],
  {
    begin(k, f) {
      if (isNonsense(f.flags)) return k.fail(ErrorNumber.EINVAL);
      if (isRefused(k, f.flags)) return k.fail(ErrorNumber.ENOSYS);
      if (areThreadsOut(k)) return k.fail(ErrorNumber.EAGAIN);
      const { process } = currentProcess(k);
      return k.call(processes.limit, { process, resource: Resource.processes }, 'limited');
    },
    limited(k, _f, reply) {
      if (isOverLimit(k, reply.value)) return k.fail(ErrorNumber.EAGAIN);
      return k.frames.free < FEWEST_FRAMES
        ? k.call(files.reclaim, { pages: FEWEST_FRAMES }, 'make')
        : k.goto('make');
    },
    make(k, f) {
      if (k.frames.free < Math.min(FEWEST_FRAMES, k.root.frameCount / FRAMES_SHARE))
        return k.fail(ErrorNumber.ENOMEM);
      if (has(f.flags, CloneFlag.thread)) return k.call(processes.newNumber, {}, 'number');
      if (k.hasRealMemory && !isAlone(k)) return k.fail(ErrorNumber.EAGAIN);
      const process = currentProcess(k);
      const field = ProcessField.parentProcess;
      if (has(f.flags, CloneFlag.parent))
        return k.call(processes.get, { process: process.process, field }, 'create');
      return k.call(processes.create, { parent: process.process }, 'created');
    },
    create(k, _f, reply) {
      return k.call(processes.create, { parent: reply.value }, 'created');
    },
    // --- a thread
    number(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.id = reply.value;
      const thread = createThread(k, currentProcess(k), f.id);
      if (thread === undefined) return k.fail(ErrorNumber.ENOMEM);
      f.thread = thread.address;
      prepare(k, f.thread, f);
      return k.call(
        processes.attach,
        { process: currentProcess(k).process, thread: thread.thread },
        'attached',
      );
    },
    // --- a process
    created(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.process = reply.value;
      f.id = reply.second;
      return k.call(processes.get, { process: f.process, field: ProcessField.domain }, 'domain');
    },
    domain(k, f, reply) {
      f.domain = reply.value;
      return k.call(processes.get, { process: f.process, field: ProcessField.beneficiary }, 'records');
    },
    records(k, f, reply) {
      const child = createProcess(k, f.process, f.id, f.domain, reply.value);
      if (child === undefined) return refuse(k, f, ErrorNumber.ENOMEM);
      f.child = child.address;
      const { id, creator, exitSignal } = currentProcess(k);
      const sibling = has(f.flags, CloneFlag.parent);
      child.exitSignal = sibling ? exitSignal : f.flags & CloneFlag.exitSignal;
      child.creator = sibling ? creator : id;
      const on = child.exitSignal === SignalNumber.SIGCHLD ? 0 : 1;
      return k.call(processes.setClone, { process: f.process, on }, 'memory');
    },
    memory(k, f) {
      const { space } = currentProcess(k);
      if (has(f.flags, CloneFlag.memory)) return k.call(memory.share, { space }, 'shared');
      return k.call(memory.fork, { space, domain: f.domain }, 'space');
    },
    shared(k, f) {
      processAt(k, f.child).space = currentProcess(k).space;
      return k.goto('tables');
    },
    space(k, f, reply) {
      if (reply.error !== 0) return refuse(k, f, reply.error);
      processAt(k, f.child).space = reply.value;
      return k.goto('tables');
    },
    tables(k, f) {
      const child = processAt(k, f.child);
      k.mechanism();
      Domain.at(k.store, f.domain).space = child.space;
      const thread = giveTables(k, f.child, f.flags) ? createThread(k, child, f.id) : undefined;
      if (thread === undefined) return refuse(k, f, ErrorNumber.ENOMEM);
      f.thread = thread.address;
      prepare(k, f.thread, f);
      copyFigures(k, f.child);
      return k.goto('hold');
    },
    hold(k, f) {
      const nodes = nodesToHold(k, f.flags);
      while (f.index < nodes.length) {
        const node = nodes[f.index] as number;
        f.index += 1;
        if (node !== 0) return k.call(files.hold, { node }, 'hold');
      }
      const { executable } = currentProcess(k);
      return executable === 0
        ? k.goto('personality')
        : k.call(files.denyWriters, { node: executable }, 'personality');
    },
    personality(k, f) {
      return k.call(processes.setPersonality, { process: f.process, word: f.child }, 'attach');
    },
    attach(k, f) {
      const { name } = threadAt(k, f.thread);
      const span = { space: 0, start: name, length: 16, rights: 1 };
      return k.call(processes.rename, { process: f.process, name: span }, 'named');
    },
    named(k, f) {
      return k.call(
        processes.attach,
        { process: f.process, thread: threadAt(k, f.thread).thread },
        'attached',
      );
    },
    // --- both
    attached(k, f) {
      if (!has(f.flags, CloneFlag.parentId)) return k.goto('start');
      const { scratch2 } = currentThread(k);
      k.memory.write32(scratch2, f.id);
      return k.call(internal.writeUser, { address: f.parentId, from: scratch2, length: 4 }, 'start');
    },
    start(k, f) {
      if (f.child !== 0 && has(f.flags, CloneFlag.vfork)) processAt(k, f.child).borrowed = 1;
      start(k, f.thread, f);
      return f.child === 0 || !has(f.flags, CloneFlag.vfork) ? k.done(f.id) : k.goto('lent');
    },
    // A wait may end early for want of memory.
    lent(k, f) {
      const child = stillThere(k, f.child);
      if (child === undefined || child.id !== f.id || child.borrowed === 0) {
        if (k.hasRealMemory) showHandles(k.memory, currentProcess(k).descriptors);
        return k.done(f.id);
      }
      return k.wait([child.released], NEVER, 'lent', false);
    },
    // --- the way back
    'undo tables'(k, f) {
      if (f.child === 0) return k.goto('undo process');
      const child = processAt(k, f.child);
      const { descriptors, paths } = child;
      if (descriptors !== 0) {
        child.descriptors = 0;
        const table = DescriptorTable.at(k.store, descriptors);
        table.references -= 1;
        if (table.references === 0)
          return k.call(internal.closeAll, { table: descriptors, marked: 0 }, 'undo tables');
      }
      if (paths !== 0) {
        child.paths = 0;
        const view = Paths.at(k.store, paths);
        view.references -= 1;
        if (view.references === 0) k.slab.release(paths);
      }
      if (f.thread !== 0) {
        k.threads.destroy(threadAt(k, f.thread).thread);
        releaseThread(k, f.thread);
      }
      return k.goto('undo space');
    },
    'undo space'(k, f) {
      const { space } = processAt(k, f.child);
      delistProcess(k, processAt(k, f.child));
      releaseTimers(k, processAt(k, f.child));
      k.slab.release(f.child);
      if (space === 0) return k.goto('undo process');
      return k.call(memory.destroy, { space }, 'undo process');
    },
    'undo process'(k, f) {
      return k.call(processes.discard, { process: f.process }, 'undone');
    },
    undone(k, f) {
      return k.fail(f.error);
    },
  },
);

function refuse(k: Kernel, f: { error: number }, error: number) {
  f.error = error;
  return k.goto('undo tables');
}

const startChild = operation(internal.startChild, [], {
  begin(k, f) {
    if (f.childId === 0) return k.done();
    const { scratch2, id } = currentThread(k);
    k.memory.write32(scratch2, id);
    return k.call(internal.writeUser, { address: f.childId, from: scratch2, length: 4 }, 'finish');
  },
  finish(k) {
    return k.done();
  },
});

export const cloneOperations: readonly Operation[] = [clone, startChild];
