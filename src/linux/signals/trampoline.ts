/**
 * The page to which signal handlers return: two instructions that call rt_sigreturn. Debuggers and unwinders know a signal
 * frame by exactly these two. Linux keeps them in the vDSO.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import { SpanRight } from '../../contracts/service.ts';
import { PAGE_SIZE, type VirtualAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { SIGNAL_RETURN } from '../../kernel/resident.ts';
import { MapFlag, memory, Protection } from '../../services/memory/interface.ts';
import { currentThread } from '../state.ts';
import { signals } from './interface.ts';

/** Where the page lies in every address space: above the stack, with a page to spare below 4 GiB. */
export const TRAMPOLINE: VirtualAddress = 0xffff_e000;

/** Where handlers return to in this system: in real memory, to a place in the resident page. */
export function signalReturn(k: Kernel): VirtualAddress {
  return k.hasRealMemory ? SIGNAL_RETURN : TRAMPOLINE;
}

/** addi a7, zero, 139; ecall. */
export const TRAMPOLINE_CODE: readonly number[] = [0x08b0_0893, 0x0000_0073];

const mapTrampoline = operation(signals.mapTrampoline, [], {
  begin(k, f) {
    if (k.hasRealMemory) return k.done();
    const request = {
      space: f.space,
      address: TRAMPOLINE,
      length: PAGE_SIZE,
      protection: Protection.read | Protection.write,
      flags: MapFlag.private | MapFlag.anonymous | MapFlag.fixed,
      file: 0,
      offset: 0,
      fileRights: 0,
    };
    return k.call(memory.map, request, 'mapped');
  },
  mapped(k, f, reply) {
    if (reply.error !== 0) return k.fail(reply.error);
    const request = { space: f.space, address: TRAMPOLINE, length: PAGE_SIZE, access: Access.write };
    return k.call(memory.supply, request, 'supplied');
  },
  supplied(k, f, reply) {
    if (reply.error !== 0) return k.fail(ErrorNumber.ENOMEM);
    const { scratch2 } = currentThread(k);
    for (const [index, word] of TRAMPOLINE_CODE.entries()) k.memory.write32(scratch2 + index * 4, word);
    const length = TRAMPOLINE_CODE.length * 4;
    const span = { space: f.space, start: TRAMPOLINE, length, rights: SpanRight.write };
    if (k.toSpan(span, 0, scratch2, length) !== length) return k.goto('mapped');
    const protection = Protection.read | Protection.execute;
    return k.call(
      memory.protect,
      { space: f.space, address: TRAMPOLINE, length: PAGE_SIZE, protection },
      'protected',
    );
  },
  protected(k, _f, reply) {
    return k.pass(reply);
  },
});

export const trampolineOperations: readonly Operation[] = [mapTrampoline];
