/** What files are: the stat calls, statfs, access. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, type Reply, serviceInterface } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { Attributes, FileKind, FilesystemFigures } from '../../services/files/attributes.ts';
import { files, LookupFlag } from '../../services/files/interface.ts';
import { terminal } from '../../services/terminal/interface.ts';
import { type ArgumentSchema, type Support, type SystemCall, systemCall } from '../call.ts';
import { openFileAt } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { settle } from '../open-files.ts';
import { OpenKind } from '../records.ts';
import { currentThread, ownSpan } from '../state.ts';
import {
  putNameless,
  putStat,
  putStatfs,
  putStatx,
  STAT_BYTES,
  STATFS_BYTES,
  STATX_BYTES,
} from './layouts.ts';
import { type Arguments, ask, onNode, type PathSubject, refuse } from './shapes.ts';
import { At, lookupFlags, SubjectFlag, subjects } from './subjects.ts';

const statuses = serviceInterface('linux', {
  /** Leaves the Attributes record of a file in the calling thread's second scratch page. */
  describe: { descriptor: 'number', path: 'number', flags: 'number' },
  /** The same for FilesystemFigures. */
  describeFilesystem: { descriptor: 'number', path: 'number', flags: 'number' },
});

const describe = operation(statuses.describe, ['held', 'node'], {
  begin(k, f) {
    const { descriptor, path, flags } = f;
    return k.call(subjects.findNode, { descriptor, path, flags }, 'found');
  },
  found(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.node = reply.value;
    f.held = reply.second;
    const into = ownSpan(currentThread(k).scratch2, Attributes.size);
    if (f.node !== 0) return k.call(files.attributes, { node: f.node, into }, 'finish');
    const { kind, object } = openFileAt(k, f.held);
    if (kind === OpenKind.terminal) return k.call(terminal.isTerminal, { stream: object }, 'stream');
    if (kind === OpenKind.socket) {
      putNameless(k, into.start, FileKind.socket | 0o777, openFileAt(k, f.held).end);
      return k.goto('finish');
    }
    putNameless(k, into.start, (kind === OpenKind.pipe ? FileKind.fifo : 0) | 0o600, object);
    return k.goto('finish');
  },
  stream(k, f, reply) {
    const mode = reply.value === 1 ? FileKind.character | 0o620 : FileKind.fifo | 0o600;
    const { object } = openFileAt(k, f.held);
    // Streams of one terminal are one file.
    putNameless(k, currentThread(k).scratch2, mode, reply.value === 1 ? 3 : 4 + object);
    return k.goto('finish');
  },
  finish(k, f, reply) {
    return settle(k, f, reply);
  },
});

const describeFilesystem = operation(statuses.describeFilesystem, ['held', 'node'], {
  begin(k, f) {
    const { descriptor, path, flags } = f;
    return k.call(subjects.findNode, { descriptor, path, flags }, 'found');
  },
  found(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.node = reply.value;
    f.held = reply.second;
    const into = ownSpan(currentThread(k).scratch2, FilesystemFigures.size);
    if (f.node !== 0) return k.call(files.figures, { node: f.node, into }, 'finish');
    k.memory.clear(into.start, FilesystemFigures.size);
    return k.goto('finish');
  },
  finish(k, f, reply) {
    return settle(k, f, reply);
  },
});

/** Calls that put what is known of a file into a structure of the program. */
function telling<const A extends ArgumentSchema & { readonly buffer: 'pointer' }>(definition: {
  readonly number: number;
  readonly name: string;
  readonly arguments: A;
  readonly support?: Support;
  readonly check?: (f: Arguments<A>) => number;
  readonly subject: (f: Arguments<A>) => PathSubject;
  readonly from: typeof statuses.describe;
  readonly put: (k: Kernel, from: number, to: number) => void;
  readonly bytes: number;
}): SystemCall {
  const { number, name, subject, check, from, put, bytes } = definition;
  return systemCall({
    number,
    name,
    arguments: definition.arguments,
    support: definition.support ?? 'full',
    steps: {
      begin(k, frame) {
        const f = frame as unknown as Arguments<A>;
        const error = check?.(f) ?? 0;
        return error !== 0 ? k.fail(error) : k.call(from, subject(f), 'described');
      },
      described(k, frame, reply: Reply): OutcomeNumber {
        if (reply.error !== 0) return k.fail(reply.error);
        const { scratch, scratch2 } = currentThread(k);
        put(k, scratch2, scratch);
        const address = (frame as unknown as Arguments<A>).buffer;
        return k.call(internal.writeUser, { address, from: scratch, length: bytes }, 'finish');
      },
      finish(k, _frame, reply: Reply) {
        return reply.error === 0 ? k.done() : k.fail(reply.error);
      },
    },
  });
}

const stat = { from: statuses.describe, put: putStat, bytes: STAT_BYTES } as const;
const statfsForm = { from: statuses.describeFilesystem, put: putStatfs, bytes: STATFS_BYTES } as const;
const NAMED = SubjectFlag.descriptor | SubjectFlag.named;
const STAT_FLAGS = At.noFollow | At.noAutomount | At.emptyPath;
const STATX_RESERVED = 0x8000_0000;

const fstat = telling({
  number: 80,
  name: 'fstat',
  arguments: { descriptor: 'descriptor', buffer: 'pointer' },
  subject: ({ descriptor }) => ({ descriptor, path: 0, flags: NAMED }),
  ...stat,
});

const newfstatat = telling({
  number: 79,
  name: 'newfstatat',
  arguments: { descriptor: 'descriptor', path: 'path', buffer: 'pointer', flags: 'flags' },
  check: ({ flags }) => ((flags & ~STAT_FLAGS) !== 0 ? ErrorNumber.EINVAL : 0),
  subject: ({ descriptor, path, flags }) => ({ descriptor, path, flags: lookupFlags(flags) }),
  ...stat,
});

const statx = telling({
  number: 291,
  name: 'statx',
  arguments: { descriptor: 'descriptor', path: 'path', flags: 'flags', mask: 'unsigned', buffer: 'pointer' },
  check: ({ flags, mask }) => {
    const known = STAT_FLAGS | At.synchroniseMask;
    const both = (flags & At.synchroniseMask) === At.synchroniseMask;
    return (flags & ~known) !== 0 || both || mask >= STATX_RESERVED ? ErrorNumber.EINVAL : 0;
  },
  // A path that is NULL with AT_EMPTY_PATH is the descriptor itself.
  subject: ({ descriptor, path, flags }) => ({
    descriptor,
    path,
    flags: path === 0 && (flags & At.emptyPath) !== 0 ? NAMED : lookupFlags(flags),
  }),
  from: statuses.describe,
  put: putStatx,
  bytes: STATX_BYTES,
});

const statfs = telling({
  number: 43,
  name: 'statfs',
  arguments: { path: 'path', buffer: 'pointer' },
  subject: ({ path }) => ({ descriptor: At.currentDirectory, path, flags: 0 }),
  ...statfsForm,
});

const fstatfs = telling({
  number: 44,
  name: 'fstatfs',
  arguments: { descriptor: 'descriptor', buffer: 'pointer' },
  subject: ({ descriptor }) => ({ descriptor, path: 0, flags: NAMED }),
  ...statfsForm,
});

const RIGHTS = 7;
const ACCESS_FLAGS = At.effective | At.noFollow | At.emptyPath;

function access(number: number, name: string, withFlags: boolean): SystemCall {
  return onNode({
    number,
    name,
    arguments: {
      descriptor: 'descriptor',
      path: 'path',
      rights: 'unsigned',
      ...(withFlags ? { flags: 'flags' } : {}),
    } as { descriptor: 'descriptor'; path: 'path'; rights: 'unsigned'; flags: 'flags' },
    check: (_k, { rights, flags }) => {
      if ((rights & ~RIGHTS) !== 0 || ((flags ?? 0) & ~ACCESS_FLAGS) !== 0) return ErrorNumber.EINVAL;
      return 0;
    },
    subject: ({ descriptor, path, flags }) => ({
      descriptor,
      path,
      flags: lookupFlags(flags ?? 0) | (((flags ?? 0) & At.effective) !== 0 ? 0 : LookupFlag.real),
    }),
    act: (_k, { rights, flags }, node) => {
      if (node === 0) return refuse(rights === 0 ? 0 : ErrorNumber.EACCES);
      const real = ((flags ?? 0) & At.effective) !== 0 ? 0 : 1;
      return ask(files.access, { node, rights, real });
    },
  });
}

export const statusOperations: readonly Operation[] = [describe, describeFilesystem];
export const statusCalls: readonly SystemCall[] = [
  fstat,
  newfstatat,
  statx,
  statfs,
  fstatfs,
  access(48, 'faccessat', false),
  access(439, 'faccessat2', true),
];
