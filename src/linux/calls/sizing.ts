/** How long files are and where they have pages: truncate, fallocate; writing them back; advice about reading them. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, type Reply, serviceInterface } from '../../contracts/service.ts';
import { NEVER, PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { files } from '../../services/files/interface.ts';
import { memory } from '../../services/memory/interface.ts';
import { processes } from '../../services/processes/interface.ts';
import type { SystemCall } from '../call.ts';
import type { OpenFileView } from '../descriptors.ts';
import { OpenKind } from '../records.ts';
import { Resource } from '../resources.ts';
import { kernelSignal } from '../signals/information.ts';
import { SignalNumber } from '../signals/numbers.ts';
import { post } from '../signals/sending.ts';
import { currentProcess, currentThread } from '../state.ts';
import { type Answer, ask, give, onFile, onNode, refuse } from './shapes.ts';
import { forwarded } from './simple.ts';
import { At } from './subjects.ts';
import { mayWrite } from './transfer.ts';

const sizing = serviceInterface('linux', {
  /** Sets the size of a node, held by the caller, who must be allowed to write to it when `check`. */
  setSize: { subject: 'number', size: 'number', check: 'number' },
  allocateRange: { subject: 'number', mode: 'number', offset: 'number', length: 'number' },
});

const WRITE = 2;

function askLimit(k: Kernel, then: string): OutcomeNumber {
  const { process } = currentProcess(k);
  return k.call(processes.limit, { process, resource: Resource.fileSize }, then);
}

/** Ends an operation that RLIMIT_FSIZE may have stopped: that is told by a signal, too. */
function endSized(k: Kernel, reply: Reply): OutcomeNumber {
  if (reply.error !== ErrorNumber.EFBIG) return k.pass(reply);
  const thread = currentThread(k);
  post(k, { process: currentProcess(k), thread }, kernelSignal(SignalNumber.SIGXFSZ));
  return k.fail(reply.error);
}

const setSize = operation(sizing.setSize, [], {
  begin(k, f) {
    if (f.check === 0) return askLimit(k, 'limited');
    return k.call(files.access, { node: f.subject, rights: WRITE, real: 0 }, 'allowed');
  },
  allowed(k, _f, reply) {
    return reply.error === 0 ? askLimit(k, 'limited') : k.fail(reply.error);
  },
  limited(k, f, reply) {
    return k.call(files.resize, { node: f.subject, size: f.size, limit: reply.value }, 'finish');
  },
  finish(k, f, reply) {
    if (reply.error !== 0 || reply.second !== 1) return endSized(k, reply);
    const from = Math.ceil(f.size / PAGE_SIZE) * PAGE_SIZE;
    return k.call(memory.forgetFile, { file: f.subject, from, to: NEVER, copies: 1 }, 'forgotten');
  },
  forgotten(k) {
    return k.done();
  },
});

const allocateRange = operation(sizing.allocateRange, [], {
  begin(k) {
    return askLimit(k, 'limited');
  },
  limited(k, f, reply) {
    const { subject: node, mode, offset, length } = f;
    return k.call(files.allocate, { node, mode, offset, length, limit: reply.value }, 'finish');
  },
  finish(k, f, reply) {
    if (reply.error !== 0 || reply.second !== 1) return endSized(k, reply);
    const from = Math.ceil(f.offset / PAGE_SIZE) * PAGE_SIZE;
    const to = Math.floor((f.offset + f.length) / PAGE_SIZE) * PAGE_SIZE;
    return k.call(memory.forgetFile, { file: f.subject, from, to, copies: 0 }, 'forgotten');
  },
  forgotten(k) {
    return k.done();
  },
});

const truncate = onNode({
  number: 45,
  name: 'truncate',
  arguments: { path: 'path', size: 'long' },
  check: (_k, { size }) => (size < 0 ? ErrorNumber.EINVAL : 0),
  subject: ({ path }) => ({ descriptor: At.currentDirectory, path, flags: 0 }),
  act: (_k, { size }, node) => ask(sizing.setSize, { subject: node, size, check: 1 }),
});

const ftruncate = onFile({
  number: 46,
  name: 'ftruncate',
  arguments: { descriptor: 'descriptor', size: 'long' },
  check: (_k, { size }) => (size < 0 ? ErrorNumber.EINVAL : 0),
  act: (_k, { size }, file) =>
    file.kind === OpenKind.node && mayWrite(file.flags)
      ? ask(sizing.setSize, { subject: file.node, size, check: 0 })
      : refuse(ErrorNumber.EINVAL),
});

const fallocate = onFile({
  number: 47,
  name: 'fallocate',
  arguments: { descriptor: 'descriptor', mode: 'flags', offset: 'long', length: 'long' },
  support: { partial: 'allocation, FALLOC_FL_KEEP_SIZE and FALLOC_FL_PUNCH_HOLE' },
  act: (_k, { mode, offset, length }, file) => {
    if (offset < 0 || length <= 0) return refuse(ErrorNumber.EINVAL);
    if (!mayWrite(file.flags)) return refuse(ErrorNumber.EBADF);
    if (file.kind === OpenKind.pipe) return refuse(ErrorNumber.ESPIPE);
    if (file.kind !== OpenKind.node) return refuse(ErrorNumber.ENODEV);
    return ask(sizing.allocateRange, { subject: file.node, mode, offset, length });
  },
});

function hasContents(file: OpenFileView): boolean {
  return file.kind === OpenKind.node || file.kind === OpenKind.directory;
}

function synchronise(_k: Kernel, _f: object, file: OpenFileView): Answer {
  return hasContents(file) ? ask(files.synchronise, { node: file.node }) : refuse(ErrorNumber.EINVAL);
}

const written = { arguments: { descriptor: 'descriptor' }, act: synchronise } as const;

const syncfs = onFile({
  number: 267,
  name: 'syncfs',
  arguments: { descriptor: 'descriptor' },
  act: (_k, _f, file) => ask(files.synchroniseTree, { node: file.node }),
});

const SYNC_RANGE_FLAGS = 7;

const syncFileRange = onFile({
  number: 84,
  name: 'sync_file_range',
  arguments: { descriptor: 'descriptor', offset: 'long', length: 'long', flags: 'flags' },
  check: (_k, { offset, length, flags }) =>
    offset < 0 || length < 0 || (flags & ~SYNC_RANGE_FLAGS) !== 0 ? ErrorNumber.EINVAL : 0,
  act: (k, f, file) =>
    file.kind === OpenKind.pipe || file.kind === OpenKind.terminal
      ? refuse(ErrorNumber.ESPIPE)
      : synchronise(k, f, file),
});

/** POSIX_FADV_NOREUSE is the last kind of advice. */
const LAST_ADVICE = 5;

const fadvise64 = onFile({
  number: 223,
  name: 'fadvise64',
  arguments: { descriptor: 'descriptor', offset: 'long', length: 'long', advice: 'int' },
  support: { partial: 'advice is not taken: files are in memory' },
  act: (_k, { length, advice }, file) => {
    if (file.kind === OpenKind.pipe) return refuse(ErrorNumber.ESPIPE);
    return length < 0 || advice < 0 || advice > LAST_ADVICE ? refuse(ErrorNumber.EINVAL) : give();
  },
});

const readahead = onFile({
  number: 213,
  name: 'readahead',
  arguments: { descriptor: 'descriptor', offset: 'long', count: 'size' },
  support: { partial: 'nothing is read ahead: files are in memory' },
  act: (_k, _f, file) => (file.kind === OpenKind.node ? give() : refuse(ErrorNumber.EINVAL)),
});

export const sizingOperations: readonly Operation[] = [setSize, allocateRange];
export const sizingCalls: readonly SystemCall[] = [
  truncate,
  ftruncate,
  fallocate,
  forwarded(81, 'sync', {}, files.synchronise, () => ({ node: 0 })),
  onFile({ number: 82, name: 'fsync', ...written }),
  onFile({ number: 83, name: 'fdatasync', ...written }),
  syncfs,
  syncFileRange,
  fadvise64,
  readahead,
];
