/**
 * The vDSO: the page of code that the system maps into every program (vdso(7)). Signal handlers return to it, and clocks are read in
 * it from the cycle counter, without a system call. Its program is programs/vdso.
 *
 * The counters of several harts run ahead of each other a little, so that a clock read from them could go back; with more than
 * one hart the page asks by system calls, as Linux does where counters differ. In real memory a system call is a procedure call
 * already: there is no page, and handlers return to the resident one.
 */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import { SpanRight } from '../../contracts/service.ts';
import { PAGE_SIZE, type PhysicalAddress, type VirtualAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { SIGNAL_RETURN } from '../../kernel/resident.ts';
import { MapFlag, memory, Protection } from '../../services/memory/interface.ts';
import { currentThread, linuxRoot } from '../state.ts';
import { put64 } from '../time/values.ts';
import { CLOCK_OFFSET, IMAGE, SIGNAL_RETURN_OFFSET } from './image.ts';
import { vdso } from './interface.ts';

/** Where the page lies in every address space: above the stack, with a page to spare below 4 GiB. */
export const VDSO: VirtualAddress = 0xffff_e000;

/** What programs are told of the page: its address, or 0 when there is none. */
export function vdsoAddress(k: Kernel): VirtualAddress {
  return k.hasRealMemory ? 0 : VDSO;
}

/** Where handlers return to in this system: in real memory, to a place in the resident page. */
export function signalReturn(k: Kernel): VirtualAddress {
  return k.hasRealMemory ? SIGNAL_RETURN : VDSO + SIGNAL_RETURN_OFFSET;
}

/** Puts the page's bytes together; returns how many they are. */
function writeImage(k: Kernel, at: PhysicalAddress): number {
  for (const [index, word] of IMAGE.entries()) k.memory.write32(at + index * 4, word);
  const usable = k.scheduling.hartCount === 1 ? 1 : 0;
  for (const [index, value] of [k.hertz, linuxRoot(k).epoch, usable].entries())
    put64(k, at + CLOCK_OFFSET + index * 8, value);
  return IMAGE.length * 4;
}
const mapVdso = operation(vdso.mapVdso, [], {
  begin(k, f) {
    if (k.hasRealMemory) return k.done();
    const request = {
      space: f.space,
      address: VDSO,
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
    const request = { space: f.space, address: VDSO, length: PAGE_SIZE, access: Access.write };
    return k.call(memory.supply, request, 'supplied');
  },
  supplied(k, f, reply) {
    if (reply.error !== 0) return k.fail(ErrorNumber.ENOMEM);
    const { scratch2 } = currentThread(k);
    const length = writeImage(k, scratch2);
    const span = { space: f.space, start: VDSO, length, rights: SpanRight.write };
    if (k.toSpan(span, 0, scratch2, length) !== length) return k.goto('mapped');
    const protection = Protection.read | Protection.execute;
    return k.call(
      memory.protect,
      { space: f.space, address: VDSO, length: PAGE_SIZE, protection },
      'protected',
    );
  },
  protected(k, _f, reply) {
    return k.pass(reply);
  },
});

export const vdsoOperations: readonly Operation[] = [mapVdso];
