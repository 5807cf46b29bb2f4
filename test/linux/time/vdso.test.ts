// The vDSO's page: programs find it, and read clocks in it without a system call where one counter holds for all harts.
import { describe, expect, it } from 'vitest';
import { builtInLayer } from '../../../src/host/node/index.ts';
import { type MachineOptions, runInMachine } from '../../support/machine.ts';

/** Calls of clock_gettime that the test program makes itself; it reads the page's clocks some 1,340 times besides. */
const ASKED = 680;

async function callsOf(options: MachineOptions): Promise<number> {
  const { status, report } = await runInMachine(builtInLayer(['bin', 'tests']), ['/tests/vdso'], options);
  expect(status).toBe(0);
  return report.systemCalls.clock_gettime ?? 0;
}

describe('clocks of the page', () => {
  it('are read without a system call', async () => {
    expect(await callsOf({})).toBe(ASKED);
    expect(await callsOf({ structure: 'microkernel' })).toBe(ASKED);
  });

  it('are asked for by calls where harts have counters of their own, and where there is no page', async () => {
    expect(await callsOf({ harts: 2 })).toBeGreaterThan(3 * ASKED - 50);
    expect(await callsOf({ structure: 'dos' })).toBeGreaterThan(3 * ASKED - 50);
  });
});

describe('the page', () => {
  it('is shown in the map of a process, to be read and executed', async () => {
    const { stdout } = await runInMachine(builtInLayer(), ['/bin/grep', 'vdso', '/proc/self/maps'], {});
    expect(stdout).toMatch(/^ffffe000-fffff000 r-xp 00000000 00:00 0 +\[vdso\]\n$/);
  });
});
