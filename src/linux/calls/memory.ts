/** The memory calls: mmap and its kin, over the memory service. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { SpanRight } from '../../contracts/service.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import { OpenFlag } from '../../services/files/interface.ts';
import { Advice, MapFlag, memory } from '../../services/memory/interface.ts';
import { type SystemCall, systemCall } from '../call.ts';
import { fileOf, type OpenFileView } from '../descriptors.ts';
import { DeviceNumber } from '../devices.ts';
import { OpenKind } from '../records.ts';
import { currentProcess, userSpan } from '../state.ts';
import { forwarded, immediate } from './simple.ts';

const READABLE = 1;
const WRITABLE = 2;

function rightsOf(file: OpenFileView): number {
  const mode = file.flags & OpenFlag.accessMask;
  if (mode === OpenFlag.readOnly) return READABLE;
  return mode === OpenFlag.readWrite ? READABLE | WRITABLE : WRITABLE;
}

const mmap = systemCall({
  number: 222,
  name: 'mmap',
  arguments: {
    address: 'pointer',
    length: 'size',
    protection: 'flags',
    flags: 'flags',
    descriptor: 'descriptor',
    offset: 'size',
  },
  support: { partial: 'no huge pages; MAP_LOCKED and MAP_SYNC have no effect of their own' },
  steps: {
    begin(k, f) {
      const { address, length, protection, offset } = f;
      const { space } = currentProcess(k);
      if (offset % PAGE_SIZE !== 0) return k.fail(ErrorNumber.EINVAL);
      const place = { space, address, length, protection, flags: f.flags };
      if (f.flags & MapFlag.anonymous)
        return k.call(memory.map, { ...place, file: 0, offset: 0, fileRights: 0 }, 'finish');
      const file = fileOf(k, f.descriptor);
      if (file === undefined || file.flags & OpenFlag.path) return k.fail(ErrorNumber.EBADF);
      if (file.kind === OpenKind.device && file.object === DeviceNumber.zero) {
        const flags = f.flags | MapFlag.anonymous;
        return k.call(memory.map, { ...place, flags, file: 0, offset: 0, fileRights: 0 }, 'finish');
      }
      if (file.kind !== OpenKind.node) return k.fail(ErrorNumber.ENODEV);
      const rights = rightsOf(file);
      if ((rights & READABLE) === 0) return k.fail(ErrorNumber.EACCES);
      return k.call(memory.map, { ...place, file: file.node, offset, fileRights: rights }, 'finish');
    },
    finish(k, _f, reply) {
      return k.pass(reply);
    },
  },
});

const UNLIMITED = {
  partial: 'pages are made present, and are never paged out; RLIMIT_MEMLOCK is not looked at',
};
const AS_MLOCK = { partial: 'as mlock' };
/** MLOCK_ONFAULT: pages are not made present. */
const ON_FAULT = 1;
/** MCL_CURRENT, MCL_FUTURE and MCL_ONFAULT, which means nothing alone. */
const LOCK_ALL_FLAGS = 7;
const LOCK_ON_FAULT = 4;

const space = { address: 'pointer', length: 'size' } as const;

/** mlock and its kin: a range must be mapped, and is made present unless the flags say otherwise. */
function locking(
  number: number,
  name: string,
  flagsOf: number | 'given',
  support: { readonly partial: string },
): SystemCall {
  return systemCall({
    number,
    name,
    arguments: (flagsOf === 'given' ? { ...space, flags: 'flags' } : space) as typeof space & {
      flags: 'flags';
    },
    support,
    steps: {
      begin(k, f) {
        const flags = flagsOf === 'given' ? f.flags : flagsOf;
        if ((flags & ~ON_FAULT) !== 0) return k.fail(ErrorNumber.EINVAL);
        const address = f.address - (f.address % PAGE_SIZE);
        const length = f.length + (f.address - address);
        const advice = flags === ON_FAULT ? Advice.normal : Advice.populateRead;
        return k.call(memory.advise, { space: currentProcess(k).space, address, length, advice }, 'finish');
      },
      finish(k, _f, reply) {
        return reply.error === 0 ? k.done() : k.fail(ErrorNumber.ENOMEM);
      },
    },
  });
}

export const memoryCalls: readonly SystemCall[] = [
  mmap,
  forwarded(214, 'brk', { address: 'pointer' }, memory.setBreak, (k, { address }) => ({
    space: currentProcess(k).space,
    address,
  })),
  forwarded(215, 'munmap', space, memory.unmap, (k, { address, length }) => ({
    space: currentProcess(k).space,
    address,
    length,
  })),
  forwarded(
    216,
    'mremap',
    { address: 'pointer', oldLength: 'size', newLength: 'size', flags: 'flags', newAddress: 'pointer' },
    memory.remap,
    (k, f) => ({ space: currentProcess(k).space, ...copyOf(f) }),
  ),
  forwarded(226, 'mprotect', { ...space, protection: 'flags' }, memory.protect, (k, f) => ({
    space: currentProcess(k).space,
    address: f.address,
    length: f.length,
    protection: f.protection,
  })),
  forwarded(227, 'msync', { ...space, flags: 'flags' }, memory.synchronise, (k, f) => ({
    space: currentProcess(k).space,
    address: f.address,
    length: f.length,
    flags: f.flags,
  })),
  forwarded(232, 'mincore', { ...space, vector: 'pointer' }, memory.residency, (k, f) => ({
    space: currentProcess(k).space,
    address: f.address,
    length: f.length,
    into: userSpan(k, f.vector, Math.ceil(f.length / PAGE_SIZE), SpanRight.write),
  })),
  forwarded(
    233,
    'madvise',
    { ...space, advice: 'int' },
    memory.advise,
    (k, f) => ({
      space: currentProcess(k).space,
      address: f.address,
      length: f.length,
      advice: f.advice,
    }),
    { partial: 'no MADV_REMOVE, no MADV_COLLAPSE' },
  ),
  locking(228, 'mlock', 0, UNLIMITED),
  locking(229, 'munlock', ON_FAULT, AS_MLOCK),
  locking(284, 'mlock2', 'given', AS_MLOCK),
  immediate(
    230,
    'mlockall',
    { flags: 'flags' },
    (k, { flags }) =>
      (flags & ~LOCK_ALL_FLAGS) !== 0 || (flags & ~LOCK_ON_FAULT) === 0
        ? k.fail(ErrorNumber.EINVAL)
        : k.done(),
    { partial: 'nothing is done: pages are not paged out' },
  ),
  immediate(231, 'munlockall', {}, (k) => k.done(), AS_MLOCK),
];

function copyOf(f: {
  readonly address: number;
  readonly oldLength: number;
  readonly newLength: number;
  readonly flags: number;
  readonly newAddress: number;
}) {
  const { address, oldLength, newLength, flags, newAddress } = f;
  return { address, oldLength, newLength, flags, newAddress };
}
