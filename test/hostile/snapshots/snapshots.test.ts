// Snapshots as input: whatever bytes a file has, `inspect` and `resume` go on or refuse it by one line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checksum } from '../../../src/workbench/checksum.ts';
import { runCommand } from '../support/command-line.ts';
import { hostileCases, hostileSeed } from '../support/environment.ts';
import { runHostileSnapshots } from './suite.ts';

it('damaged and made up', async () => {
  const count = hostileCases(40);
  const run = await runHostileSnapshots(hostileSeed(), count);
  expect(run.refused).toBeGreaterThan(count / 2);
  expect(run.accepted).toBeGreaterThan(0);
}, 3_600_000);

describe('files that are no snapshots', () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-snapshots-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const cases: readonly (readonly [content: string | undefined, message: string])[] = [
    ['', 'it is not a snapshot of polykernel'],
    ['PKSNAP', 'it is not a snapshot of polykernel'],
    ['PKSNAP01', 'it is a snapshot of version 01, and this polykernel reads 02 only'],
    ['PKSNAP02', 'it ends before its header'],
    ['PKSNAP02\u0004\0\0\0\0\0\0\0', 'it ends within its header'],
    [undefined, 'it is a directory, not a snapshot'],
  ];
  for (const [content, message] of cases)
    it(message, async () => {
      const file = content === undefined ? folder : join(folder, 'file');
      if (content !== undefined) writeFileSync(file, content, 'latin1');
      for (const command of ['inspect', 'resume'])
        expect(await runCommand(command, file)).toEqual({
          status: 2,
          out: '',
          error: `polykernel: ${file}: ${message}\n`,
        });
    });

  it('a device that never ends', async () => {
    const error = 'polykernel: /dev/zero: it is a device, not a snapshot\n';
    expect(await runCommand('inspect', '/dev/zero')).toEqual({ status: 2, out: '', error });
  });
});

it('the checksum is that of gzip and PNG', () => {
  expect(checksum(new TextEncoder().encode('123456789'))).toBe(0xcbf4_3926);
  expect(checksum(new Uint8Array(0))).toBe(0);
});
