/**
 * DOS: program and services in one physical address space, without a change of mode. A system call is a call.
 *
 * Whatever a program stores, it may store into the services' tables. One program runs at a time: a child is loaded and
 * executed while its parent waits.
 */
import type { Structure } from '../../contracts/structure.ts';

const SYSTEM = 'system';

export const dos: Structure = {
  name: 'dos',
  tagline: 'program and services in one physical address space, without protection',
  description:
    'Addresses are physical, nothing is translated or checked, and nothing changes its mode: a system call is a procedure call through the vector table at address 0. Memory is divided by a chain of control blocks that lie between the programs’ blocks. One program runs at a time; a child is loaded and executed while its parent waits, and a parent that is in its way is swapped out. A stray store may destroy the system.',
  domains: [{ name: SYSTEM, privilege: 'kernel' }],
  memory: 'real',
  refusals: {
    fork: 'DOS has one address space: a copy of a program would not be at its addresses',
    concurrency: 'DOS runs one program at a time: a child is executed while its parent waits',
  },
  place: () => SYSTEM,
  gate: () => 'procedure',
};
