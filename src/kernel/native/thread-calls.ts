/** L4's calls on the calling thread: its number, its pager, its space among the small ones. */
import type { Kernel } from '../kernel.ts';
import { AddressSpace, Domain } from '../objects.ts';
import { answer, type NativeCall, nativeCall } from './call.ts';
import { IpcResult } from './ipc-queues.ts';
import { ipcOf } from './thread-numbers.ts';

/** Frames of a domain whose space may be a small one: 4 MiB, as L4 has them on the Pentium. */
const SMALL_FRAMES = 1024;

const myself = nativeCall({
  name: 'l4_myself',
  arguments: {},
  gate: 'shortTrap',
  steps: { begin: (k) => answer(k, ipcOf(k, k.thread)?.number ?? 0) },
});

const setPager = nativeCall({
  name: 'l4_set_pager',
  arguments: { pager: 'address' },
  gate: 'shortTrap',
  steps: {
    begin(k, f) {
      const me = ipcOf(k, k.thread);
      if (me === undefined) return answer(k, IpcResult.noMemory);
      me.pager = Number.isSafeInteger(f.pager) ? f.pager : 0;
      return answer(k, IpcResult.success);
    },
  },
});

/** May the caller's space lie beside others in the translation cache? */
function mayBeSmall(k: Kernel): boolean {
  const { domain } = k.threads.observe(k.thread);
  return (
    (k.structure.mechanisms ?? []).includes('smallSpaces') &&
    Domain.at(k.store, domain).frames <= SMALL_FRAMES
  );
}

const setSmall = nativeCall({
  name: 'l4_set_small',
  arguments: { on: 'word' },
  gate: 'shortTrap',
  steps: {
    begin(k, f) {
      if (f.on !== 0 && !mayBeSmall(k)) return answer(k, IpcResult.noMemory);
      AddressSpace.at(k.store, k.spaceOf(k.thread)).small = f.on === 0 ? 0 : 1;
      return answer(k, IpcResult.success);
    },
  },
});

export const threadCalls: readonly NativeCall[] = [myself, setPager, setSmall];
