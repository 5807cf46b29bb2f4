/** Names: made, removed, changed, linked; and what a symbolic link says. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { SpanRight, serviceInterface } from '../../contracts/service.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { FileKind, ModeBit } from '../../services/files/attributes.ts';
import { files, LookupFlag } from '../../services/files/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { internal } from '../internal.ts';
import { settle } from '../open-files.ts';
import { OpenKind } from '../records.ts';
import { currentPaths, currentThread, ownSpan, userSpan } from '../state.ts';
import { ask, onNode, onPlace, refuse } from './shapes.ts';
import { At, baseOf, placeOf, subjects } from './subjects.ts';

const named = { descriptor: 'descriptor', path: 'path' } as const;

function at({ descriptor, path }: { descriptor: number; path: number }) {
  return { descriptor, path, flags: 0 };
}

const mkdirat = onPlace({
  number: 34,
  name: 'mkdirat',
  arguments: { ...named, mode: 'mode' },
  subject: at,
  makes: true,
  act: (k, { mode }, place) => {
    const bits = mode & (ModeBit.permissions & ~(ModeBit.setUser | ModeBit.setGroup)) & ~currentPaths(k).mask;
    return ask(files.make, { ...place, mode: FileKind.directory | bits, device: 0 });
  },
});

/** Kinds that mknod(2) makes; 0 is a regular file. */
const MAKEABLE: readonly number[] = [
  0,
  FileKind.regular,
  FileKind.fifo,
  FileKind.character,
  FileKind.block,
  FileKind.socket,
];

const mknodat = onPlace({
  number: 33,
  name: 'mknodat',
  arguments: { ...named, mode: 'mode', device: 'unsigned' },
  subject: at,
  makes: true,
  check: (_k, { mode }) => {
    if (MAKEABLE.includes(mode & FileKind.mask)) return 0;
    return (mode & FileKind.mask) === FileKind.directory ? ErrorNumber.EPERM : ErrorNumber.EINVAL;
  },
  act: (k, { mode, device }, place) => {
    const bits = mode & (FileKind.mask | ModeBit.permissions) & ~currentPaths(k).mask;
    return ask(files.make, { ...place, mode: bits, device });
  },
});

const unlinkat = onPlace({
  number: 35,
  name: 'unlinkat',
  arguments: { ...named, flags: 'flags' },
  subject: at,
  check: (_k, { flags }) => ((flags & ~At.removeDirectory) !== 0 ? ErrorNumber.EINVAL : 0),
  act: (_k, { flags }, place) => ask(files.remove, { ...place, directory: flags === 0 ? 0 : 1 }),
});

const readlinkat = onNode({
  number: 78,
  name: 'readlinkat',
  arguments: { ...named, buffer: 'pointer', size: 'int' },
  check: (_k, { size }) => (size <= 0 ? ErrorNumber.EINVAL : 0),
  subject: ({ descriptor, path }) => ({
    descriptor,
    path,
    flags: LookupFlag.noFollow | (descriptor === At.currentDirectory ? 0 : LookupFlag.emptyPath),
  }),
  act: (k, { buffer, size }, node, file) => {
    if (node === 0) return refuse(ErrorNumber.ENOENT);
    // An empty path means the descriptor, if it is of a link.
    if (file !== undefined && file.kind !== OpenKind.node) return refuse(ErrorNumber.ENOENT);
    return ask(files.readLink, { node, into: userSpan(k, buffer, size, SpanRight.write) });
  },
});

const symlinkat = systemCall({
  number: 36,
  name: 'symlinkat',
  arguments: { target: 'path', descriptor: 'descriptor', path: 'path' },
  support: 'full',
  locals: ['held', 'node', 'length'],
  steps: {
    begin(k, f) {
      const into = currentThread(k).scratch2;
      return k.call(internal.readString, { address: f.target, into, capacity: PAGE_SIZE }, 'target');
    },
    target(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      if (reply.value === 0) return k.fail(ErrorNumber.ENOENT);
      f.length = reply.value;
      const into = currentThread(k).scratch;
      return k.call(subjects.readPath, { descriptor: f.descriptor, path: f.path, into, flags: 0 }, 'placed');
    },
    placed(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.held = reply.second;
      const { scratch, scratch2 } = currentThread(k);
      const place = placeOf(k, f.held, scratch, reply.value);
      return k.call(files.symbolicLink, { ...place, target: ownSpan(scratch2, f.length) }, 'finish');
    },
    finish(k, f, reply) {
      return settle(k, f, reply);
    },
  },
});

const LINK_FLAGS = At.follow | At.emptyPath;

const naming = serviceInterface('linux', {
  /** Gives a node, held by the caller, another name: the program's path. */
  linkTo: { link: 'number', descriptor: 'number', path: 'number' },
  /** Renames what a place, held by the caller, names to the program's path. */
  renameTo: {
    root: 'number',
    base: 'number',
    path: 'span',
    descriptor: 'number',
    newPath: 'number',
    flags: 'number',
  },
});

const linkTo = operation(naming.linkTo, ['held', 'node'], {
  begin(k, f) {
    const { descriptor, path } = f;
    const into = currentThread(k).scratch;
    return k.call(subjects.readPath, { descriptor, path, into, flags: 0 }, 'placed');
  },
  placed(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.held = reply.second;
    const place = placeOf(k, f.held, currentThread(k).scratch, reply.value);
    return k.call(files.link, { ...place, node: f.link }, 'finish');
  },
  finish(k, f, reply) {
    return settle(k, f, reply);
  },
});

const renameTo = operation(naming.renameTo, ['held', 'node'], {
  begin(k, f) {
    const { descriptor, newPath: path } = f;
    const into = currentThread(k).scratch2;
    return k.call(subjects.readPath, { descriptor, path, into, flags: 0 }, 'placed');
  },
  placed(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    f.held = reply.second;
    const { root, base, path, flags } = f;
    const newPath = ownSpan(currentThread(k).scratch2, reply.value);
    return k.call(files.rename, { root, base, path, newBase: baseOf(k, f.held), newPath, flags }, 'finish');
  },
  finish(k, f, reply) {
    return settle(k, f, reply);
  },
});

const linkat = onNode({
  number: 37,
  name: 'linkat',
  arguments: {
    descriptor: 'descriptor',
    path: 'path',
    newDescriptor: 'descriptor',
    newPath: 'path',
    flags: 'flags',
  },
  support: { partial: 'AT_EMPTY_PATH is for user 0 only' },
  check: (k, { flags }) => {
    if ((flags & ~LINK_FLAGS) !== 0) return ErrorNumber.EINVAL;
    return (flags & At.emptyPath) !== 0 && k.credentials.effectiveUser !== 0 ? ErrorNumber.ENOENT : 0;
  },
  subject: ({ descriptor, path, flags }) => ({
    descriptor,
    path,
    flags:
      ((flags & At.follow) !== 0 ? 0 : LookupFlag.noFollow) |
      ((flags & At.emptyPath) !== 0 ? LookupFlag.emptyPath : 0),
  }),
  act: (_k, { newDescriptor, newPath }, node) =>
    node === 0
      ? refuse(ErrorNumber.EXDEV)
      : ask(naming.linkTo, { link: node, descriptor: newDescriptor, path: newPath }),
});

const Rename = { noReplace: 1, exchange: 2 } as const;

function checkRename(flags: number): number {
  const known = Rename.noReplace | Rename.exchange;
  return (flags & ~known) !== 0 || flags === known ? ErrorNumber.EINVAL : 0;
}

const renameat2 = onPlace({
  number: 276,
  name: 'renameat2',
  arguments: {
    ...named,
    newDescriptor: 'descriptor',
    newPath: 'path',
    flags: 'flags',
  },
  support: { partial: 'no RENAME_WHITEOUT' },
  check: (_k, { flags }) => checkRename(flags),
  subject: at,
  act: (_k, { newDescriptor, newPath, flags }, place) =>
    ask(naming.renameTo, { ...place, descriptor: newDescriptor, newPath, flags }),
});

export const namingOperations: readonly Operation[] = [linkTo, renameTo];
export const namingCalls: readonly SystemCall[] = [
  mkdirat,
  mknodat,
  unlinkat,
  readlinkat,
  symlinkat,
  linkat,
  renameat2,
];
