// What the report says of the translation caches: every miss is of one of the two, and what is retired was looked up.
import { describe, expect, it } from 'vitest';
import { builtInLayer } from '../../src/host/node/index.ts';
import { runInMachine } from '../support/machine.ts';

const COMMAND = ['/bin/sh', '-c', 'seq 300 | sort -n | tail -n 1'];
const MEMORY = 32 * 1024 * 1024;

describe('translation caches in the report', () => {
  it.each([1, 2])('add up on %i harts', async (harts) => {
    const options = { harts, memory: MEMORY, modelTranslation: true };
    const { report } = await runInMachine(builtInLayer(), COMMAND, options);
    const { tlb } = report;
    if (tlb === undefined) throw new Error('no figures');
    expect(tlb.instruction.misses + tlb.data.misses).toBe(report.tlbMisses);
    const fetched = tlb.instruction.hits + tlb.instruction.misses;
    // Each instruction is fetched once; a fetch that faults is one more.
    expect(fetched).toBeGreaterThanOrEqual(report.instructions);
    expect(fetched).toBeLessThanOrEqual(report.instructions + report.faults);
    expect(tlb.data.hits).toBeGreaterThan(report.instructions / 20);
    expect(tlb.data.hits).toBeLessThan(report.instructions);
    expect(tlb.data.misses).toBeGreaterThan(0);
  });

  it('are left out when they are not modelled', async () => {
    const { report } = await runInMachine(builtInLayer(), ['/bin/true'], { memory: MEMORY });
    expect(report.tlb).toBeUndefined();
    expect(report.tlbMisses).toBe(0);
  });
});
