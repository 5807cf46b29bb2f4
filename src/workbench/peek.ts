/**
 * Looking into a guest's memory without leaving a trace: no charge, no translation cached, no accessed bit set.
 *
 * For tracers and inspectors. A page that is not present reads as the end of what can be seen.
 */
import { TranslationKind } from '../contracts/machine.ts';
import { PAGE_SIZE, type PhysicalAddress, type VirtualAddress } from '../contracts/units.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { AddressSpace, Domain } from '../kernel/objects.ts';

const LEVELS = 4;
const ENTRY_BYTES = 8;
const ENTRIES = PAGE_SIZE / ENTRY_BYTES;
const VALID = 1;
const LEAF = 0b1110;
/** Bits of the flags and of the reserved space below a page-table entry's frame number. */
const FRAME_SHIFT = 10;

/** The physical address behind a virtual one, or -1. */
export function peekAddress(
  k: Kernel,
  space: PhysicalAddress,
  address: VirtualAddress,
): PhysicalAddress | -1 {
  if (space === 0 || !(address >= 0 && address < 2 ** 47)) return -1;
  const { kind, root } = AddressSpace.at(k.meter.observer, space);
  if (kind === TranslationKind.physical) return address < k.memory.size ? address : -1;
  let table = root;
  for (let level = LEVELS - 1; level >= 0; level--) {
    const span = PAGE_SIZE * ENTRIES ** level;
    const index = Math.floor(address / span) % ENTRIES;
    const at = (table * PAGE_SIZE + index * ENTRY_BYTES) >>> 2;
    const low = k.memory.u32[at] as number;
    if ((low & VALID) === 0) return -1;
    const frame = (low >>> FRAME_SHIFT) + (k.memory.u32[at + 1] as number) * 2 ** (32 - FRAME_SHIFT);
    if ((low & LEAF) !== 0) return frame * PAGE_SIZE + (address % span);
    table = frame;
  }
  return -1;
}

/** Up to `length` bytes of a thread's program from an address on, as far as pages are present. */
export function peekBytes(
  k: Kernel,
  thread: PhysicalAddress,
  address: VirtualAddress,
  length: number,
): Uint8Array {
  const { space } = Domain.at(k.meter.observer, k.threads.observe(thread).domain);
  const bytes = new Uint8Array(Math.max(0, length));
  let done = 0;
  while (done < length) {
    const at = peekAddress(k, space, address + done);
    if (at < 0) break;
    const room = Math.min(PAGE_SIZE - (at % PAGE_SIZE), length - done);
    bytes.set(k.memory.bytes(at, room), done);
    done += room;
  }
  return bytes.subarray(0, done);
}
