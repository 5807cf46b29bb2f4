/** Making, replacing, ending and waiting for processes and threads. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { WaitFigures } from '../../services/processes/figures.ts';
import { processes, WaitKind, WaitOption } from '../../services/processes/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { fileOf } from '../descriptors.ts';
import { destroyBlock } from '../exec/argument-block.ts';
import { internal } from '../internal.ts';
import { CloneFlag } from '../processes/clone.ts';
import { SignalNumber } from '../signals/numbers.ts';
import { terminate } from '../signals/sending.ts';
import { currentProcess, currentThread, ownSpan } from '../state.ts';
import { putUsage, USAGE_BYTES } from '../usage.ts';

/** wait(2) keeps an exit status in its second byte. */
const exitStatus = (code: number): number => (code & 0xff) << 8;

const exit = systemCall({
  number: 93,
  name: 'exit',
  arguments: { status: 'int' },
  support: 'full',
  steps: {
    begin(k, f) {
      return k.call(internal.exitThread, { status: exitStatus(f.status) }, 'never');
    },
    never(k) {
      return k.end();
    },
  },
});

const exitGroup = systemCall({
  number: 94,
  name: 'exit_group',
  arguments: { status: 'int' },
  support: 'full',
  steps: {
    begin(k, f) {
      terminate(k, currentProcess(k), exitStatus(f.status));
      return k.call(internal.exitThread, { status: exitStatus(f.status) }, 'never');
    },
    never(k) {
      return k.end();
    },
  },
});

const clone = systemCall({
  number: 220,
  name: 'clone',
  arguments: { flags: 'size', stack: 'pointer', parentId: 'pointer', tls: 'pointer', childId: 'pointer' },
  support: { partial: 'no namespaces, no CLONE_PIDFD' },
  steps: {
    begin(k, f) {
      const { flags, stack, parentId, tls, childId } = f;
      return k.call(internal.clone, { flags, stack, parentId, tls, childId }, 'finish');
    },
    finish(k, _f, reply) {
      return k.pass(reply);
    },
  },
});

/** Places of struct clone_args (linux/sched.h), in bytes. */
const CloneArguments = {
  flags: 0,
  childId: 16,
  parentId: 24,
  exitSignal: 32,
  stack: 40,
  stackSize: 48,
  tls: 56,
  numbers: 64,
  numberCount: 72,
} as const;
/** What Linux knows of the structure, a cgroup at its end: that is looked at with its flag only. */
const KNOWN_ARGUMENTS_BYTES = 88;
const CLONE_ARGUMENTS_BYTES = 64;
const CLONE_PIDFD = 0x1000;
const CLONE_UNKNOWN = 2 ** 33;

const clone3 = systemCall({
  number: 435,
  name: 'clone3',
  arguments: { structure: 'pointer', size: 'size' },
  support: { partial: 'no namespaces, no pidfd, no set_tid, no cgroup' },
  steps: {
    begin(k, f) {
      if (f.size < CLONE_ARGUMENTS_BYTES || f.size > PAGE_SIZE)
        return k.fail(f.size > PAGE_SIZE ? ErrorNumber.E2BIG : ErrorNumber.EINVAL);
      const into = currentThread(k).scratch;
      return k.call(internal.readUser, { address: f.structure, into, length: f.size }, 'structure');
    },
    structure(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const { scratch } = currentThread(k);
      const at = (offset: number) =>
        k.memory.read32(scratch + offset + 4) * 2 ** 32 + k.memory.read32(scratch + offset);
      const wants = (offset: number) => offset + 8 <= f.size && at(offset) !== 0;
      for (let rest = KNOWN_ARGUMENTS_BYTES; rest + 8 <= f.size; rest += 8)
        if (wants(rest)) return k.fail(ErrorNumber.E2BIG);
      if (wants(CloneArguments.numbers) || wants(CloneArguments.numberCount))
        return k.fail(ErrorNumber.EINVAL);
      const flags = at(CloneArguments.flags);
      const signal = at(CloneArguments.exitSignal);
      if (flags >= CLONE_UNKNOWN || flags & CLONE_PIDFD || flags & CloneFlag.exitSignal || signal > 64)
        return k.fail(ErrorNumber.EINVAL);
      const [stack, stackSize] = [at(CloneArguments.stack), at(CloneArguments.stackSize)];
      if ((stack === 0) !== (stackSize === 0)) return k.fail(ErrorNumber.EINVAL);
      const request = {
        flags: flags + signal,
        stack: stack === 0 ? 0 : stack + stackSize,
        parentId: at(CloneArguments.parentId),
        tls: at(CloneArguments.tls),
        childId: at(CloneArguments.childId),
      };
      return k.call(internal.clone, request, 'finish');
    },
    finish(k, _f, reply) {
      return k.pass(reply);
    },
  },
});

/** Steps that execve and execveat share: path and strings are read, then exec tries. */
function execSteps(base: (k: Kernel, f: ExecFrame) => number | undefined) {
  return {
    begin(k: Kernel, f: ExecFrame) {
      const { scratch } = currentThread(k);
      return k.call(internal.readString, { address: f.path, into: scratch, capacity: PAGE_SIZE }, 'path');
    },
    path(k: Kernel, f: ExecFrame, reply: { value: number; error: number }) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.length = reply.value;
      const { argumentList, environmentList } = f;
      return k.call(internal.collectArguments, { argumentList, environmentList }, 'strings');
    },
    strings(k: Kernel, f: ExecFrame, reply: { value: number; error: number }) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.block = reply.value;
      const from = base(k, f);
      if (from === undefined) {
        destroyBlock(k, f.block);
        return k.fail(ErrorNumber.EBADF);
      }
      const { scratch } = currentThread(k);
      const request = { path: scratch, pathLength: f.length, block: f.block, base: from, flags: f.lookup };
      return k.call(internal.exec, request, 'finish');
    },
    finish(k: Kernel, f: ExecFrame, reply: { value: number; second: number; error: number }) {
      destroyBlock(k, f.block);
      return k.pass(reply);
    },
  };
}

interface ExecFrame {
  readonly path: number;
  readonly argumentList: number;
  readonly environmentList: number;
  length: number;
  block: number;
  lookup: number;
}

const execve = systemCall({
  number: 221,
  name: 'execve',
  arguments: { path: 'path', argumentList: 'pointer', environmentList: 'pointer' },
  support: 'full',
  locals: ['length', 'block', 'lookup'],
  steps: execSteps(() => 0),
});

const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;
const AT_SYMLINK_NOFOLLOW = 0x100;

const execveat = systemCall({
  number: 281,
  name: 'execveat',
  arguments: {
    descriptor: 'descriptor',
    path: 'path',
    argumentList: 'pointer',
    environmentList: 'pointer',
    flags: 'flags',
  },
  support: 'full',
  locals: ['length', 'block', 'lookup'],
  steps: execSteps((k, frame) => {
    const f = frame as ExecFrame & { descriptor: number; flags: number };
    f.lookup = (f.flags & AT_SYMLINK_NOFOLLOW ? 1 : 0) | (f.flags & AT_EMPTY_PATH ? 2 : 0);
    return f.descriptor === AT_FDCWD ? 0 : fileOf(k, f.descriptor)?.node;
  }),
});

/** Reads WaitFigures that a wait left in the scratch page. */
function figures(k: Kernel) {
  return WaitFigures.at(k.store, currentThread(k).scratch);
}

/** Where results are put together in the scratch page, behind the figures. */
const RESULT = 512;

/** No process group can have the opposite of this for a number. */
const LEAST_INTEGER = -(2 ** 31);

const wait4 = systemCall({
  number: 260,
  name: 'wait4',
  arguments: { id: 'int', status: 'pointer', options: 'flags', usage: 'pointer' },
  support: 'full',
  locals: ['found'],
  steps: {
    begin(k, f) {
      if (f.id === LEAST_INTEGER) return k.fail(ErrorNumber.ESRCH);
      const kind = f.id === -1 ? WaitKind.any : f.id > 0 ? WaitKind.process : WaitKind.group;
      const id = f.id > 0 ? f.id : f.id < -1 ? -f.id : 0;
      const into = ownSpan(currentThread(k).scratch, WaitFigures.size);
      const allowed = WaitOption.noHang | WaitOption.stopped | WaitOption.continued | WaitOption.noThread;
      if ((f.options & ~(allowed | WaitOption.all | WaitOption.clone)) !== 0)
        return k.fail(ErrorNumber.EINVAL);
      const options = (f.options | WaitOption.exited) >>> 0;
      return k.call(
        processes.wait,
        { process: currentProcess(k).process, kind, id, options, into },
        'waited',
      );
    },
    waited(k, f, reply) {
      if (reply.error !== 0 || reply.value === 0) return k.pass(reply);
      f.found = reply.value;
      if (f.status === 0) return k.goto('usage');
      const from = figures(k).address + WaitFigures.offsets.status;
      return k.call(internal.writeUser, { address: f.status, from, length: 4 }, 'told');
    },
    told(k, _f, reply) {
      return reply.error === 0 ? k.goto('usage') : k.fail(reply.error);
    },
    usage(k, f) {
      if (f.usage === 0) return k.done(f.found);
      const { scratch } = currentThread(k);
      putUsage(k, scratch + RESULT, figures(k));
      return k.call(
        internal.writeUser,
        { address: f.usage, from: scratch + RESULT, length: USAGE_BYTES },
        'finish',
      );
    },
    finish(k, f, reply) {
      return reply.error === 0 ? k.done(f.found) : k.fail(reply.error);
    },
  },
});

const IdType = { all: 0, process: 1, group: 2 } as const;
const SIGINFO_BYTES = 128;
const CLD = { exited: 1, killed: 2, dumped: 3, stopped: 5, continued: 6 } as const;

/** siginfo_t of SIGCHLD as waitid(2) fills it: si_signo, si_errno, si_code, then si_pid, si_uid, si_status at 16. */
function putChildInfo(k: Kernel, to: number): void {
  const { id, user, status, how } = figures(k);
  k.memory.clear(to, SIGINFO_BYTES);
  const killer = status & 0x7f;
  const ended = killer === 0 ? CLD.exited : status & 0x80 ? CLD.dumped : CLD.killed;
  const code = [ended, CLD.stopped, CLD.continued][how] ?? ended;
  const value =
    how === 0
      ? killer === 0
        ? (status >>> 8) & 0xff
        : killer
      : how === 1
        ? (status >>> 8) & 0xff
        : SignalNumber.SIGCONT;
  k.memory.write32(to, SignalNumber.SIGCHLD);
  k.memory.write32(to + 8, code);
  k.memory.write32(to + 16, id);
  k.memory.write32(to + 20, user);
  k.memory.write32(to + 24, value);
}

const waitid = systemCall({
  number: 95,
  name: 'waitid',
  arguments: { type: 'int', id: 'unsigned', information: 'pointer', options: 'flags', usage: 'pointer' },
  support: { partial: 'no P_PIDFD' },
  locals: ['found'],
  steps: {
    begin(k, f) {
      const wanted = WaitOption.exited | WaitOption.stopped | WaitOption.continued;
      const allowed =
        wanted |
        WaitOption.noHang |
        WaitOption.noWait |
        WaitOption.noThread |
        WaitOption.all |
        WaitOption.clone;
      if ((f.options & wanted) === 0 || (f.options & ~allowed) !== 0 || f.type > IdType.group || f.type < 0)
        return k.fail(ErrorNumber.EINVAL);
      const id = f.id | 0;
      if ((f.type === IdType.process && id <= 0) || (f.type === IdType.group && id < 0))
        return k.fail(ErrorNumber.EINVAL);
      const kind = [WaitKind.any, WaitKind.process, WaitKind.group][f.type] ?? WaitKind.any;
      const into = ownSpan(currentThread(k).scratch, WaitFigures.size);
      const { options } = f;
      return k.call(
        processes.wait,
        { process: currentProcess(k).process, kind, id, options, into },
        'waited',
      );
    },
    waited(k, f, reply) {
      if (reply.error !== 0) return k.pass(reply);
      f.found = reply.value;
      if (f.information === 0) return k.goto('usage');
      const from = currentThread(k).scratch + RESULT;
      if (f.found === 0) k.memory.clear(from, SIGINFO_BYTES);
      else putChildInfo(k, from);
      return k.call(internal.writeUser, { address: f.information, from, length: SIGINFO_BYTES }, 'told');
    },
    told(k, _f, reply) {
      return reply.error === 0 ? k.goto('usage') : k.fail(reply.error);
    },
    usage(k, f) {
      if (f.usage === 0 || f.found === 0) return k.done(0);
      const { scratch } = currentThread(k);
      putUsage(k, scratch + RESULT, figures(k));
      return k.call(
        internal.writeUser,
        { address: f.usage, from: scratch + RESULT, length: USAGE_BYTES },
        'finish',
      );
    },
    finish(k, _f, reply) {
      return reply.error === 0 ? k.done(0) : k.fail(reply.error);
    },
  },
});

export const processCalls: readonly SystemCall[] = [
  exit,
  exitGroup,
  clone,
  clone3,
  execve,
  execveat,
  wait4,
  waitid,
];
