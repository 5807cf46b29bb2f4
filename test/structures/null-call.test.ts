// What the shortest system call costs: the order of the structures, on an old machine and a new one.
import { describe, expect, it } from 'vitest';
import { profileNamed } from '../../src/workbench/index.ts';
import { run } from './dos/support.ts';

const CALLS = 1000;

/** Cycles for each of many calls, without what the program costs otherwise. */
async function cyclesPerCall(structure: string, profile: string): Promise<number> {
  const cycles = async (count: number) => {
    const options = { modelTranslation: true };
    const ended = await run(structure, ['/demos/null-call', String(count)], options, profileNamed(profile));
    return ended.report().cycles;
  };
  return ((await cycles(2 * CALLS)) - (await cycles(CALLS))) / CALLS;
}

describe.each(['pentium-133', 'modern'])('a null call on %s', (profile) => {
  it('costs least where nothing is crossed, and most where servers are reached by queued messages', async () => {
    const [dos, unikernel, monolithic, l4, microkernel] = await Promise.all(
      ['dos', 'unikernel', 'monolithic', 'l4', 'microkernel'].map((name) => cyclesPerCall(name, profile)),
    );
    expect(dos).toBeLessThanOrEqual(unikernel as number);
    expect(unikernel).toBeLessThan((monolithic as number) / 2);
    expect(monolithic).toBeLessThan(l4 as number);
    expect(l4).toBeLessThan(microkernel as number);
  });
});
