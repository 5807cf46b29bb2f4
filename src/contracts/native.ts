/**
 * A structure's own interface for programs: system calls outside of Linux's numbers, answered by the kernel itself.
 *
 * Arguments are in a0 to a5 and the number in a7, as in Linux. Under a structure without the interface the personality answers
 * ENOSYS. Numbers are grouped by interface and never used again for something else.
 */
export type NativeInterface = 'mach' | 'l4' | 'scheduling';

/** Numbers from the first one on; those of the user servers (4200 to 4299) are not among them. */
export const FIRST_NATIVE_CALL = 4096;
export const NATIVE_CALLS_END = FIRST_NATIVE_CALL + 64;

export interface NativeCallName {
  readonly name: string;
  readonly interface: NativeInterface;
}

const MACH = [
  'mach_msg',
  'mach_port_allocate',
  'mach_port_deallocate',
  'mach_port_insert_right',
  'mach_port_mod_refs',
  'mach_port_destroy',
  'mach_port_type',
  'mach_port_request_notification',
  'task_get_special_port',
  'task_set_special_port',
  'mach_port_set_qlimit',
  'vm_map',
  'vm_deallocate',
  'memory_object_data_supply',
  'memory_object_data_unavailable',
  'memory_object_data_error',
  'memory_object_lock_request',
  'mach_port_move_member',
] as const;

const L4 = ['l4_ipc', 'l4_myself', 'l4_unmap', 'l4_set_pager', 'l4_set_small'] as const;

/** Of every structure: marks for whoever watches, and a scheduler that is a program. */
const SCHEDULING = ['mark', 'scheduler_attach', 'scheduler_next', 'scheduler_run'] as const;

/** The first number of each interface. */
export const FIRST_OF_INTERFACE: { readonly [name in NativeInterface]: number } = {
  mach: FIRST_NATIVE_CALL,
  l4: FIRST_NATIVE_CALL + 32,
  scheduling: FIRST_NATIVE_CALL + 48,
};

function numbered(kind: NativeInterface, names: readonly string[]): [number, NativeCallName][] {
  return names.map((name, index) => [FIRST_OF_INTERFACE[kind] + index, { name, interface: kind }]);
}

/** Every call by its number. */
export const NATIVE_CALLS: ReadonlyMap<number, NativeCallName> = new Map([
  ...numbered('mach', MACH),
  ...numbered('l4', L4),
  ...numbered('scheduling', SCHEDULING),
]);

/** Has a structure with a native interface, or none, this one? */
export function hasInterface(kind: NativeInterface, native: NativeInterface | undefined): boolean {
  return kind === 'scheduling' || kind === native;
}

export type NativeName = (typeof MACH)[number] | (typeof L4)[number] | (typeof SCHEDULING)[number];

/** The number of a call. */
export function nativeNumber(name: NativeName): number {
  for (const [number, call] of NATIVE_CALLS) if (call.name === name) return number;
  throw new Error(`no native call is named ${name}`);
}
