// Faults on purpose, at random requests: servers die and are made again, and programs do not notice; a kernel does not
// survive its own.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../../src/workbench/index.ts';
import '../support/property-seed.ts';
import { run } from './support.ts';

const OUTSIDE = ['microkernel', 'l4', 'hybrid:outside=files,terminal'];
const kinds = fc.constantFrom(...FAULT_KINDS);

describe.each(OUTSIDE)('%s', (structure) => {
  it('survives any fault of the file server, whenever it happens', async () => {
    const { output } = await run({ structure });
    await fc.assert(
      fc.asyncProperty(kinds, fc.integer({ min: 100, max: 300 }), async (kind, at) => {
        const ended = await run({ structure, faults: [{ service: 'files', kind, at }] });
        const died = ended.said.some((message) => message.startsWith('the files server has died'));
        if (kind !== 'wild-store') expect(died).toBe(true);
        // A wild store may hit the server's own memory: files are then wrong, and the machine goes on to some end.
        if (!died) return;
        expect(ended.said.join()).toContain('the files server has been started again');
        expect(ended.output).toBe(output);
        expect(ended.status).toBe(0);
      }),
      { numRuns: 5 },
    );
  });

  it('survives two deaths', async () => {
    const { output } = await run({ structure });
    const faults = [150, 250].map((at) => ({ service: 'files', kind: 'crash' as const, at }));
    const ended = await run({ structure, faults });
    expect(ended.output).toBe(output);
    expect(ended.said.filter((message) => message.includes('has died'))).toHaveLength(2);
  });
});

describe('a server whose state is nowhere else', () => {
  it.each(['memory', 'processes'])('ends the machine: %s', async (service) => {
    const ended = await run({ structure: 'microkernel', faults: [{ service, kind: 'crash', at: 30 }] });
    expect(ended.status).toBe(70 * 256);
    expect(ended.said.at(-1)).toContain('cannot begin anew');
  });
});

describe('a fault in the kernel', () => {
  it.each(['monolithic', 'unikernel'])('is the end of it: %s', async (structure) => {
    const faults = [{ service: 'files', kind: 'crash' as const, at: 60 }];
    await expect(run({ structure, faults })).rejects.toThrow(/files read from address 0/);
  });

  it('is noticed by the watchdog when it hangs', async () => {
    const faults = [{ service: 'pipes', kind: 'hang' as const, at: 3 }];
    await expect(run({ structure: 'monolithic', faults })).rejects.toThrow(/interrupts masked/);
  });
});
