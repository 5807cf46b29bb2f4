/** Where a process is in the tree: getcwd, chdir, fchdir, chroot, umask. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { type OutcomeNumber, type Reply, serviceInterface } from '../../contracts/service.ts';
import { NEVER, PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { PathBit } from '../../services/files/attributes.ts';
import { files, LookupFlag } from '../../services/files/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { internal } from '../internal.ts';
import { OpenKind } from '../records.ts';
import { currentPaths, currentThread, ownSpan } from '../state.ts';
import { ask, onNode, refuse } from './shapes.ts';
import { immediate } from './simple.ts';
import { At, SubjectFlag } from './subjects.ts';

const directories = serviceInterface('linux', {
  /** A directory, held by the caller, becomes the current one, or the root when `root` is 1. EACCES without the right to search it. */
  enterDirectory: { node: 'number', root: 'number' },
});

const SEARCH = 1;

const enter = operation(directories.enterDirectory, ['old'], {
  begin(k, f) {
    return k.call(files.access, { node: f.node, rights: SEARCH, real: 0 }, 'allowed');
  },
  allowed(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    if (f.root === 1 && k.credentials.effectiveUser !== 0) return k.fail(ErrorNumber.EPERM);
    return k.call(files.hold, { node: f.node }, 'held');
  },
  held(k, f) {
    const paths = currentPaths(k);
    f.old = f.root === 1 ? paths.root : paths.current;
    if (f.root === 1) paths.root = f.node;
    else paths.current = f.node;
    return f.old === 0 ? k.done() : k.goto('release');
  },
  release(k, f) {
    const { walkers, idle } = currentPaths(k);
    // Another thread may be on its way from the old directory.
    if (walkers > 0) return k.wait([idle], NEVER, 'release', false);
    return k.call(files.release, { node: f.old }, 'finish');
  },
  finish(k) {
    return k.done();
  },
});

function entering(number: number, name: string, root: number): SystemCall {
  return onNode({
    number,
    name,
    arguments: { path: 'path' },
    subject: ({ path }) => ({ descriptor: At.currentDirectory, path, flags: LookupFlag.directory }),
    act: (_k, _f, node) => ask(directories.enterDirectory, { node, root }),
  });
}

const fchdir = onNode({
  number: 50,
  name: 'fchdir',
  arguments: { descriptor: 'descriptor' },
  subject: ({ descriptor }) => ({ descriptor, path: 0, flags: SubjectFlag.descriptor | SubjectFlag.named }),
  act: (_k, _f, node, file) =>
    file?.kind === OpenKind.directory
      ? ask(directories.enterDirectory, { node, root: 0 })
      : refuse(ErrorNumber.ENOTDIR),
});

/** What getcwd(2) puts before the path of a directory that is not below the root. */
const UNREACHABLE: ArrayLike<number> = new TextEncoder().encode('(unreachable)');

const getcwd = systemCall({
  number: 17,
  name: 'getcwd',
  arguments: { buffer: 'pointer', size: 'size' },
  support: 'full',
  locals: ['length'],
  steps: {
    begin(k) {
      const { root, current: node } = currentPaths(k);
      const into = ownSpan(currentThread(k).scratch, PAGE_SIZE - UNREACHABLE.length - 1);
      return k.call(files.path, { root, node: node || root, into }, 'path');
    },
    path(k, f, reply: Reply): OutcomeNumber {
      if (reply.error !== 0) return k.fail(reply.error);
      const { scratch: from } = currentThread(k);
      f.length = reply.value;
      if ((reply.second & PathBit.unreachable) !== 0) {
        k.memory.copy(from + UNREACHABLE.length, from, f.length);
        k.memory.store(from, Uint8Array.from(UNREACHABLE));
        f.length += UNREACHABLE.length;
      }
      k.memory.clear(from + f.length, 1);
      f.length += 1;
      if (f.length > f.size) return k.fail(ErrorNumber.ERANGE);
      return k.call(internal.writeUser, { address: f.buffer, from, length: f.length }, 'finish');
    },
    finish(k, f, reply) {
      return reply.error === 0 ? k.done(f.length) : k.fail(reply.error);
    },
  },
});

const MASK_BITS = 0o777;

const umask = immediate(166, 'umask', { mask: 'mode' }, (k: Kernel, { mask }) => {
  const paths = currentPaths(k);
  const old = paths.mask;
  paths.mask = mask & MASK_BITS;
  return k.done(old);
});

export const directoryOperations: readonly Operation[] = [enter];
export const directoryCalls: readonly SystemCall[] = [
  getcwd,
  entering(49, 'chdir', 0),
  fchdir,
  entering(51, 'chroot', 1),
  umask,
];
