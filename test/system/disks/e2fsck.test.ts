// Disks made by e2fsprogs, worked on by programs in a machine, and checked by e2fsprogs: e2fsck finds nothing to mend, and what
// debugfs takes out is what the same commands leave in a directory of the host.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const LAUNCHER = new URL('../../../polykernel', import.meta.url).pathname;
const work = mkdtempSync(join(tmpdir(), 'polykernel-disks-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
const tool = (name: string, ...args: string[]) =>
  spawnSync(name, args, { encoding: 'utf8', env: { ...process.env, PATH } });

const PATIENCE = 240_000;

/** Only what the built-in programs and a host's own have in common. */
const COMMANDS = `
mkdir w; cd w
mkdir a a/b a/b/c
echo one > a/one
ln a/one a/b/hard
ln -s ../one a/b/soft
ln -s /a/very/long/target/that/does/not/fit/into/the/sixty/bytes/of/an/inode/that/is/for/sure long
seq 1 40000 > a/numbers
cp a/numbers a/b/c/copy
mv a/b/c/copy moved
mkdir many
for i in $(seq 1 200); do echo $i > many/a-file-with-a-longer-name-$i; done
for i in $(seq 3 3 200); do rm many/a-file-with-a-longer-name-$i; done
mkdir gone; rmdir gone
mv a/b moveddir
rm -r many
mkdir many; echo new > many/new
seq 1 3000 > big; seq 1 10 >> big
chmod 640 big
rm a/numbers
`;

/** Paths with what is there: a link's target, a file's content. */
function survey(folder: string, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, prefix)).sort()) {
    const path = `${prefix}/${name}`;
    const at = join(folder, path);
    const status = lstatSync(at);
    const mode = (status.mode & 0o777).toString(8);
    if (status.isSymbolicLink()) found[path] = `-> ${readlinkSync(at)}`;
    else if (status.isDirectory()) Object.assign(found, { [path]: mode }, survey(folder, path));
    else found[path] = `${mode} ${readFileSync(at, 'latin1')}`;
  }
  return found;
}

function makeImage(name: string, ...options: string[]): string {
  const image = join(work, name);
  rmSync(image, { force: true });
  const made = tool('mke2fs', '-q', '-t', 'ext2', ...options, image, '16M');
  expect(made.status, made.stderr).toBe(0);
  return image;
}

function expectSound(image: string): void {
  const { status, stdout } = tool('e2fsck', '-fn', image);
  expect(status, stdout).toBe(0);
}

describe('a disk of e2fsprogs', () => {
  const host = join(work, 'host');
  mkdirSync(host);
  execFileSync('/bin/sh', ['-c', `umask 022; cd ${host}; ${COMMANDS}`]);
  const wanted = survey(join(host, 'w'));

  test.each([
    ['1 KiB blocks, small inodes', ['-b', '1024', '-I', '128']],
    ['1 KiB blocks', ['-b', '1024', '-I', '256']],
    ['2 KiB blocks', ['-b', '2048']],
    ['4 KiB blocks', ['-b', '4096']],
    ['many groups', ['-b', '1024', '-g', '1024']],
    ['no types in directories', ['-b', '1024', '-O', '^filetype']],
  ])(
    'with %s holds what programs left',
    (_what, options) => {
      const image = makeImage('disk.img', ...options);
      const out = join(work, 'out');
      rmSync(out, { recursive: true, force: true });
      mkdirSync(out);
      const command = [
        'run',
        '--disk',
        `${image}@/disk`,
        '--',
        'sh',
        '-c',
        `umask 022; cd /disk; ${COMMANDS}`,
      ];
      const run = spawnSync(LAUNCHER, command, { encoding: 'utf8' });
      expect(`${run.stdout}${run.stderr}`).toBe('');
      expectSound(image);
      tool('debugfs', '-R', `rdump /w ${out}`, image);
      expect(survey(join(out, 'w'))).toEqual(wanted);
    },
    PATIENCE,
  );

  test(
    'is mended after the machine is stopped, and has what was written some seconds before',
    () => {
      const image = makeImage('killed.img', '-b', '1024');
      const script =
        'cd /disk; seq 1 5000 > safe; sleep 20; while true; do echo x >> busy; mkdir d; rmdir d; done';
      const command = [
        'run',
        '--max-instructions',
        '12000000',
        '--disk',
        `${image}@/disk`,
        '--',
        'sh',
        '-c',
        script,
      ];
      spawnSync(LAUNCHER, command, { encoding: 'utf8' });
      expect([0, 1]).toContain(tool('e2fsck', '-fy', image).status);
      const numbers = Array.from({ length: 5000 }, (_, index) => `${index + 1}\n`).join('');
      expect(tool('debugfs', '-R', 'cat safe', image).stdout).toBe(numbers);
    },
    PATIENCE,
  );

  test(
    'is not changed when it is given read-only, though programs see their changes',
    () => {
      const image = makeImage('kept.img', '-b', '4096');
      const before = readFileSync(image);
      const command = [
        'run',
        '--disk',
        `${image}:ro@/disk`,
        '--',
        'sh',
        '-c',
        'seq 9 > /disk/new; sync; tail -n 1 /disk/new',
      ];
      const run = spawnSync(LAUNCHER, command, { encoding: 'utf8' });
      expect(run.stdout).toBe('9\n');
      expect(Buffer.compare(readFileSync(image), before)).toBe(0);
    },
    PATIENCE,
  );

  test(
    'with more features than ext2 has is refused by their names',
    () => {
      const image = join(work, 'ext4.img');
      expect(tool('mke2fs', '-q', '-t', 'ext4', image, '16M').status).toBe(0);
      const run = spawnSync(LAUNCHER, ['run', '--disk', image, '--', 'true'], { encoding: 'utf8' });
      expect(run.stderr).toMatch(/extents, 64bit, flex_bg/);
      expect(run.status).toBe(2);
      writeFileSync(image, 'nothing');
      expect(spawnSync(LAUNCHER, ['run', '--disk', image, '--', 'true']).status).toBe(2);
    },
    PATIENCE,
  );
});
