// `polykernel run --timeline`: its files, and one line with status 2 for what cannot be. The run itself is another test's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/command-line.ts';
import { runCommand } from '../../src/cli/commands/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'polykernel-timeline-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  let [out, error] = ['', ''];
  const status = await runCommandLine(['run', ...args], [runCommand], {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  });
  return { status, out, error };
}

describe('run --timeline', () => {
  it.each(['out', 'out.png', '.htm', 'x.json.gz', ''])(
    'refuses %j, whose ending says nothing',
    async (file) => {
      const { status, out, error } = await run('--timeline', file, '--', 'true');
      expect({ status, out }).toEqual({ status: 2, out: '' });
      expect(error).toMatch(
        /^polykernel: .*'--timeline <FILE>'.* it must end in one of \.html, \.svg, \.perfetto-trace, \.pftrace, \.json\.\n$/,
      );
    },
  );

  it('refuses what cannot be written before it runs anything', async () => {
    const { status, error } = await run('--timeline', join(folder, 'none', 'a.html'), '--', 'true');
    expect(status).toBe(2);
    expect(error).toMatch(/^polykernel: --timeline .*a\.html: it cannot be written: ENOENT.*\n$/);
  });

  it('is in the help with all of its endings', async () => {
    const { out } = await run('--help');
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /--timeline <FILE> .*\.html, \.svg, \.perfetto-trace, \.pftrace, \.json/,
    );
  });
});
