/** The unikernel: one program alone with its library. No fork, threads work, and a call is a call. */
import { STRUCTURES } from '../../structures/index.ts';
import type { Demonstration, Findings } from './demonstration.ts';
import { measureNullCall, rounded } from './per-round.ts';

const STRUCTURE = 'unikernel';
const WITH_ABSTRACTIONS = [STRUCTURE, 'monolithic', 'hybrid', 'l4', 'microkernel'];
const FORKING = ['/bin/sh', '-c', 'echo before; echo $(echo in a subshell)'];

export const unikernelFork: Demonstration = {
  name: 'unikernel-fork',
  structure: STRUCTURE,
  tagline: 'no second process, threads as anywhere, and the fastest calls that keep the abstractions',
  lookAt: [
    'A shell wants a subshell: fork is refused, and the structure says why.',
    'One process with threads does what it does elsewhere.',
    'A system call is a procedure call: no trap, no message.',
  ],
  async run(laboratory, { seed, profile }): Promise<Findings> {
    const run = (structure: string, command: readonly string[]) =>
      laboratory.run({ structure, command, profile, seed });
    const forking = await run(STRUCTURE, FORKING);
    const refused = forking.report().refused;
    const threads = await run(STRUCTURE, ['/demos/threads']);
    const elsewhere = await run('monolithic', ['/demos/threads']);
    const costs = [];
    for (const structure of WITH_ABSTRACTIONS)
      costs.push((await measureNullCall(laboratory, { structure, profile, seed })).figures);
    const [own, ...others] = costs;
    const reason = STRUCTURES.find(({ name }) => name === STRUCTURE)?.refusals?.fork;
    return {
      happened: [
        'The shell said:',
        ...forking.output
          .trimEnd()
          .split('\n')
          .map((line) => `  ${line}`),
        `The reason: ${refused ?? 'none'}`,
        `Threads: ${threads.output.trimEnd()}`,
      ],
      tables: [
        {
          title: `cycles for each null call on ${profile}`,
          columns: ['structure', 'cycles', 'traps', 'messages'],
          rows: costs.map(({ structure, cycles, primitives, messages }) => [
            structure,
            rounded(cycles),
            rounded(primitives.trapEntry),
            rounded(messages),
          ]),
        },
      ],
      claims: [
        {
          text: 'fork is refused with the reason',
          holds: refused !== null && refused === reason && forking.output.includes('cannot fork'),
        },
        {
          text: 'threads of one process work',
          holds: threads.status === 0 && threads.output !== '' && threads.output === elsewhere.output,
        },
        {
          text: 'its calls are the fastest of the structures that keep the abstractions',
          holds: own !== undefined && others.every(({ cycles }) => own.cycles < cycles),
        },
      ],
    };
  },
};
