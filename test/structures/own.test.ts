// A structure of one's own, in a few lines: two services elsewhere, two kinds of gates, other crossings, a survived death.
import { describe, expect, it } from 'vitest';
import type { Structure } from '../../src/contracts/structure.ts';
import { run } from './support.ts';

/** Files and pipes share a user domain behind ports; the terminal has its own behind a rendezvous; the rest is in the kernel. */
const mixed: Structure = {
  name: 'mixed',
  tagline: 'a test of mixing',
  description: 'Files and pipes outside behind ports, the terminal outside behind a rendezvous.',
  domains: [
    { name: 'kernel', privilege: 'kernel' },
    { name: 'storage', privilege: 'user' },
    { name: 'console', privilege: 'user' },
  ],
  mechanisms: ['directSwitch', 'registerMessages'],
  place: (service) =>
    service === 'files' || service === 'pipes' ? 'storage' : service === 'terminal' ? 'console' : 'kernel',
  gate: (from, to) => {
    if (from === to) return 'procedure';
    if (to === 'kernel') return 'trap';
    return to === 'console' ? 'rendezvous' : 'ports';
  },
};

describe('a structure of one’s own', () => {
  it('runs the same program with its own crossings', async () => {
    const usual = await run();
    const ended = await run({ structure: mixed });
    expect(ended.output).toBe(usual.output);
    const { traffic } = ended.report;
    const requests = (to: string) =>
      traffic
        .filter((row) => row.to === to && row.from === 'kernel')
        .reduce((sum, row) => sum + row.requests, 0);
    expect(requests('storage')).toBeGreaterThan(0);
    expect(requests('console')).toBeGreaterThan(0);
    expect(ended.report.crossings.ipc).toBeGreaterThanOrEqual(requests('storage') + requests('console'));
  });

  it('survives a killed service', async () => {
    const command = [
      '/bin/sh',
      '-c',
      'for n in 1 2 3 4 5 6; do seq $n > /dev/null; cat /bin/hello > /dev/null; done; echo done',
    ];
    const faults = [{ service: 'files', kind: 'crash' as const, at: 250 }];
    const ended = await run({ structure: mixed, command, faults });
    expect(ended).toMatchObject({ status: 0, output: 'done\n' });
    expect(ended.said.join()).toContain('the storage server has been started again');
  });
});
