/**
 * Monolithic: every service in one kernel domain. A program enters it by a trap; inside, a request is a procedure call.
 *
 * Fast, since nothing is crossed between services; and as weak as its weakest service, since they share one memory.
 */
import { PROGRAM, type Structure } from '../../contracts/structure.ts';

const KERNEL = 'kernel';

export const monolithic: Structure = {
  name: 'monolithic',
  tagline: 'all services in one kernel domain; a trap in, procedure calls inside',
  description:
    'Programs run in user mode, each in its own address space. All services run in kernel mode in one domain and share its memory: a request between them costs a procedure call, and a fault in one of them is a fault of the kernel.',
  domains: [{ name: KERNEL, privilege: 'kernel' }],
  place: () => KERNEL,
  gate: (from) => (from === PROGRAM ? 'trap' : 'procedure'),
};
