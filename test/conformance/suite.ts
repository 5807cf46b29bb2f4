// One suite for every variant: each conformance program prints here what it printed under a real Linux kernel.
import { describe, expect, it } from 'vitest';
import { builtInLayer, memoryLayer } from '../../src/host/node/index.ts';
import { MountKind, profileNamed, runToEnd, System, structureNamed } from '../../src/workbench/index.ts';
import { over, partsFor, recordingConsole } from '../support/machine.ts';
import { expectedTranscript, GROUPS, type Group, SLOW_MACHINE } from './programs.ts';
import { NOT_YET, skipReason, VARIANTS, type Variant } from './variants.ts';

const MEMORY = 256 * 1024 * 1024;
const INSTRUCTIONS = 500_000_000;

const root = over(
  memoryLayer([{ path: 'tmp' }, { path: 'etc/passwd', bytes: Buffer.from('root:x:0:0::/:/bin/sh\n') }]),
  builtInLayer(['bin', 'tests']),
);

/**
 * Runs a program as the shell of a booted system would: as a child, without input, its errors among its output. Where
 * nothing can be forked it is the main program.
 */
async function transcriptOf(variant: Variant, program: string): Promise<string> {
  const console = recordingConsole(new Uint8Array(0));
  const script = `/tests/${program} </dev/null >/tmp/transcript 2>&1; status=$?; cat /tmp/transcript; echo "status $status"`;
  const alone = variant.alone !== undefined;
  const command = alone ? [`/tests/${program}`] : ['/bin/sh', '-c', script];
  const parts = partsFor(root, command, { harts: variant.harts, memory: MEMORY }, console);
  const { mounts } = parts.plan;
  const system = System.start({
    ...parts,
    profile: SLOW_MACHINE.has(program) ? profileNamed('pentium-133') : parts.profile,
    policy: variant.policy,
    modelTranslation: variant.tlb,
    structure: structureNamed(variant.structure),
    plan: {
      ...parts.plan,
      mounts: [...mounts, { path: '/tmp', kind: MountKind.memory, layer: 0, flags: 0 }],
    },
  });
  const end = await runToEnd(system, { maxInstructions: INSTRUCTIONS, realPace: false });
  const status = alone && end.reason === 'ended' ? `status ${end.status >>> 8}\n` : '';
  const stopped = end.reason === 'ended' ? status : `${end.reason}\n`;
  const text = `${console.text(1)}${console.text(2)}${stopped}`;
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Declares the tests of some variants and groups: of all their programs, or of those that have their turn. */
export function conformance(
  chosen: (variant: string) => boolean,
  groups = Object.keys(GROUPS) as Group[],
  isDue: (program: string) => boolean = () => true,
): void {
  for (const [name, variant] of VARIANTS) {
    if (!chosen(name)) continue;
    describe(name, () => {
      for (const group of groups.filter((group) => GROUPS[group].some(isDue)))
        describe(group, () => {
          for (const program of GROUPS[group].filter(isDue)) {
            const reason = skipReason(variant, group, program);
            const run = async () => {
              expect(await transcriptOf(variant, program)).toBe(`${expectedTranscript(program)}status 0\n`);
            };
            const missing = NOT_YET[program];
            if (reason !== undefined) it.skip(`${program}: ${reason}`, () => undefined);
            else if (missing !== undefined) it.fails(`${program}: not yet: ${missing}`, run);
            else it(program, run);
          }
        });
    });
  }
}
