// The native calls with wild arguments: the machine goes on, and when all have ended nothing is left of them.
import { describe, expect, it } from 'vitest';
import { NativeRoot } from '../../src/kernel/native/records.ts';
import { run } from './support.ts';

const EPISODES = process.env.POLYKERNEL_NATIVE_EPISODES ?? '2';

describe.each(['microkernel', 'l4', 'monolithic'])('wild native calls under %s', (structure) => {
  it('leave the machine as it was', async () => {
    const seed = process.env.POLYKERNEL_NATIVE_SEED ?? '1';
    const { output, status, system } = await run(structure, ['/hostile/native-many', seed, EPISODES], {
      harts: 2,
    });
    expect(output).toMatch(/^\d+ calls, \d+ fine, \d+ refused\n$/);
    expect(status).toBe(0);
    const root = system.kernel.root.native;
    if (structure === 'monolithic') {
      expect(root).toBe(0);
      return;
    }
    const { ports, messages, requests, mappings } = NativeRoot.at(system.meter.observer, root);
    expect({ ports, messages, requests, mappings }).toEqual({
      ports: 0,
      messages: 0,
      requests: 0,
      mappings: 0,
    });
  });
});
