/**
 * What a file call is about: paths of the program are read and joined to the directory that they start from, and paths and
 * descriptors become nodes that are held until the call ends (`settle` in src/linux/open-files.ts).
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { serviceInterface } from '../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { files, LookupFlag, OpenFlag } from '../../services/files/interface.ts';
import { openFileAt } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { holdPaths, settle, settleError, takeFile } from '../open-files.ts';
import { OpenKind } from '../records.ts';
import { currentPaths, currentThread, ownSpan } from '../state.ts';

/** Flags of calls that take a path and a directory (linux/fcntl.h). */
export const At = {
  currentDirectory: -100,
  noFollow: 0x100,
  effective: 0x200,
  removeDirectory: 0x200,
  follow: 0x400,
  noAutomount: 0x800,
  emptyPath: 0x1000,
  synchroniseMask: 0x6000,
} as const;

/** LookupFlag bits, and two of this file's own. */
export const SubjectFlag = {
  ...LookupFlag,
  /** There is no path: the descriptor itself is meant. */
  descriptor: 0x100,
  /** A descriptor that only names a file (O_PATH) will do. */
  named: 0x200,
} as const;

export const subjects = serviceInterface('linux', {
  /**
   * Reads a path to `into` (physical, a page) and finds where it starts. Value: its length; second: what the caller's `held`
   * is to be, the description of a directory or the process's own directories. EBADF, EFAULT, ENAMETOOLONG, ENOENT, ENOTDIR.
   */
  readPath: { descriptor: 'number', path: 'number', into: 'number', flags: 'number' },
  /** The node that a path or a descriptor names. Value: the node, held if second is 0; second: the description it is of, held. */
  findNode: { descriptor: 'number', path: 'number', flags: 'number' },
});

/** LookupFlag bits of AT_* bits. */
export function lookupFlags(flags: number): number {
  const noFollow = (flags & At.noFollow) !== 0 ? LookupFlag.noFollow : 0;
  return noFollow | ((flags & At.emptyPath) !== 0 ? LookupFlag.emptyPath : 0);
}

/** The node that a path starts from, by what `readPath` gave to hold. */
export function baseOf(k: Kernel, held: number): PhysicalAddress {
  return held > 0 ? openFileAt(k, held).node : currentPaths(k).current;
}

/** Root, base and path as the files service wants them, of a path that `readPath` read. */
export function placeOf(k: Kernel, held: number, at: PhysicalAddress, length: number) {
  return { root: currentPaths(k).root, base: baseOf(k, held), path: ownSpan(at, length) };
}

const SLASH = 0x2f;

const readPath = operation(subjects.readPath, [], {
  begin(k, f) {
    return k.call(internal.readString, { address: f.path, into: f.into, capacity: PAGE_SIZE }, 'read');
  },
  read(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const length = reply.value;
    if (length === 0 && (f.flags & LookupFlag.emptyPath) === 0) return k.fail(ErrorNumber.ENOENT);
    const absolute = length > 0 && k.memory.u8[f.into] === SLASH;
    if (absolute || f.descriptor === At.currentDirectory) return k.done(length, holdPaths(k));
    const file = takeFile(k, f.descriptor);
    if (file === undefined) return k.fail(ErrorNumber.EBADF);
    if (length === 0 || file.kind === OpenKind.directory) return k.done(length, file.address);
    file.references -= 1;
    return k.fail(ErrorNumber.ENOTDIR);
  },
});

const find = operation(subjects.findNode, ['held', 'node'], {
  begin(k, f) {
    const { descriptor, path, flags } = f;
    if ((flags & SubjectFlag.descriptor) === 0) {
      const into = currentThread(k).scratch;
      return k.call(subjects.readPath, { descriptor, path, into, flags }, 'placed');
    }
    const file = takeFile(k, descriptor);
    if (file === undefined) return k.fail(ErrorNumber.EBADF);
    if ((file.flags & OpenFlag.path) === 0 || (flags & SubjectFlag.named) !== 0)
      return k.done(file.node, file.address);
    file.references -= 1;
    return k.fail(ErrorNumber.EBADF);
  },
  placed(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const { value: length, second: held } = reply;
    if (length === 0 && held > 0) return k.done(openFileAt(k, held).node, held);
    f.held = held;
    const place = placeOf(k, held, currentThread(k).scratch, length);
    const flags =
      f.flags & (LookupFlag.noFollow | LookupFlag.emptyPath | LookupFlag.directory | LookupFlag.real);
    return k.call(files.lookup, { ...place, flags }, 'found');
  },
  found(k, f, reply) {
    if (reply.error !== 0) return settleError(k, f, reply.error);
    return settle(k, f, { value: reply.value, second: 0, error: 0 });
  },
  finish(k, f, reply) {
    return settle(k, f, reply);
  },
});

export const subjectOperations: readonly Operation[] = [readPath, find];
