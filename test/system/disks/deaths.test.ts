// File and block servers are killed under load at random requests, on disks of e2fsprogs: what was made safe by fsync is there as
// e2fsck and debugfs see it. DEATHS=n has n random requests tried for each server, DEATH_SEED=n other ones.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { chanceFrom } from '../../../src/workbench/demonstrations/chance.ts';

const LAUNCHER = new URL('../../../polykernel', import.meta.url).pathname;
const ROUNDS = Number(process.env.DEATHS ?? 1);
const SEED = Number(process.env.DEATH_SEED ?? 1);
const work = mkdtempSync(join(tmpdir(), 'polykernel-deaths-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
const tool = (name: string, ...args: string[]) => spawnSync(name, args, { env: { ...process.env, PATH } });
const PATIENCE = 240_000;

const ENTRIES = 24;
const LOAD = [
  'cd /disk',
  '(for i in 1 2 3; do mkdir d$i; seq 2000 > d$i/n; cp d$i/n d$i/m; rm d$i/n; done) > /tmp/load 2>&1 &',
  `/demos/ledger ledger ${ENTRIES}`,
  'wait',
].join('\n');

/** The ledger as its program writes it. */
function wanted(): Buffer {
  const entries = Array.from({ length: ENTRIES }, (_, number) => {
    const entry = Buffer.alloc(64, '.');
    entry.write(`entry ${number}\0`);
    entry.write('\n', 63);
    return entry;
  });
  return Buffer.concat(entries);
}

const chance = chanceFrom(SEED);
const cases = ['microkernel', 'l4', 'hybrid:outside=files,block'].flatMap((structure) =>
  Array.from({ length: ROUNDS }, () => [
    [structure, `files:crash@${chance.between(80, 900)}`],
    [structure, `block:crash@${chance.between(10, 80)}`],
  ]).flat(),
);

describe.each(cases)('%s, %s', (structure, fault) => {
  test(
    'what was made safe is there',
    () => {
      const image = join(work, 'disk.img');
      rmSync(image, { force: true });
      const made = tool('mke2fs', '-q', '-t', 'ext2', '-b', '1024', image, '8M');
      expect(made.status, String(made.stderr)).toBe(0);
      const options = ['--structure', structure as string, '--fault', fault as string];
      const command = ['run', ...options, '--disk', `${image}@/disk`, '--', 'sh', '-c', LOAD];
      const { stdout, stderr, status } = spawnSync(LAUNCHER, command, { encoding: 'utf8' });
      expect(stderr).toMatch(/server has died[\s\S]*has been started again/);
      expect(`${stdout}${stderr}`).toContain(`${ENTRIES} entries, 0 wrong`);
      expect(status).toBe(0);
      // 0: in order. 1: what nothing leads to was given back.
      const checked = tool('e2fsck', '-fy', image);
      expect([0, 1], String(checked.stdout)).toContain(checked.status);
      expect(String(checked.stdout)).not.toMatch(/multiply|duplicate|illegal|deleted\/unused inode/i);
      expect(tool('debugfs', '-R', 'cat ledger', image).stdout.equals(wanted())).toBe(true);
    },
    PATIENCE,
  );
});
