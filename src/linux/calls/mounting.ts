/** mount(2) and umount2(2), for trees in memory; memfd_create(2). */
import { ErrorNumber } from '../../contracts/errors.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { files, MountFlag, MountKind, OpenFlag } from '../../services/files/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { CLOSE_ON_EXEC } from '../descriptors.ts';
import { internal } from '../internal.ts';
import { createOpenFile, lackOfFile, settle, settleError, settleValue } from '../open-files.ts';
import { OpenKind } from '../records.ts';
import { currentThread } from '../state.ts';
import { opening } from './opening.ts';
import { ask, onPlace } from './shapes.ts';
import { At, placeOf, subjects } from './subjects.ts';

/** Flags of mount(2): those that ask for another operation than a new mount, and the one that is obeyed. */
const Mount = { readOnly: 1, remount: 32, bind: 4096, move: 8192, propagation: 0x1e_0000 } as const;
const OTHER_OPERATIONS = Mount.remount | Mount.bind | Mount.move | Mount.propagation;

const text = new TextDecoder();
/** Units of tmpfs's size option. */
const UNITS: { readonly [unit: string]: number } = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** Frames of `size=` among tmpfs's options; 0 when it is not there, undefined when it makes no sense. */
function limitOf(options: string): number | undefined {
  const size = options.split(',').find((option) => option.startsWith('size='));
  if (size === undefined) return 0;
  const [, digits, unit] = /^size=(\d+)([kmg]?)$/i.exec(size) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  return Math.ceil((Number(digits) * (UNITS[unit.toLowerCase()] as number)) / PAGE_SIZE);
}

function readText(k: Kernel, address: number, then: string) {
  const into = currentThread(k).scratch2;
  return k.call(internal.readString, { address, into, capacity: PAGE_SIZE }, then);
}

const mount = systemCall({
  number: 40,
  name: 'mount',
  arguments: { source: 'path', target: 'path', type: 'path', flags: 'size', data: 'path' },
  support: { partial: 'tmpfs only: no bind mounts, no remounts, no propagation' },
  locals: ['held', 'node', 'limit'],
  steps: {
    begin(k, f) {
      if (k.credentials.effectiveUser !== 0) return k.fail(ErrorNumber.EPERM);
      if ((f.flags & OTHER_OPERATIONS) !== 0) return k.fail(ErrorNumber.EINVAL);
      return f.type === 0 ? k.fail(ErrorNumber.EINVAL) : readText(k, f.type, 'type');
    },
    type(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const type = text.decode(k.memory.bytes(currentThread(k).scratch2, reply.value).slice());
      if (type !== 'tmpfs' && type !== 'ramfs') return k.fail(ErrorNumber.ENODEV);
      return f.data === 0 ? k.goto('target') : readText(k, f.data, 'options');
    },
    options(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      const limit = limitOf(text.decode(k.memory.bytes(currentThread(k).scratch2, reply.value).slice()));
      if (limit === undefined) return k.fail(ErrorNumber.EINVAL);
      f.limit = limit;
      return k.goto('target');
    },
    target(k, f) {
      const into = currentThread(k).scratch;
      const request = { descriptor: At.currentDirectory, path: f.target, into, flags: 0 };
      return k.call(subjects.readPath, request, 'placed');
    },
    placed(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.held = reply.second;
      const place = placeOf(k, f.held, currentThread(k).scratch, reply.value);
      const flags = (f.flags & Mount.readOnly) !== 0 ? MountFlag.readOnly : 0;
      return k.call(
        files.mount,
        { ...place, kind: MountKind.memory, layer: 0, flags, limit: f.limit },
        'finish',
      );
    },
    finish(k, f, reply) {
      return reply.error === 0 ? settleValue(k, f, 0) : settle(k, f, reply);
    },
  },
});

const UNMOUNT_FLAGS = 15;

const umount2 = onPlace({
  number: 39,
  name: 'umount2',
  arguments: { path: 'path', flags: 'flags' },
  support: { partial: 'a tree in use is busy, whatever the flags say' },
  check: (k, { flags }) => {
    if ((flags & ~UNMOUNT_FLAGS) !== 0) return ErrorNumber.EINVAL;
    return k.credentials.effectiveUser === 0 ? 0 : ErrorNumber.EPERM;
  },
  subject: ({ path }) => ({ descriptor: At.currentDirectory, path, flags: 0 }),
  act: (_k, _f, place) => ask(files.unmount, place),
});

const MemoryFile = { closeOnExec: 1, noExecute: 8, execute: 16 } as const;
/** Longest name of a memory file: NAME_MAX without `memfd:`. */
const LONGEST_NAME = 249;

const memfdCreate = systemCall({
  number: 279,
  name: 'memfd_create',
  arguments: { name: 'path', flags: 'flags' },
  support: { partial: 'no seals, no huge pages; the name is not kept' },
  locals: ['held', 'node'],
  steps: {
    begin(k, f) {
      const known = MemoryFile.closeOnExec | MemoryFile.noExecute | MemoryFile.execute;
      if ((f.flags & ~known) !== 0) return k.fail(ErrorNumber.EINVAL);
      return readText(k, f.name, 'named');
    },
    named(k, f, reply) {
      if (reply.error === ErrorNumber.ENAMETOOLONG) return k.fail(ErrorNumber.EINVAL);
      if (reply.error !== 0) return k.fail(reply.error);
      if (reply.value > LONGEST_NAME) return k.fail(ErrorNumber.EINVAL);
      const mode = (f.flags & MemoryFile.noExecute) !== 0 ? 0o666 : 0o777;
      return k.call(files.createUnnamed, { mode }, 'made');
    },
    made(k, f, reply) {
      if (reply.error !== 0) return k.fail(reply.error);
      f.node = reply.value;
      const flags = OpenFlag.readWrite | OpenFlag.largeFile;
      const file = createOpenFile(k, { kind: OpenKind.node, node: f.node, object: 0, end: 0, flags });
      if (file === 0) return settleError(k, f, lackOfFile(k));
      const mark = (f.flags & MemoryFile.closeOnExec) !== 0 ? CLOSE_ON_EXEC : 0;
      // The description holds the node from here on.
      f.node = 0;
      return k.call(opening.installFile, { file, flags: mark }, 'finish');
    },
    finish(k, f, reply) {
      return settle(k, f, reply);
    },
  },
});

export const mountingCalls: readonly SystemCall[] = [mount, umount2, memfdCreate];
