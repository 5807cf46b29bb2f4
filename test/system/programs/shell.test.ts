// The guest's shell does what a POSIX shell does. The scripts in shell/ were run by dash 0.5.12 with GNU's programs; what
// they printed is beside them.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runUnderQemu } from '../support/qemu.ts';
import { makeRoot, PREBUILT } from './root.ts';

const folder = new URL('./shell/', import.meta.url);
const statuses: Readonly<Record<string, number>> = { basics: 4, control: 1 };
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.sh'))
  .map((file) => file.slice(0, -3));

let root = '';
beforeAll(() => {
  root = makeRoot(PREBUILT);
});
afterAll(() => rmSync(root, { recursive: true }));

describe('sh', () => {
  for (const name of names) {
    it(name, async () => {
      const script = readFileSync(new URL(`${name}.sh`, folder), 'utf8');
      const expected = readFileSync(new URL(`${name}.txt`, folder), 'utf8');
      const result = await runUnderQemu(root, ['/bin/sh', '/script'], { files: { '/script': script } });
      expect(result.stdout).toBe(expected);
      expect(result.status).toBe(statuses[name] ?? 0);
    });
  }

  it('reads commands from standard input and leaves the rest to them', async () => {
    const stdin = 'read a b\nfirst second\necho "$b $a"\ncat\nthe rest\n';
    const { stdout } = await runUnderQemu(root, ['/bin/sh'], { stdin });
    expect(stdout).toBe('second first\nthe rest\n');
  });

  it('says what is wrong', async () => {
    const { stderr, status } = await runUnderQemu(root, ['/bin/sh', '-c', 'if true; fi']);
    expect(stderr).toBe('sh: syntax error near fi\n');
    expect(status).toBe(2);
  });
});
