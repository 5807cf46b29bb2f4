/**
 * The resident page of a system in real memory: what lies at address 0, in the reach of every program.
 *
 *   0x000   the vector table: 256 addresses of 8 bytes. Exceptions have the numbers of their causes (0 to 7), the timer 8, the
 *           keyboard 9, system calls 0x21; 0x52 holds the address of the list of lists
 *   0x800   where signal handlers return to
 *   0x840   the entries of the services, one for each kind of vector
 *   0x900   the list of lists
 *
 * Every interrupt, exception and system call goes where its vector leads. What leads to no entry is a jump into the wild, and
 * nobody is left to catch the machine: `follow` throws. Numbers are those of DOS, where it has them.
 */
import type { PhysicalAddress } from '../contracts/units.ts';
import type { Words } from './meter.ts';
import { record } from './records.ts';

export const Vector = { timer: 0x08, keyboard: 0x09, systemCall: 0x21, lists: 0x52 } as const;

/** Entries of the services: a vector that holds one of these addresses leads to that service. */
export const Entry = {
  exception: 0x840,
  timer: 0x850,
  keyboard: 0x860,
  systemCall: 0x870,
  none: 0x880,
} as const;
export type EntryAddress = (typeof Entry)[keyof typeof Entry];

/** Where signal handlers return to. */
export const SIGNAL_RETURN: PhysicalAddress = 0x800;
const LISTS: PhysicalAddress = 0x900;

const VECTORS = 256;
const VECTOR_BYTES = 8;
const EXCEPTIONS = 8;
const ENTRIES: readonly number[] = Object.values(Entry);

/** addi a7, zero, 139 (rt_sigreturn); ecall. */
const SIGNAL_RETURN_CODE: readonly number[] = [0x08b0_0893, 0x0000_0073];
/** ecall; jalr zero, 0(ra): whoever calls an entry as a procedure gets there too. */
const ENTRY_CODE: readonly number[] = [0x0000_0073, 0x0000_8067];

/** Where to find the tables of the system: what DOS's function 52h gives the address of. All fields are public. */
export const ListOfLists = record('ListOfLists', {
  /** The first memory control block, and the end of the memory that the chain divides. */
  firstBlock: 'u32',
  blocksEnd: 'u32',
  /** The handle table of the program that runs: its descriptors. */
  handles: 'u32',
  /** The table of the frames that buffers and records lie in: its address, the bytes of an entry, the first frame, how many. */
  frameTable: 'u32',
  frameEntry: 'u32',
  firstFrame: 'u32',
  frameCount: 'u32',
  /** The kernel's root record. */
  root: 'u32',
});
export type Lists = Readonly<Record<keyof typeof ListOfLists.schema, number>>;

/** Writes the resident page of a machine just switched on. */
export function layDownResident(words: Words, lists: Lists): void {
  const { u32 } = words;
  const put = (vector: number, address: number): void => {
    u32[(vector * VECTOR_BYTES) >>> 2] = address;
  };
  for (let vector = 0; vector < VECTORS; vector++)
    put(vector, vector < EXCEPTIONS ? Entry.exception : Entry.none);
  put(Vector.timer, Entry.timer);
  put(Vector.keyboard, Entry.keyboard);
  put(Vector.systemCall, Entry.systemCall);
  put(Vector.lists, LISTS);
  u32.set(SIGNAL_RETURN_CODE, SIGNAL_RETURN >>> 2);
  for (const entry of ENTRIES) u32.set(ENTRY_CODE, entry >>> 2);
  Object.entries(lists).forEach(([name, value]) => {
    u32[(LISTS + ListOfLists.offsets[name as keyof Lists]) >>> 2] = value;
  });
}

/** The entry to which a vector leads. Throws when it leads to none: the machine has jumped into the wild. */
export function follow(words: Words, vector: number, what: string): EntryAddress {
  const at = (vector * VECTOR_BYTES) >>> 2;
  const [low = 0, high = 0] = [words.u32[at], words.u32[at + 1]];
  if (high === 0 && ENTRIES.includes(low)) return low as EntryAddress;
  const target = `0x${(high * 2 ** 32 + low).toString(16)}`;
  throw new Error(
    `vector 0x${vector.toString(16)} at address 0x${(at * 4).toString(16)} leads to ${target}, where no service begins: ${what} has jumped into the wild, and the system has crashed`,
  );
}

/** Notes the handle table of the program that runs. */
export function showHandles(words: Words, table: PhysicalAddress): void {
  words.u32[(listsAt(words) + ListOfLists.offsets.handles) >>> 2] = table;
}

/** The address of the list of lists: a vector that is none. */
export function listsAt(words: Words): PhysicalAddress {
  return words.u32[(Vector.lists * VECTOR_BYTES) >>> 2] as number;
}
