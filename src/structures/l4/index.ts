/**
 * L4: the servers of a microkernel, joined by synchronous IPC that is built for speed.
 *
 * Caller and server meet: nothing is queued, short messages stay in registers, long ones are copied once, and the processor
 * goes straight from one to the other. Each of these is a mechanism that can be switched off to see what it saves.
 */
import {
  KERNEL_SERVICE,
  MECHANISMS,
  type Mechanism,
  PROGRAM_OPTIONS,
  SERVERS,
  type Structure,
  serverOf,
  withProgram,
} from '../../contracts/structure.ts';

const KERNEL = 'kernel';

export const l4: Structure = {
  name: 'l4',
  tagline: 'the same servers, joined by synchronous IPC built for speed',
  description:
    'The services are the same user processes as under the microkernel, but a request is a rendezvous: the caller waits until its server takes the message, short messages stay in registers, long ones are copied once through a temporary mapping, and the processor is handed from caller to server and back without asking the scheduler.',
  domains: [
    { name: KERNEL, privilege: 'kernel' },
    ...SERVERS.map((name) => ({ name, privilege: 'user' as const })),
  ],
  mechanisms: Object.keys(MECHANISMS) as Mechanism[],
  native: 'l4',
  place: (service) => (service === KERNEL_SERVICE ? KERNEL : serverOf(service)),
  gate: (from, to) => {
    if (from === to) return 'procedure';
    return to === KERNEL ? 'trap' : 'rendezvous';
  },
  options: PROGRAM_OPTIONS,
  configure(option, value) {
    return withProgram(this, option, value);
  },
};
