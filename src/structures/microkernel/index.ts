/**
 * Microkernel, in the manner of Mach with a Unix server: the kernel offers threads, address spaces and ports; everything else
 * is user processes joined by messages.
 *
 * A fault in a server is the server's: the others live on. Each request between servers costs two passes through the kernel.
 */
import {
  KERNEL_SERVICE,
  PROGRAM_OPTIONS,
  SERVERS,
  type Structure,
  serverOf,
  withProgram,
} from '../../contracts/structure.ts';

const KERNEL = 'kernel';

export const microkernel: Structure = {
  name: 'microkernel',
  tagline: 'a small kernel with ports and queued messages; services are user processes',
  description:
    'The kernel has threads, address spaces and ports with message queues, and nothing else. Every service is a user process of its own; requests and replies are messages, copied into the kernel and out of it, and whoever runs next is the scheduler’s decision. A program’s system call is a message to the Unix server.',
  domains: [
    { name: KERNEL, privilege: 'kernel' },
    ...SERVERS.map((name) => ({ name, privilege: 'user' as const })),
  ],
  native: 'mach',
  place: (service) => (service === KERNEL_SERVICE ? KERNEL : serverOf(service)),
  gate: (from, to) => {
    if (from === to) return 'procedure';
    return to === KERNEL ? 'trap' : 'ports';
  },
  options: PROGRAM_OPTIONS,
  configure(option, value) {
    return withProgram(this, option, value);
  },
};
