/**
 * execve(2): a new program in the place of the one that calls.
 *
 * Everything that can fail happens in a new address space beside the old one; then, from 'others' on, there is no way
 * back: other threads leave, the spaces change places, and what exec resets is reset.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { NEVER, PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { Domain, FrameUse } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { showHandles } from '../../kernel/resident.ts';
import { Attributes, ModeBit } from '../../services/files/attributes.ts';
import { files } from '../../services/files/interface.ts';
import { memory, Protection } from '../../services/memory/interface.ts';
import { CredentialCall, ProcessField, processes } from '../../services/processes/interface.ts';
import { copyTable } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { renumberThread } from '../processes/directory.ts';
import { Attention, DescriptorTable } from '../records.ts';
import { resetSignals } from '../signals/exec.ts';
import { SignalNumber } from '../signals/numbers.ts';
import { terminate } from '../signals/sending.ts';
import { currentProcess, currentThread, ownSpan } from '../state.ts';
import { vdso } from '../vdso/interface.ts';
import { vdsoAddress } from '../vdso/page.ts';
import type { Executable } from './elf.ts';
import { images, readHeaders, UNLOADABLE } from './image.ts';
import { loader } from './load.ts';
import { createExecPages, destroyExecPages, execPagesAt } from './pages.ts';
import { Auxiliary, FIRST_STACK_BYTES, STACK_TOP, stacks } from './stack.ts';

/** Where a position-independent program goes; its heap follows it, far below what is mapped from the top. */
const PROGRAM_BASE = 0x1000_0000;
/** In real memory: the lowest free place from here on, which leaves room below for a program that must be there. */
const REAL_PROGRAM_BASE = 0x40_0000;
const SEGMENT_HEADER_BYTES = 56;
/** Ticks in a second of times(2), as USER_HZ. */
const CLOCK_TICKS = 100;
/** Bits of the extensions I, M, A, F, D, C in AT_HWCAP: bit n is the extension of the n-th letter. */
const HARDWARE = [...'IMAFDC'].reduce((bits, letter) => bits | (1 << (letter.charCodeAt(0) - 65)), 0);
const STACK_LIMIT = 3;
const STACK_POINTER = 2;
/** Stacks without a limit of their own may grow to this. */
const LARGEST_STACK = 64 * 1024 * 1024;

interface ExecState {
  readonly pages: number;
  readonly headerLength: number;
  readonly interpreterLength: number;
  readonly bias: number;
  readonly interpreterBias: number;
  /** Effective user and group of the new program. */
  readonly user: number;
  readonly group: number;
}

function programOf(k: Kernel, f: ExecState): Executable {
  return readHeaders(k, execPagesAt(k, f.pages).headers, f.headerLength) as Executable;
}

function interpreterOf(k: Kernel, f: ExecState): Executable {
  return readHeaders(k, execPagesAt(k, f.pages).interpreterHeaders, f.interpreterLength) as Executable;
}

function entryOf(k: Kernel, f: ExecState): number {
  if (f.interpreterLength > 0) return f.interpreterBias + interpreterOf(k, f).entry;
  return f.bias + programOf(k, f).entry;
}

function programBase(k: Kernel): number {
  return k.hasRealMemory ? REAL_PROGRAM_BASE : PROGRAM_BASE;
}

/** Does the program act for another user or group than whoever started it? */
function isSecure(k: Kernel, f: ExecState): boolean {
  const { user, group } = k.credentials;
  return user !== f.user || group !== f.group;
}

/** The effective user and group of the program: those of a file with set-id bits, unless that was renounced. */
function takeIdentity(k: Kernel, f: { user: number; group: number }): void {
  const { effectiveUser, effectiveGroup } = k.credentials;
  const { mode, user, group } = Attributes.at(k.store, currentThread(k).scratch2);
  const renounced = currentProcess(k).noNewPrivileges !== 0;
  const setsGroup = (mode & ModeBit.setGroup) !== 0 && (mode & ModeBit.groupExecute) !== 0;
  f.user = (mode & ModeBit.setUser) !== 0 && !renounced ? user : effectiveUser;
  f.group = setsGroup && !renounced ? group : effectiveGroup;
}

/** The auxiliary vector as pairs of integers on a page. Returns their number. */
function writeAuxiliary(k: Kernel, f: ExecState, page: PhysicalAddress): number {
  const program = programOf(k, f);
  const { credentials } = k;
  const pairs: readonly (readonly [number, number])[] = [
    [Auxiliary.hardware, HARDWARE],
    [Auxiliary.pageSize, PAGE_SIZE],
    [Auxiliary.clockTicks, CLOCK_TICKS],
    [Auxiliary.programHeaders, f.bias + program.headersAddress],
    [Auxiliary.programHeaderSize, SEGMENT_HEADER_BYTES],
    [Auxiliary.programHeaderCount, program.headerCount],
    [Auxiliary.base, f.interpreterBias],
    [Auxiliary.flags, 0],
    [Auxiliary.entry, f.bias + program.entry],
    [Auxiliary.user, credentials.user],
    [Auxiliary.effectiveUser, f.user],
    [Auxiliary.group, credentials.group],
    [Auxiliary.effectiveGroup, f.group],
    [Auxiliary.secure, isSecure(k, f) ? 1 : 0],
    [Auxiliary.systemInformation, vdsoAddress(k)],
  ];
  pairs.forEach(([type, value], index) => {
    k.memory.writeInteger(page + index * 16, type);
    k.memory.writeInteger(page + index * 16 + 8, value);
  });
  return pairs.length;
}

/** Asks the process's other threads to leave. Returns how many there are. */
function dismissOthers(k: Kernel, firstThread: PhysicalAddress): number {
  let others = 0;
  for (let thread = firstThread; thread !== 0; thread = k.threads.at(thread).sibling) {
    if (thread === k.thread) continue;
    others += 1;
    k.alert(thread, Attention.end);
  }
  if (others > 0) k.wake(currentProcess(k).continued);
  return others;
}

/** The name of a path's last component, into scratch; its length. */
function baseName(
  k: Kernel,
  path: PhysicalAddress,
  length: number,
): { start: PhysicalAddress; length: number } {
  const bytes = k.memory.bytes(path, length);
  const slash = bytes.lastIndexOf(0x2f);
  return { start: path + slash + 1, length: Math.min(15, length - slash - 1) };
}

const exec = operation(
  internal.exec,
  [
    'pages',
    'node',
    'headerLength',
    'interpreter',
    'interpreterLength',
    'space',
    'bias',
    'interpreterBias',
    'stackTop',
    'stackPointer',
    'auxiliary',
    'limit',
    'user',
    'group',
    'error',
    'end',
  ],
  {
    begin(k, f) {
      f.pages = createExecPages(k);
      if (f.pages === 0) return k.fail(ErrorNumber.ENOMEM);
      const { base, path, pathLength, flags, pages } = f;
      return k.call(images.findProgram, { base, path, pathLength, pages, flags }, 'found');
    },
    found(k, f, reply) {
      if (reply.error !== 0) return undo(k, f, reply.error);
      f.node = reply.value;
      f.headerLength = reply.second;
      const into = ownSpan(currentThread(k).scratch2, Attributes.size);
      return k.call(files.attributes, { node: f.node, into }, 'described');
    },
    described(k, f, reply) {
      if (reply.error !== 0) return undo(k, f, reply.error);
      takeIdentity(k, f);
      const { pages, node, headerLength } = f;
      return k.call(images.findInterpreter, { pages, node, headerLength }, 'interpreted');
    },
    interpreted(k, f, reply) {
      if (reply.error !== 0) return undo(k, f, reply.error);
      f.interpreter = reply.value;
      f.interpreterLength = reply.second;
      return k.call(memory.create, { domain: currentProcess(k).domain }, 'created');
    },
    created(k, f, reply) {
      if (reply.error !== 0) return undo(k, f, reply.error);
      f.space = reply.value;
      return k.call(vdso.mapVdso, { space: f.space }, 'connected');
    },
    connected(k, f, reply) {
      if (reply.error !== 0) return undo(k, f, reply.error);
      const { process } = currentProcess(k);
      return k.call(internal.limitMemory, { process, space: f.space }, 'bounded');
    },
    bounded(k) {
      return k.call(
        processes.limit,
        { process: currentProcess(k).process, resource: STACK_LIMIT },
        'limited',
      );
    },
    // The stack has its place first: the rest is placed below it.
    limited(k, f, reply) {
      f.limit = Math.min(reply.value, LARGEST_STACK);
      const protection = Protection.read | Protection.write;
      const size = Math.min(FIRST_STACK_BYTES, f.limit);
      return k.call(
        memory.mapStack,
        { space: f.space, top: STACK_TOP, size, limit: f.limit, protection },
        'load',
      );
    },
    load(k, f, reply) {
      if (reply.error !== 0) return undo(k, f, reply.error);
      f.stackTop = reply.second;
      const { space, node, headerLength } = f;
      const base = programOf(k, f).relocatable ? programBase(k) : 0;
      const { headers } = execPagesAt(k, f.pages);
      return k.call(loader.load, { space, node, headers, headerLength, base }, 'loaded');
    },
    loaded(k, f, reply) {
      if (reply.error !== 0) return unloadable(k, f, reply.error);
      f.bias = reply.value;
      f.end = reply.second;
      return k.call(memory.startBreak, { space: f.space, address: f.end }, 'broken');
    },
    broken(k, f, reply) {
      if (reply.error !== 0) return unloadable(k, f, reply.error);
      f.auxiliary = k.frames.allocate(k.domain, FrameUse.slab) * PAGE_SIZE;
      if (f.auxiliary === 0) return undo(k, f, ErrorNumber.ENOMEM);
      if (f.interpreter === 0) return k.goto('stack');
      const { space, interpreter, interpreterLength } = f;
      const { interpreterHeaders } = execPagesAt(k, f.pages);
      const request = {
        space,
        node: interpreter,
        headers: interpreterHeaders,
        headerLength: interpreterLength,
      };
      return k.call(loader.load, { ...request, base: 0 }, 'interpreter loaded');
    },
    'interpreter loaded'(k, f, reply) {
      if (reply.error !== 0) return unloadable(k, f, reply.error);
      f.interpreterBias = reply.value;
      return k.goto('stack');
    },
    stack(k, f) {
      const pairs = writeAuxiliary(k, f, f.auxiliary);
      const { space, pages, block, path, pathLength, limit, auxiliary, stackTop } = f;
      return k.call(
        stacks.buildStack,
        { space, pages, block, path, pathLength, limit, top: stackTop, auxiliary, pairs },
        'built',
      );
    },
    built(k, f, reply) {
      if (reply.error !== 0) return undo(k, f, reply.error);
      f.stackPointer = reply.value;
      return k.goto('others');
    },
    others(k) {
      const { process } = currentProcess(k);
      return k.call(processes.get, { process, field: ProcessField.firstThread }, 'alone');
    },
    alone(k, f, reply) {
      if (currentProcess(k).ending !== 0) return undo(k, f, ErrorNumber.EINTR);
      if (dismissOthers(k, reply.value) === 0) return k.goto('tables');
      return k.wait([currentProcess(k).departures], NEVER, 'others', false);
    },
    tables(k, f) {
      const process = currentProcess(k);
      const table = DescriptorTable.at(k.store, process.descriptors);
      if (table.references > 1) {
        const copy = copyTable(k, process.descriptors);
        if (copy === 0) return undo(k, f, ErrorNumber.ENOMEM);
        table.references -= 1;
        process.descriptors = copy;
      }
      return k.call(internal.closeAll, { table: process.descriptors, marked: 1 }, 'name');
    },
    name(k, f) {
      const { start, length } = baseName(k, f.path, f.pathLength);
      const thread = currentThread(k);
      k.memory.clear(thread.name, 16);
      k.memory.copy(thread.name, start, length);
      const { process } = currentProcess(k);
      return k.call(processes.rename, { process, name: ownSpan(start, length) }, 'identity');
    },
    identity(k, f) {
      const process = currentProcess(k);
      const secure = isSecure(k, f);
      process.dumpable = secure ? 0 : 1;
      process.exitSignal = SignalNumber.SIGCHLD;
      if (secure) process.parentDeathSignal = 0;
      const { user: first, group: second } = f;
      const request = { process: process.process, call: CredentialCall.execute, first, second, third: 0 };
      return k.call(processes.setIdentity, request, 'peak');
    },

    peak(k) {
      const { space } = currentProcess(k);
      return space === 0 ? k.goto('swap') : k.call(memory.present, { space }, 'note');
    },
    note(k, _f, reply) {
      const { process } = currentProcess(k);
      return k.call(processes.notePeak, { process, pages: reply.second }, 'swap');
    },
    swap(k, f) {
      const process = currentProcess(k);
      if (process.visitors > 0) return k.wait([process.unvisited], NEVER, 'swap', false);
      const thread = currentThread(k);
      const old = process.space;
      process.space = f.space;
      Domain.at(k.store, process.domain).space = f.space;
      renumberThread(k, thread, process.id);
      thread.clearId = 0;
      thread.robustList = 0;
      resetSignals(k);
      const context = k.threads.context(k.thread);
      context.clear();
      context.pc = entryOf(k, f);
      context.set(STACK_POINTER, f.stackPointer);
      thread.keepRegisters = 1;
      const before = process.executable;
      process.executable = f.node;
      f.node = before;
      if (k.hasRealMemory) showHandles(k.memory, process.descriptors);
      else {
        process.borrowed = 0;
        k.wake(process.released);
      }
      if (old === 0) return k.goto('release');
      return k.call(memory.destroy, { space: old }, 'release');
    },
    release(k, f) {
      f.space = 0;
      return k.goto('clean');
    },
    // From here on both ways meet: what is left over is given back.
    clean(k, f) {
      if (f.space !== 0) {
        const { space } = f;
        f.space = 0;
        return k.call(memory.destroy, { space }, 'clean');
      }
      const node = f.node || f.interpreter;
      if (f.node !== 0) f.node = 0;
      else f.interpreter = 0;
      if (node !== 0) return k.call(files.releaseProgram, { node }, 'clean');
      if (f.auxiliary !== 0) k.frames.release(f.auxiliary / PAGE_SIZE);
      destroyExecPages(k, f.pages);
      if (f.error === UNLOADABLE) return die(k);
      return f.error === 0 ? k.done() : k.fail(f.error);
    },
  },
);
export const execOperations: readonly Operation[] = [exec];

/** Undoes an exec that Linux would not come back from. In real memory the caller is told, as DOS tells it. */
function unloadable(k: Kernel, f: { error: number }, error: number) {
  return undo(k, f, k.hasRealMemory ? error : UNLOADABLE);
}

/** The old program has gone, as far as Linux is concerned, and the new one cannot be loaded. */
function die(k: Kernel) {
  if (k.hasRealMemory) return k.fail(ErrorNumber.ENOEXEC);
  terminate(k, currentProcess(k), SignalNumber.SIGSEGV);
  return k.done();
}

function undo(k: Kernel, f: { error: number }, error: number) {
  f.error = error;
  return k.goto('clean');
}
