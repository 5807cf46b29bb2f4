// Records that the kernel and its servers reach go through the modelled translation cache: what a switch to a server loses is
// counted, for servers and kernel too; and a run with it is as repeatable as one without.
import { describe, expect, it } from 'vitest';
import { type Options, run, runThroughSnapshot } from './support.ts';

const TRANSLATED: Options = { modelTranslation: true, profile: 'pentium-133' };
const SHORT = { command: ['/bin/sh', '-c', 'seq 40 | sort -rn | tail -n 1; cat /bin/hello | wc -c'] };
const CALLS = 60;

/** What one of many null calls counts, at the margin. */
async function perCall(options: Options) {
  const report = async (count: number) =>
    (await run({ ...TRANSLATED, ...options, command: ['/demos/null-call', String(count)] })).report;
  const [few, many] = [await report(CALLS), await report(2 * CALLS)];
  const each = (few: number, many: number) => (many - few) / CALLS;
  return {
    misses: each(few.tlbMisses, many.tlbMisses),
    flushes: each(few.tlbFlushes, many.tlbFlushes),
    lookups: each(
      (few.tlb?.data.hits ?? 0) + (few.tlb?.data.misses ?? 0),
      (many.tlb?.data.hits ?? 0) + (many.tlb?.data.misses ?? 0),
    ),
    records: each(
      few.primitives.recordRead.count + few.primitives.recordWrite.count,
      many.primitives.recordRead.count + many.primitives.recordWrite.count,
    ),
  };
}

describe('a null call', () => {
  it('looks each record access up where memory is translated', async () => {
    for (const structure of ['monolithic', 'microkernel', 'l4']) {
      const { lookups, records } = await perCall({ structure });
      expect(lookups).toBeGreaterThanOrEqual(records);
      expect(lookups).toBeLessThan(records + 20);
    }
  });

  it('loses nothing in one address space, nor with small spaces', async () => {
    for (const structure of ['monolithic', 'l4']) {
      const { misses, flushes } = await perCall({ structure });
      expect([misses, flushes]).toEqual([0, 0]);
    }
  });

  it('loses pages of program, server and kernel by a flush, and pays for as many', async () => {
    for (const structure of ['microkernel', 'l4:without=smallSpaces']) {
      const { misses, flushes } = await perCall({ structure });
      // Both switches: the server's pages and the kernel's at least, beside the program's.
      expect(misses).toBeGreaterThan(4);
      expect(flushes).toBe(misses);
    }
  });

  it('loses nothing with tags, whatever is switched', async () => {
    const { misses } = await perCall({ structure: 'microkernel', profile: 'modern' });
    expect(misses).toBe(0);
  });

  it('looks only servers’ records up where the kernel reaches memory without translation', async () => {
    const { lookups: ofProgram } = await perCall({ structure: 'monolithic', profile: 'alpha-133' });
    const { lookups, records } = await perCall({
      structure: 'microkernel',
      profile: 'alpha-133',
    });
    expect(ofProgram).toBeLessThan(5);
    expect(lookups).toBeGreaterThan(ofProgram);
    expect(lookups).toBeLessThan(records);
  });
});

describe.each(['microkernel', 'l4'])('%s', (structure) => {
  it('ends the same when it is cut or goes on from a snapshot, with two harts', async () => {
    const options = { ...TRANSLATED, ...SHORT, structure, harts: 2 };
    const whole = await run(options);
    expect(whole.status).toBe(0);
    const { instructions } = whole.report;
    expect(await run(options, [7_001, Math.floor(instructions / 2)])).toEqual(whole);
    for (const share of [0.1, 0.6])
      expect(await runThroughSnapshot(Math.floor(instructions * share), options)).toEqual(whole);
  });
});

it('forgets what a server had that has died', async () => {
  const faults = [{ service: 'files', kind: 'crash' as const, at: 200 }];
  const options = { ...TRANSLATED, structure: 'microkernel' };
  const whole = await run(options);
  const killed = await run({ ...options, faults });
  expect(killed.said).toHaveLength(2);
  expect(killed.output).toBe(whole.output);
});
