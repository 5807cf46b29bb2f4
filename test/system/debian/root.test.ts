// Is a built root what it says? Needs apt, dpkg and the network or a filled cache.
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDebianRoot, DebianToolError } from '../../../src/host/node/debian/index.ts';
import { runUnderQemu } from '../support/qemu.ts';

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'polykernel-root-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

describe('buildDebianRoot', () => {
  const packages = ['coreutils', 'busybox'];

  it('makes the same archive twice, and a directory with the same content', async () => {
    const said: string[] = [];
    const first = await buildDebianRoot({
      packages,
      output: join(scratch, 'a.tar'),
      report: (text) => said.push(text),
    });
    const second = await buildDebianRoot({ packages, output: join(scratch, 'b.tar') });
    expect(await digestOf(join(scratch, 'b.tar'))).toBe(await digestOf(join(scratch, 'a.tar')));
    const third = await buildDebianRoot({ packages, output: join(scratch, 'root') });
    expect([second.digest, third.digest]).toEqual([first.digest, first.digest]);
    expect(said.length).toBeGreaterThanOrEqual(4);
    expect(JSON.parse(readFileSync(join(scratch, 'root/etc/polykernel-root.json'), 'utf8'))).toEqual(
      first.manifest,
    );
    expect(first.manifest.packages.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['libc6', 'dash', 'mawk']),
    );
  }, 600_000);

  it('settles what installation scripts would', async () => {
    const script =
      'awk "BEGIN {print 6*7}"; id -un; sh -c "echo ok"; head -n 1 /etc/shells; readlink -f /bin/awk /lib';
    const result = await runUnderQemu(join(scratch, 'root'), ['sh', '-c', script]);
    expect(result.stdout).toBe('42\nroot\nok\n# /etc/shells: valid login shells\n/usr/bin/mawk\n/usr/lib\n');
  });

  it('leaves documentation out unless asked', async () => {
    const kept = await buildDebianRoot({
      packages: [],
      base: ['base-files', 'dash'],
      output: join(scratch, 'kept'),
      keep: ['documentation', 'manuals', 'translations'],
    });
    const slim = await buildDebianRoot({
      packages: [],
      base: ['base-files', 'dash'],
      output: join(scratch, 'slim'),
    });
    expect(kept.bytes).toBeGreaterThan(slim.bytes);
    expect(kept.manifest.omitted).toEqual([]);
    expect(readFileSync(join(scratch, 'kept/usr/share/doc/dash/copyright'), 'utf8')).toContain('dash');
    expect(() => readFileSync(join(scratch, 'slim/usr/share/doc/dash/copyright'))).toThrow('ENOENT');
  }, 600_000);

  it('says what is wrong with a request', async () => {
    const output = join(scratch, 'none');
    await expect(buildDebianRoot({ packages: ['no-such-package-here'], output })).rejects.toThrow(
      /Unable to locate/,
    );
    await expect(buildDebianRoot({ packages: ['-o=x'], output })).rejects.toThrow(
      'not the name of a Debian package',
    );
    await expect(buildDebianRoot({ packages: [], output: scratch })).rejects.toThrow('not empty');
  }, 600_000);

  it('says what to do where there is no apt', async () => {
    const path = process.env.PATH;
    process.env.PATH = scratch;
    try {
      const building = buildDebianRoot({ packages: [], output: join(scratch, 'none') });
      await expect(building).rejects.toThrow(DebianToolError);
      await expect(building).rejects.toThrow(/not installed here.*container.*\.tar/);
    } finally {
      process.env.PATH = path;
    }
  });
});
