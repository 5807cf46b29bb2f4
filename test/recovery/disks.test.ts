// Servers of a disk die at random requests under load, and are made again: what was made safe is there, the disk is in order, and
// the program that held a file goes on with it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '../../src/contracts/faults.ts';
import { memoryDisk } from '../../src/host/node/index.ts';
import '../support/property-seed.ts';
import { checkImage, emptyImage } from '../services/files/ext2/image.ts';
import { type Ended, run } from '../structures/support.ts';

const ENTRIES = 12;
const ENTRY_BYTES = 64;
const LOAD = [
  'cd /mnt/disk',
  `(for i in 1 2; do mkdir d$i; seq 200 > d$i/n; cp d$i/n d$i/m; rm d$i/n; done) > /tmp/load 2>&1 &`,
  `/demos/ledger ledger ${ENTRIES}`,
  'wait; echo the end',
].join('\n');
const STRUCTURES = ['microkernel', 'l4', 'hybrid:outside=files,block'];

async function ledger(
  structure: string,
  faults: readonly FaultPlan[],
): Promise<Ended & { image: Uint8Array }> {
  const image = emptyImage(2048, 1024);
  const disks = [memoryDisk(image, 'disk', true)];
  const command = ['/bin/sh', '-c', `mkdir /tmp\n${LOAD}`];
  return { ...(await run({ structure, disks, command, faults })), image };
}

/** What a death may leave, for e2fsck to mend: what nothing leads to, sizes of files that nobody made safe, the mark of use. */
const MENDABLE =
  /^(inode \d+: marked true|block \d+: in use false|\d+ free (blocks|inodes) instead|.* behind its end$|not marked)/;

function faultsOf(image: Uint8Array): string[] {
  return checkImage(image).faults.filter((fault) => !MENDABLE.test(fault));
}

function expectSafe({ output, image, status }: Awaited<ReturnType<typeof ledger>>): void {
  expect(output).toMatch(new RegExp(`^${ENTRIES} entries, 0 wrong`, 'm'));
  expect(output).toContain('the end');
  expect(status).toBe(0);
  expect(faultsOf(image)).toEqual([]);
  expect(checkImage(image).paths.get('/ledger')).toBe(ENTRIES * ENTRY_BYTES);
}

describe.each(STRUCTURES)('%s', (structure) => {
  it('loses nothing that was made safe when the file server dies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 60, max: 500 }), async (at) => {
        const ended = await ledger(structure, [{ service: 'files', kind: 'crash', at }]);
        expect(ended.said.join()).toContain('the files server has been started again');
        expectSafe(ended);
      }),
      { numRuns: 1 },
    );
  });

  it('loses nothing at all when the block server dies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), async (at) => {
        const ended = await ledger(structure, [{ service: 'block', kind: 'crash', at }]);
        expect(ended.said.join()).toContain('the block server has been started again');
        expectSafe(ended);
        expect(checkImage(ended.image).faults).toEqual([]);
        expect(ended.output).toContain('0 failures');
      }),
      { numRuns: 1 },
    );
  });
});

describe('several deaths', () => {
  it('of both servers are survived', async () => {
    const ended = await ledger('microkernel', [
      { service: 'files', kind: 'crash', at: 300 },
      { service: 'block', kind: 'hang', at: 20 },
      { service: 'block', kind: 'crash', at: 40 },
      { service: 'files', kind: 'crash', at: 400 },
    ]);
    expect(ended.said.filter((message) => message.includes('has died'))).toHaveLength(4);
    expectSafe(ended);
  });

  it('also while the first process is still mounting', async () => {
    expectSafe(await ledger('l4', [{ service: 'files', kind: 'crash', at: 9 }]));
  });
});
