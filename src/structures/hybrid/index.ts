/**
 * Hybrid: services that are trusted live in the kernel, the others are user processes outside; both gates at once.
 *
 * Which services are outside is the user's choice. What is inside costs as under the monolithic structure; a fault in what is
 * outside is survived.
 */
import { SERVERS, type Structure, serverOf } from '../../contracts/structure.ts';

const KERNEL = 'kernel';
const NAME = 'hybrid';

function hybridWith(outside: readonly string[], name: string): Structure {
  return {
    name,
    tagline: 'trusted services in the kernel, the others in user processes outside',
    description: `The kernel domain holds the services that are trusted; a request between them is a procedure call. The others (here ${outside.join(', ')}) are user processes, asked by messages. A program’s system call is a trap.`,
    domains: [
      { name: KERNEL, privilege: 'kernel' },
      ...outside.map((server) => ({ name: server, privilege: 'user' as const })),
    ],
    place: (service) => (outside.includes(serverOf(service)) ? serverOf(service) : KERNEL),
    gate: (from, to) => {
      if (from === to) return 'procedure';
      return to === KERNEL ? 'trap' : 'ports';
    },
    options: { outside: `the services outside the kernel, of ${SERVERS.join(', ')}` },
    configure(_option, value) {
      const chosen = value.split(',').filter((server) => server !== '');
      const unknown = chosen.find((server) => !(SERVERS as readonly string[]).includes(server));
      if (unknown !== undefined)
        throw new Error(`${NAME} has no service '${unknown}'; there are ${SERVERS.join(', ')}`);
      if (new Set(chosen).size !== chosen.length) throw new Error(`${NAME}: a service is named twice`);
      return hybridWith(chosen, `${NAME}:outside=${value}`);
    },
  };
}

/** File systems and drivers outside: what changes most and is trusted least. */
export const hybrid: Structure = hybridWith(['files', 'block'], NAME);
