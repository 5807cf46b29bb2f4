/** Where in a file a description is: lseek, and getdents64, which moves through a directory. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { SpanRight, serviceInterface } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { Attributes } from '../../services/files/attributes.ts';
import { files } from '../../services/files/interface.ts';
import type { SystemCall } from '../call.ts';
import { type OpenFileView, openFileAt } from '../descriptors.ts';
import { OpenKind } from '../records.ts';
import { currentThread, ownSpan, userSpan } from '../state.ts';
import { type Answer, ask, give, onFile, refuse } from './shapes.ts';
import { hasPosition } from './transfer.ts';

const Whence = { start: 0, current: 1, end: 2, data: 3, hole: 4 } as const;
/** Offsets are below 2^63; beyond 2^53 they are only as exact as a number. */
const LARGEST_OFFSET = 2 ** 63;
/** Bytes of a directory read in one call at most, as INT_MAX is Linux's. */
const MOST_BYTES = 0x7fff_ffff;

const positions = serviceInterface('linux', {
  /** Moves a description, which the caller holds, relative to its file's end. Value: the new position. */
  seekFromEnd: { file: 'number', offset: 'number' },
});

/** Puts a description at a position. */
function moveTo(file: OpenFileView, position: number): Answer {
  if (position < 0) return refuse(ErrorNumber.EINVAL);
  if (position >= LARGEST_OFFSET) return refuse(ErrorNumber.EOVERFLOW);
  file.offset = position;
  return give(position);
}

const seekFromEnd = operation(positions.seekFromEnd, [], {
  begin(k, f) {
    const { node } = openFileAt(k, f.file);
    const into = ownSpan(currentThread(k).scratch2, Attributes.size);
    return k.call(files.attributes, { node, into }, 'size');
  },
  size(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const { size } = Attributes.at(k.store, currentThread(k).scratch2);
    const answer = moveTo(openFileAt(k, f.file), size + f.offset);
    return 'value' in answer ? k.done(answer.value) : k.fail(ErrorNumber.EINVAL);
  },
});

interface SeekArguments {
  readonly offset: number;
  readonly whence: number;
}

/** Kinds that have no position but may be asked for one. */
const STAYS: readonly number[] = [OpenKind.event, OpenKind.timer, OpenKind.signals];

function seek(_k: Kernel, { offset, whence }: SeekArguments, file: OpenFileView): Answer {
  const { kind, node } = file;
  if (whence > Whence.hole) return refuse(ErrorNumber.EINVAL);
  if (STAYS.includes(kind)) return give(0);
  if (!hasPosition(kind)) return refuse(ErrorNumber.ESPIPE);
  // Memory devices stay where they are.
  if (kind === OpenKind.device) return give(file.offset);
  if (whence === Whence.start) return moveTo(file, offset);
  if (whence === Whence.current) return moveTo(file, file.offset + offset);
  if (whence === Whence.end) return ask(positions.seekFromEnd, { file: file.address, offset });
  if (kind === OpenKind.directory) return refuse(ErrorNumber.EINVAL);
  if (offset < 0) return refuse(ErrorNumber.ENXIO);
  return ask(files.seek, { node, offset, hole: whence === Whence.hole ? 1 : 0 });
}

const lseek = onFile({
  number: 62,
  name: 'lseek',
  arguments: { descriptor: 'descriptor', offset: 'long', whence: 'unsigned' },
  act: seek,
  after(_k, { whence }, reply, file) {
    return reply.error === 0 && whence >= Whence.data ? moveTo(file, reply.value) : undefined;
  },
});

const getdents64 = onFile({
  number: 61,
  name: 'getdents64',
  arguments: { descriptor: 'descriptor', buffer: 'pointer', length: 'unsigned' },
  act(k, { buffer, length }, file) {
    if (file.kind !== OpenKind.directory) return refuse(ErrorNumber.ENOTDIR);
    const into = userSpan(k, buffer, Math.min(length, MOST_BYTES), SpanRight.write);
    return ask(files.list, { node: file.node, cursor: file.offset, into });
  },
  after(_k, _f, reply, file) {
    if (reply.error !== 0) return undefined;
    file.offset = reply.second;
    return give(reply.value);
  },
});

export const positionOperations: readonly Operation[] = [seekFromEnd];
export const positionCalls: readonly SystemCall[] = [lseek, getdents64];
