// Does the oracle behave as a Linux machine would where the comparison leans on it?
import { describe, expect, it } from 'vitest';
import { comparedRoot } from '../debian/fixture.ts';
import { type RunOptions, runUnderQemu } from './qemu.ts';

const root = comparedRoot();

const shell = (script: string, options?: RunOptions) => runUnderQemu(root, ['sh', '-c', script], options);

describe('the oracle', () => {
  it('keeps output, complaints and status apart, and passes input', async () => {
    const result = await shell('cat; echo bad >&2; exit 7', { stdin: 'given\n' });
    expect(result).toEqual({ stdout: 'given\n', stderr: 'bad\n', status: 7 });
  });

  it('gives 128 plus the signal that ended the command, and adds no words', async () => {
    for (const [signal, number] of [
      ['KILL', 9],
      ['TERM', 15],
      ['SEGV', 11],
    ] as const) {
      expect(await shell(`kill -${signal} $$`)).toEqual({ stdout: '', stderr: '', status: 128 + number });
    }
  });

  it('starts every program in the root emulated, under its own name and through #! lines', async () => {
    const script = `ls -1 /proc/self/exe | xargs readlink; python3 -c 'import subprocess; subprocess.run(["uname", "-m"])'
printf '#!/usr/bin/env python3\nimport sys; print(sys.argv[0], sys.executable)\n' >s; chmod +x s; ./s
find s -exec perl -e 'print "$^X @ARGV\n"' {} \\;`;
    const { stdout } = await shell(script, { directory: '/tmp' });
    expect(stdout).toBe('/usr/bin/readlink\nriscv64\n./s /usr/bin/python3\n/usr/bin/perl s\n');
  });

  it('forgets what a command wrote, and brings the files it is given', async () => {
    const files = {
      '/tmp/tool': { content: '#!/bin/sh\necho from $0\n', mode: 0o755 },
      '/etc/hostname': 'other\n',
    };
    expect((await shell('rm -r /usr/share; /tmp/tool; cat /etc/hostname', { files })).stdout).toBe(
      'from /tmp/tool\nother\n',
    );
    expect((await shell('ls -d /usr/share; ls /tmp; cat /etc/hostname')).stdout).toBe(
      '/usr/share\npolykernel\n',
    );
  });

  it('gives pipes and a clean environment, no terminal, and no stray descriptors', async () => {
    const script = 'env | sort; tty; for n in /proc/self/fd/*; do test -p $n && echo pipe; done; ls /dev';
    const { stdout } = await shell(script, { directory: '/' });
    expect(stdout.split('\n').filter((line) => !/^(OLDPWD|_)=/.test(line))).toEqual([
      ...[
        'HOME=/root',
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'PWD=/',
        'TERM=dumb',
      ],
      ...[
        'not a tty',
        'pipe',
        'pipe',
        'pipe',
        'fd',
        'full',
        'null',
        'random',
        'shm',
        'stderr',
        'stdin',
        'stdout',
      ],
      ...['urandom', 'zero', ''],
    ]);
  });

  it('ends a command that takes too long, with all it started', async () => {
    await expect(shell('sleep 60 & sleep 60', { timeout: 1000 })).rejects.toThrow('out of time');
  });
});
