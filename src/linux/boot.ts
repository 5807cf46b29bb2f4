/**
 * The personality's beginning: its root record, the first process, and the program that the machine was started for.
 *
 * The first process is a kernel thread. It mounts what the plan says, starts the main program as its child, adopts orphans
 * and reaps them, and ends the machine with the main program. The plan is only read in its first steps.
 */
import { ErrorNumber } from '../contracts/errors.ts';
import type { FrameOf, OutcomeNumber, Reply } from '../contracts/service.ts';
import { NEVER, PAGE_SIZE, type PhysicalAddress } from '../contracts/units.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { Credentials, Domain, FrameUse, RunnerKind } from '../kernel/objects.ts';
import { type Operation, operation } from '../kernel/operation.ts';
import { DEFAULT_WEIGHT } from '../kernel/threads.ts';
import { files } from '../services/files/interface.ts';
import { WaitFigures } from '../services/processes/figures.ts';
import { ProcessField, processes, WaitKind, WaitOption } from '../services/processes/interface.ts';
import { append, blockAt, createBlock, destroyBlock } from './exec/argument-block.ts';
import { internal } from './internal.ts';
import {
  ANY_HART,
  adoptThread,
  createPaths,
  createProcess,
  createThread,
  processAt,
  usualThreadLimit,
} from './processes/making.ts';
import { LinuxRoot } from './records.ts';
import { createHandlers } from './signals/handlers.ts';
import { SignalNumber } from './signals/numbers.ts';
import { currentThread, linuxRoot, ownSpan } from './state.ts';
import { type HintPlan, keepHints } from './time/hints.ts';

/** A tree to be mounted at a path that exists by then. */
export interface MountPlan {
  readonly path: string;
  /** A MountKind of the files service, the number of its layer, and MountFlag bits. */
  readonly kind: number;
  readonly layer: number;
  readonly flags: number;
}

/** A node to be made where nothing is yet: a device, a directory (by its mode's S_IF bits), or a link to a target. */
export interface NodePlan {
  readonly path: string;
  readonly mode: number;
  readonly device: number;
  readonly target?: string;
}

/** What the machine is started for. */
export interface LinuxPlan {
  readonly mounts: readonly MountPlan[];
  readonly nodes: readonly NodePlan[];
  /** Candidates for the program, tried in order: a path as it is, or one for each folder of PATH. */
  readonly programs: readonly string[];
  readonly arguments: readonly string[];
  readonly environment: readonly string[];
  readonly directory: string;
  readonly user: number;
  readonly group: number;
  /** Seconds since 1970 at the first instant. */
  readonly epoch: number;
  /** Threads, the only ones of processes among them, and open file descriptions that there may be at once. */
  readonly mostThreads?: number | undefined;
  readonly mostFiles?: number | undefined;
  /** What the user says of programs for scheduling policies. */
  readonly hints?: readonly HintPlan[] | undefined;
}

const text = new TextEncoder();
const NOT_FOUND = 127;
/** What the plan wants cannot be: whoever wrote it can put that right. */
const UNFIT = 2;
/** Why something cannot be mounted, or the directories that lead there made. */
const MOUNT_REASONS: { readonly [error: number]: string } = {
  [ErrorNumber.EPERM]: 'nothing can be made there',
  [ErrorNumber.EROFS]: 'nothing can be made there',
  [ErrorNumber.ENOENT]: 'there is no such directory',
  [ErrorNumber.ENOTDIR]: 'it, or what leads there, is not a directory',
  [ErrorNumber.EINVAL]: 'it is not an ext2 filesystem',
  [ErrorNumber.EIO]: 'it cannot be read',
  [ErrorNumber.ENAMETOOLONG]: 'its name is too long',
  [ErrorNumber.ELOOP]: 'links lead there in circles',
  [ErrorNumber.ENOMEM]: 'the machine has too little memory',
};
const NOT_EXECUTABLE = 126;
/** wait(2) keeps an exit status in its second byte. */
const STATUS_SHIFT = 256;
/** A directory that everybody may read, as mount points are made. */
const DIRECTORY_MODE = 0o040755;

/** Makes the personality's records and the first process's thread, ready to run. */
export function bootLinux(k: Kernel, plan: LinuxPlan): void {
  const home = k.homeOf('linux');
  const address = k.slab.allocate(home, LinuxRoot.size);
  k.setServiceRoot('linux', address);
  const root = LinuxRoot.at(k.store, address);
  root.epoch = plan.epoch;
  root.threadLimit = plan.mostThreads ?? usualThreadLimit(k);
  root.fileLimit = plan.mostFiles ?? 0;
  root.counters = k.frames.allocate(home, FrameUse.slab) * PAGE_SIZE;
  root.futexes = k.frames.allocate(home, FrameUse.slab) * PAGE_SIZE;
  keepHints(k, plan.hints ?? []);
  root.spareScratch = k.frames.allocate(home, FrameUse.slab) * PAGE_SIZE;
}

/** Makes the kernel thread that becomes the first process. */
export function startInit(k: Kernel): void {
  const home = k.homeOf('linux');
  const thread = k.threads.create({
    domain: home,
    beneficiary: k.root.kernelBeneficiary,
    process: 0,
    runner: RunnerKind.steps,
    weight: DEFAULT_WEIGHT,
    affinity: ANY_HART,
  });
  if (thread === 0) throw new Error('no memory for the first process');
  k.enter(thread, internal.init, {});
  k.scheduling.ready(thread, 'new');
}

/** The first process's own records, for the thread that executes. */
function becomeInit(
  k: Kernel,
  process: PhysicalAddress,
  domain: PhysicalAddress,
  beneficiary: PhysicalAddress,
): boolean {
  const init = createProcess(k, process, 1, domain, beneficiary);
  const thread = init && adoptThread(k, init, 1, k.thread);
  if (init === undefined || thread === undefined) return false;
  init.paths = createPaths(k, 0, 0, 0o022);
  init.handlers = createHandlers(k);
  linuxRoot(k).init = init.address;
  return init.paths !== 0 && init.handlers !== 0;
}

/** Puts a path into the executing thread's scratch page; who revives a server is no thread of the personality, and has one kept for it. */
export function scratchPath(k: Kernel, path: string) {
  const scratch = scratchFor(k);
  const bytes = text.encode(path);
  k.memory.store(scratch, bytes);
  return ownSpan(scratch, bytes.length);
}

function scratchFor(k: Kernel): PhysicalAddress {
  return k.threads.at(k.thread).personality === 0 ? linuxRoot(k).spareScratch : currentThread(k).scratch;
}

/** The argument block of the plan; 0 when there is no memory. */
function planBlock(k: Kernel, plan: LinuxPlan): PhysicalAddress {
  const block = createBlock(k);
  if (block === 0) return 0;
  const all = [...plan.arguments, ...plan.environment];
  if (!all.every((string) => append(k, block, text.encode(string)))) {
    destroyBlock(k, block);
    return 0;
  }
  const view = blockAt(k, block);
  view.argumentCount = plan.arguments.length;
  view.environmentCount = plan.environment.length;
  view.argumentBytes = plan.arguments.reduce((sum, string) => sum + text.encode(string).length + 1, 0);
  return block;
}

function setUser(k: Kernel, domain: PhysicalAddress, plan: LinuxPlan): void {
  const credentials = Credentials.at(k.store, Domain.at(k.store, domain).credentials);
  credentials.user = plan.user;
  credentials.effectiveUser = plan.user;
  credentials.savedUser = plan.user;
  credentials.filesystemUser = plan.user;
  credentials.group = plan.group;
  credentials.effectiveGroup = plan.group;
  credentials.savedGroup = plan.group;
  credentials.filesystemGroup = plan.group;
}

/** The locals of `init`, which its groups of steps share. */
export const INIT_LOCALS = [
  'index',
  'process',
  'id',
  'domain',
  'child',
  'directory',
  'thread',
  'made',
  'tried',
] as const;
export type InitSteps = {
  readonly [step: string]: (
    k: Kernel,
    f: FrameOf<Record<never, never>, (typeof INIT_LOCALS)[number]>,
    reply: Reply,
  ) => OutcomeNumber;
};
/** Tells whoever started the machine. */
type Say = (message: string) => void;

/** The thread becomes the first process. */
function becomingInit(say: Say): InitSteps {
  return {
    begin(k) {
      return k.call(processes.create, { parent: 0 }, 'first');
    },
    first(k, f, reply) {
      if (reply.error !== 0) return stop(k, say, 'no memory for the first process', NOT_EXECUTABLE);
      f.process = reply.value;
      return k.call(processes.get, { process: f.process, field: ProcessField.domain }, 'first domain');
    },
    'first domain'(k, f, reply) {
      f.domain = reply.value;
      return k.call(processes.get, { process: f.process, field: ProcessField.beneficiary }, 'first records');
    },
    'first records'(k, f, reply) {
      if (!becomeInit(k, f.process, f.domain, reply.value))
        return stop(k, say, 'no memory for the first process', NOT_EXECUTABLE);
      const word = currentThread(k).process;
      return k.call(processes.setPersonality, { process: f.process, word }, 'first thread');
    },
    'first thread'(k, f) {
      const name = scratchPath(k, 'init');
      return k.call(processes.rename, { process: f.process, name }, 'first name');
    },
    'first name'(k, f) {
      return k.call(processes.attach, { process: f.process, thread: k.thread }, 'mount');
    },
  };
}

/** Has the file server died while the first process mounted? Then whoever made it again has mounted all that is planned. */
function isMountedByOthers(k: Kernel, firstProcess: PhysicalAddress): boolean {
  return firstProcess !== 0 && Domain.at(k.store, k.homeOf('files')).deaths > 0;
}

function mountReason(error: number): string {
  return MOUNT_REASONS[error] ?? `error ${error}`;
}

/** What the plan wants in the tree of files. */
export function mounting(plan: LinuxPlan, say: Say): InitSteps {
  return {
    mount(k, f) {
      const mount = plan.mounts[f.index];
      if (mount === undefined) return k.goto('nodes');
      const place = { root: 0, base: 0, path: scratchPath(k, mount.path) };
      return k.call(
        files.mount,
        { ...place, kind: mount.kind, layer: mount.layer, flags: mount.flags, limit: 0 },
        'mounted',
      );
    },
    mounted(k, f, reply) {
      const mount = plan.mounts[f.index];
      if (reply.error === ErrorNumber.ENOENT && f.tried === 0) {
        f.tried = 1;
        return k.goto('parents');
      }
      if (reply.error !== 0 && isMountedByOthers(k, f.process)) return k.goto('nodes');
      if (reply.error !== 0)
        return stop(k, say, `cannot mount ${mount?.path}: ${mountReason(reply.error)}`, UNFIT);
      f.index += 1;
      f.tried = 0;
      return k.goto('mount');
    },
    // The directories that lead to the place, the highest first; `tried` counts them.
    parents(k, f) {
      const names = (plan.mounts[f.index]?.path ?? '').split('/').filter((name) => name !== '');
      if (f.tried > names.length) return k.goto('mount');
      const place = { root: 0, base: 0, path: scratchPath(k, `/${names.slice(0, f.tried).join('/')}`) };
      f.tried += 1;
      return k.call(files.make, { ...place, mode: DIRECTORY_MODE, device: 0 }, 'made');
    },
    made(k, f, reply) {
      const path = plan.mounts[f.index]?.path;
      if (reply.error === ErrorNumber.EEXIST) return k.goto('parents');
      if (reply.error !== 0 && isMountedByOthers(k, f.process)) return k.goto('nodes');
      if (reply.error !== 0) return stop(k, say, `cannot make ${path}: ${mountReason(reply.error)}`, UNFIT);
      return k.call(files.release, { node: reply.value }, 'parents');
    },
    directory(k) {
      const place = { root: 0, base: 0, path: scratchPath(k, plan.directory) };
      return k.call(files.lookup, { ...place, flags: 4 }, 'found');
    },
    found(k, f, reply) {
      if (reply.error !== 0)
        return stop(k, say, `the guest has no directory '${plan.directory}' to start in`, UNFIT);
      f.directory = reply.value;
      const { process } = processAt(k, currentThread(k).process);
      return k.call(processes.create, { parent: process }, 'created');
    },
  };
}

/** Devices, directories and links that the plan wants beside. */
export function makingNodes(plan: LinuxPlan): InitSteps {
  return {
    nodes(k, f) {
      const node = plan.nodes[f.made];
      f.made += 1;
      if (node === undefined) return k.goto('directory');
      const place = { root: 0, base: 0, path: scratchPath(k, node.path) };
      if (node.target === undefined)
        return k.call(files.make, { ...place, mode: node.mode, device: node.device }, 'node');
      const bytes = text.encode(node.target);
      const start = scratchFor(k) + PAGE_SIZE / 2;
      k.memory.store(start, bytes);
      return k.call(files.symbolicLink, { ...place, target: ownSpan(start, bytes.length) }, 'nodes');
    },
    node(k, _f, reply) {
      // What is there already stays.
      if (reply.error !== 0) return k.goto('nodes');
      return k.call(files.release, { node: reply.value }, 'nodes');
    },
  };
}

/** The main program, as a child with a session of its own. */
function startingMain(plan: LinuxPlan, say: Say): InitSteps {
  return {
    created(k, f, reply) {
      if (reply.error !== 0) return stop(k, say, 'no memory for the program', NOT_EXECUTABLE);
      f.process = reply.value;
      f.id = reply.second;
      return k.call(processes.get, { process: f.process, field: ProcessField.domain }, 'domain');
    },
    domain(k, f, reply) {
      f.domain = reply.value;
      setUser(k, f.domain, plan);
      return k.call(processes.get, { process: f.process, field: ProcessField.beneficiary }, 'records');
    },
    records(k, f, reply) {
      const child = createProcess(k, f.process, f.id, f.domain, reply.value);
      if (child === undefined) return stop(k, say, 'no memory for the program', NOT_EXECUTABLE);
      f.child = child.address;
      child.exitSignal = SignalNumber.SIGCHLD;
      child.paths = createPaths(k, 0, f.directory, 0o022);
      child.handlers = createHandlers(k);
      linuxRoot(k).main = child.address;
      return k.call(internal.openConsole, { process: f.child }, 'console');
    },
    console(k, f, reply) {
      if (reply.error !== 0) return stop(k, say, 'no memory for the program', NOT_EXECUTABLE);
      return k.call(processes.setPersonality, { process: f.process, word: f.child }, 'session');
    },
    session(k, f) {
      return k.call(processes.setSession, { process: f.process }, 'thread');
    },
    thread(k, f) {
      const thread = createThread(k, processAt(k, f.child), f.id);
      const block = planBlock(k, plan);
      if (thread === undefined || block === 0)
        return stop(k, say, 'no memory for the program', NOT_EXECUTABLE);
      f.thread = thread.thread;
      k.enter(thread.thread, internal.startMain, { block });
      return k.call(processes.attach, { process: f.process, thread: thread.thread }, 'attached');
    },
    attached(k, f) {
      k.scheduling.ready(f.thread, 'new');
      return k.goto('reap');
    },
  };
}

/** What remains to be done for good. */
function reaping(say: Say): InitSteps {
  return {
    reap(k) {
      const { process } = processAt(k, currentThread(k).process);
      const into = ownSpan(currentThread(k).scratch, WaitFigures.size);
      const request = { process, kind: WaitKind.any, id: 0, options: WaitOption.exited, into };
      return k.call(processes.wait, request, 'reaped');
    },
    reaped(k, f, reply) {
      if (reply.error !== 0)
        return stop(k, say, `the first process has no children: error ${reply.error}`, 70);
      if (reply.value !== f.id) return k.goto('reap');
      f.index = WaitFigures.at(k.store, currentThread(k).scratch).status;
      return k.call(files.shutdown, {}, 'shut');
    },
    shut(k, f, reply) {
      if (reply.error !== 0) say(`the disks are not in order: error ${reply.error}`);
      k.root.ending = 1 + f.index;
      return k.wait([], NEVER, 'reap', false);
    },
  };
}

/** The program cannot be executed: says so as a shell would, and ends its process with the shell's status. */
function complain(k: Kernel, plan: LinuxPlan, say: Say, block: PhysicalAddress, error: number) {
  const name = plan.arguments[0] ?? '';
  const reasons: { readonly [error: number]: string } = {
    [ErrorNumber.ENOENT]: 'no such program in the guest',
    [ErrorNumber.EACCES]: 'it is not an executable file',
    [ErrorNumber.ENOEXEC]: 'it is neither a riscv64 ELF program nor a script',
    [ErrorNumber.ENOMEM]: 'it needs more memory than the machine has',
    [ErrorNumber.E2BIG]: 'its arguments are too long',
  };
  say(`${name}: ${reasons[error] ?? `error ${error}`}`);
  destroyBlock(k, block);
  const status = (error === ErrorNumber.ENOENT ? NOT_FOUND : NOT_EXECUTABLE) * STATUS_SHIFT;
  return k.call(internal.exitThread, { status }, 'ended');
}

/** @param say writes a message to the error output of whoever started the machine. */
export function bootOperations(plan: LinuxPlan, say: Say): readonly Operation[] {
  const init = operation(internal.init, INIT_LOCALS, {
    ...becomingInit(say),
    ...mounting(plan, say),
    ...makingNodes(plan),
    ...startingMain(plan, say),
    ...reaping(say),
  });

  const startMain = operation(internal.startMain, ['index', 'error'], {
    begin(k, f) {
      const path = plan.programs[f.index];
      if (path === undefined) return complain(k, plan, say, f.block, f.error || ErrorNumber.ENOENT);
      const span = scratchPath(k, path);
      const request = { path: span.start, pathLength: span.length, block: f.block, base: 0, flags: 0 };
      return k.call(internal.exec, request, 'started');
    },
    started(k, f, reply) {
      if (reply.error === 0) {
        destroyBlock(k, f.block);
        currentThread(k).keepRegisters = 0;
        return k.done();
      }
      const missing = reply.error === ErrorNumber.ENOENT || reply.error === ErrorNumber.ENOTDIR;
      if (f.error === 0 && !missing) f.error = reply.error;
      f.index += 1;
      return k.goto('begin');
    },
    ended(k) {
      return k.done();
    },
  });

  return [init, startMain];
}

function stop(k: Kernel, say: (message: string) => void, message: string, status: number) {
  say(message);
  k.root.ending = 1 + status * STATUS_SHIFT;
  return k.wait([], NEVER, 'reap', false);
}
