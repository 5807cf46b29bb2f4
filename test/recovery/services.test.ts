// Faults in services that keep nothing durable: network, pipes, terminal. The fault is noticed, the service is made again, whoever
// was cut off hears of it, and what comes later works. EVERY_FAULT=1 has all structures with all faults.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../../src/workbench/index.ts';
import '../support/property-seed.ts';
import { type Ended, run } from '../structures/support.ts';

/** A round of work of all three, in a shell of its own; each command says how it ended. */
const ROUND = [
  'seq 300 | sort -n | tail -n 1; echo pipe $?',
  '/demos/web-server read /tmp/page 100 3; echo web $?',
  'echo line $round; echo spoken $?',
].join('\n');
const SCRIPT = `mkdir /tmp; seq 300 > /tmp/page\nfor round in 1 2 3; do (\n${ROUND}\n) done\necho the end`;
const STRUCTURES = ['microkernel', 'l4'];
const SERVICES = [
  { service: 'network', most: 40 },
  { service: 'pipes', most: 20 },
  { service: 'terminal', most: 10 },
] as const;

const all = STRUCTURES.flatMap((structure) =>
  SERVICES.flatMap(({ service, most }) =>
    FAULT_KINDS.map((kind) => [structure, service, kind, most] as const),
  ),
);
const chosen = process.env.EVERY_FAULT ? all : all.filter((_, index) => index % 4 === 0);

/** A pipeline that ends well has printed its line, or a program before its end has said why it could not. */
function expectHonest(output: string): void {
  const results = [...output.matchAll(/^(.*)\npipe 0$/gm)].map((match) => match[1]);
  if (results.some((line) => line !== '300')) expect(output).toContain('Input/output error');
}

function expectRevived({ said }: Ended, service: string, kind: string): void {
  const text = said.join('\n');
  const died = text.includes(`the ${service} server has died`);
  // A wild store may hit the server's own memory: then nobody notices it as such.
  if (kind !== 'wild-store') expect(died).toBe(true);
  if (kind === 'hang') expect(text).toContain('it did not answer a request for 1 s');
  if (died) expect(text).toContain(`the ${service} server has been started again`);
}

describe.each(chosen)('%s: %s, %s', (structure, service, kind, most) => {
  it('is survived, and whoever it concerns is told', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: most }), async (at) => {
        const ended = await run({
          structure,
          command: ['/bin/sh', '-c', SCRIPT],
          faults: [{ service, kind, at }],
        });
        expectRevived(ended, service, kind);
        expectHonest(ended.output);
        // The last round is long after the fault: all of it works, and so does the end.
        if (kind !== 'wild-store' || ended.said.length > 0)
          expect(ended.output).toMatch(/300\npipe 0\nweb 0\nline 3\nspoken 0\nthe end\n/);
      }),
      { numRuns: 1 },
    );
  });
});
