/**
 * Unikernel: one program with its library operating system, alone in one privileged domain. A system call is a call.
 *
 * There is no second address space, so nothing can be copied into one: fork and new processes are refused. Threads work.
 */
import type { Structure } from '../../contracts/structure.ts';

const SYSTEM = 'system';
const ALONE = 'a unikernel runs one program in one address space';

export const unikernel: Structure = {
  name: 'unikernel',
  tagline: 'one program and its library operating system in one privileged domain',
  description:
    'The program and all services share one privileged domain and one address space: all of the machine’s memory lies in it, and a stray store reaches everything. A system call is a procedure call, also for a binary that was not made for it: its ecall instructions are bound to the call when they are met. There is one process; threads work, fork is refused.',
  domains: [{ name: SYSTEM, privilege: 'kernel' }],
  memory: 'windowed',
  refusals: { fork: ALONE, processes: ALONE },
  place: () => SYSTEM,
  gate: () => 'procedure',
};
