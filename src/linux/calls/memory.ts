/** The memory calls: mmap and its kin, over the memory service. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { SpanRight } from '../../contracts/service.ts';
import { PAGE_SIZE } from '../../contracts/units.ts';
import { OpenFlag } from '../../services/files/interface.ts';
import { MapFlag, memory } from '../../services/memory/interface.ts';
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

const space = { address: 'pointer', length: 'size' } as const;

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
  forwarded(233, 'madvise', { ...space, advice: 'int' }, memory.advise, (k, f) => ({
    space: currentProcess(k).space,
    address: f.address,
    length: f.length,
    advice: f.advice,
  })),
  immediate(228, 'mlock', space, (k) => k.done(), {
    partial: 'pages are not paged out, so that nothing is to be done',
  }),
  immediate(229, 'munlock', space, (k) => k.done(), { partial: 'as mlock' }),
  immediate(230, 'mlockall', { flags: 'flags' }, (k) => k.done(), { partial: 'as mlock' }),
  immediate(231, 'munlockall', {}, (k) => k.done(), { partial: 'as mlock' }),
  immediate(284, 'mlock2', { ...space, flags: 'flags' }, (k) => k.done(), { partial: 'as mlock' }),
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
