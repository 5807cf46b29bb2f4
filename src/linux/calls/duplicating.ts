/** More descriptors: dup, dup3, fcntl's F_DUPFD, and pipe2. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, type Reply, serviceInterface } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { OpenFlag } from '../../services/files/interface.ts';
import { PipeEnd, pipes } from '../../services/pipes/interface.ts';
import { processes } from '../../services/processes/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { CLOSE_ON_EXEC, findFree, install, lookUp, openFileAt, uninstall } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { createOpenFile, lackOfFile, releaseOpenFile } from '../open-files.ts';
import { OpenKind } from '../records.ts';
import { Resource } from '../resources.ts';
import { currentProcess, currentThread } from '../state.ts';

export const duplicating = serviceInterface('linux', {
  /** The lowest free descriptor from `least` on becomes another one of the same description. `flags`: CLOSE_ON_EXEC or 0. */
  duplicate: { descriptor: 'number', least: 'number', flags: 'number' },
});

function askLimit(k: Kernel, then: string): OutcomeNumber {
  const { process } = currentProcess(k);
  return k.call(processes.limit, { process, resource: Resource.files }, then);
}

const duplicate = operation(duplicating.duplicate, [], {
  begin(k, f) {
    return lookUp(k, currentProcess(k).descriptors, f.descriptor) === 0
      ? k.fail(ErrorNumber.EBADF)
      : askLimit(k, 'limited');
  },
  limited(k, f, reply) {
    const { descriptors } = currentProcess(k);
    if (f.least < 0 || f.least >= reply.value) return k.fail(ErrorNumber.EINVAL);
    const file = lookUp(k, descriptors, f.descriptor);
    if (file === 0) return k.fail(ErrorNumber.EBADF);
    const free = findFree(k, descriptors, f.least, reply.value);
    if (free < 0) return k.fail(ErrorNumber.EMFILE);
    if (!install(k, descriptors, free, file, f.flags)) return k.fail(ErrorNumber.ENOMEM);
    openFileAt(k, file).references += 1;
    return k.done(free);
  },
});

const dup = systemCall({
  number: 23,
  name: 'dup',
  arguments: { descriptor: 'descriptor' },
  support: 'full',
  steps: {
    begin(k, f) {
      return k.call(duplicating.duplicate, { descriptor: f.descriptor, least: 0, flags: 0 }, 'finish');
    },
    finish(k, _f, reply) {
      // A limit of 0 is no bad argument here.
      return reply.error === ErrorNumber.EINVAL ? k.fail(ErrorNumber.EMFILE) : k.pass(reply);
    },
  },
});

const dup3 = systemCall({
  number: 24,
  name: 'dup3',
  arguments: { descriptor: 'descriptor', target: 'descriptor', flags: 'flags' },
  support: 'full',
  steps: {
    begin(k, f) {
      if ((f.flags & ~OpenFlag.closeOnExec) !== 0 || f.descriptor === f.target)
        return k.fail(ErrorNumber.EINVAL);
      return askLimit(k, 'limited');
    },
    limited(k, f, reply) {
      const { descriptors } = currentProcess(k);
      if (f.target < 0 || f.target >= reply.value) return k.fail(ErrorNumber.EBADF);
      const file = lookUp(k, descriptors, f.descriptor);
      if (file === 0) return k.fail(ErrorNumber.EBADF);
      const old = uninstall(k, descriptors, f.target);
      if (!install(k, descriptors, f.target, file, f.flags === 0 ? 0 : CLOSE_ON_EXEC))
        return k.fail(ErrorNumber.EMFILE);
      openFileAt(k, file).references += 1;
      if (old === 0) return k.done(f.target);
      return k.call(internal.closeDescriptor, { file: old, table: descriptors }, 'closed');
    },
    closed(k, f) {
      return k.done(f.target);
    },
  },
});

const PIPE_FLAGS = OpenFlag.closeOnExec | OpenFlag.nonBlocking;
/** Bytes of the two descriptors that pipe2 writes. */
const PAIR_BYTES = 8;

interface PipeFrame {
  readonly flags: number;
  pipe: number;
  reader: number;
  writer: number;
  error: number;
}

/** Descriptions and descriptors of both ends; 0, or an error, which leaves what was made in the frame. */
function installEnds(k: Kernel, f: PipeFrame, limit: number): number {
  const { descriptors } = currentProcess(k);
  const mark = (f.flags & OpenFlag.closeOnExec) !== 0 ? CLOSE_ON_EXEC : 0;
  const flags = f.flags & OpenFlag.nonBlocking;
  const on = { kind: OpenKind.pipe, node: 0, object: f.pipe };
  const reader = findFree(k, descriptors, 0, limit);
  const writer = reader < 0 ? -1 : findFree(k, descriptors, reader + 1, limit);
  if (writer < 0) return ErrorNumber.EMFILE;
  const from = createOpenFile(k, { ...on, end: PipeEnd.read, flags: flags | OpenFlag.readOnly });
  const to = createOpenFile(k, { ...on, end: PipeEnd.write, flags: flags | OpenFlag.writeOnly });
  const first = from !== 0 && to !== 0 && install(k, descriptors, reader, from, mark);
  if (first && install(k, descriptors, writer, to, mark)) {
    f.reader = reader;
    f.writer = writer;
    return 0;
  }
  const error = from !== 0 && to !== 0 ? ErrorNumber.ENOMEM : lackOfFile(k);
  if (first) uninstall(k, descriptors, reader);
  for (const file of [from, to]) if (file !== 0) releaseOpenFile(k, file);
  return error;
}

/** Takes back both descriptors. Their descriptions are closed as any other, which closes the pipe. */
function withdraw(k: Kernel, descriptor: number, then: string): OutcomeNumber {
  const { descriptors } = currentProcess(k);
  const file = uninstall(k, descriptors, descriptor);
  return file === 0 ? k.goto(then) : k.call(internal.closeFile, { file }, then);
}

const pipe2 = systemCall({
  number: 59,
  name: 'pipe2',
  arguments: { pair: 'pointer', flags: 'flags' },
  support: { partial: 'no O_DIRECT (packets), no O_NOTIFICATION_PIPE' },
  locals: ['pipe', 'reader', 'writer', 'error'],
  steps: {
    begin(k, f) {
      if ((f.flags & ~PIPE_FLAGS) !== 0) return k.fail(ErrorNumber.EINVAL);
      return k.call(pipes.create, { capacity: 0 }, 'created');
    },
    created(k, f, reply) {
      // Linux tells an exhausted kernel in this way here.
      // Whatever keeps it from being made is ENFILE, but that the server has died over it.
      if (reply.error !== 0)
        return k.fail(reply.error === ErrorNumber.EIO ? reply.error : ErrorNumber.ENFILE);
      f.pipe = reply.value;
      return k.call(pipes.open, { pipe: f.pipe, end: PipeEnd.read, wait: 0 }, 'readable');
    },
    readable(k, f) {
      return k.call(pipes.open, { pipe: f.pipe, end: PipeEnd.write, wait: 0 }, 'open');
    },
    open(k) {
      return askLimit(k, 'limited');
    },
    limited(k, f, reply) {
      f.error = installEnds(k, f, reply.value);
      if (f.error !== 0) return k.call(pipes.close, { pipe: f.pipe, end: PipeEnd.both }, 'failed');
      const { scratch } = currentThread(k);
      k.memory.write32(scratch, f.reader);
      k.memory.write32(scratch + 4, f.writer);
      return k.call(internal.writeUser, { address: f.pair, from: scratch, length: PAIR_BYTES }, 'told');
    },
    told(k, f, reply: Reply) {
      if (reply.error === 0) return k.done();
      f.error = reply.error;
      return withdraw(k, f.reader, 'half');
    },
    half(k, f) {
      return withdraw(k, f.writer, 'failed');
    },
    failed(k, f) {
      return k.fail(f.error);
    },
  },
});

export const duplicatingOperations: readonly Operation[] = [duplicate];
export const duplicatingCalls: readonly SystemCall[] = [dup, dup3, pipe2];
