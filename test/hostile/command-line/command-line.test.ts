// Wild command lines: each works, or is refused by one line that names what is wrong, with status 2, and shows no stack.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CommandResult, expectRefusal, runCommand } from '../support/command-line.ts';
import { hostileCases, hostileSeed } from '../support/environment.ts';
import { hostileArguments, type Places } from './arguments.ts';

const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
const places: Places = {
  text: join(folder, 'text'),
  folder: join(folder, 'empty'),
  missing: join(folder, 'no', 'such'),
};
writeFileSync(places.text, 'this is a text\n');
mkdirSync(places.folder);
afterAll(() => rmSync(folder, { recursive: true }));

/** What a machine says goes to the process's own standard error. */
let said = '';
beforeEach(() => {
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

async function run(args: readonly string[]): Promise<CommandResult> {
  said = '';
  const { status, out, error } = await runCommand(...args);
  return { status, out, error: error + said };
}

/** A program's own statuses: it is not there (127), cannot be run (126), or reached a limit that was asked for (124). */
const OF_PROGRAMS: readonly number[] = [0, 1, 124, 126, 127];

it('wild', async () => {
  // Files that options name by chance are made here.
  const before = process.cwd();
  process.chdir(places.folder);
  try {
    const refused: number[] = [];
    for (let number = 0; number < hostileCases(120); number++) {
      const args = hostileArguments(hostileSeed(), number, places);
      const what = `${number}: ${JSON.stringify(args).slice(0, 400)}`;
      const result = await run(args);
      if (result.status === 2) {
        expectRefusal(result, what);
        refused.push(number);
      } else expect(OF_PROGRAMS, `${what}: ${result.status} ${result.error}`).toContain(result.status);
      expect(result.error, what).not.toMatch(/\.ts:\d|\n {4}at |panic|internal error/);
    }
    expect(refused.length).toBeGreaterThan(hostileCases(120) / 2);
  } finally {
    process.chdir(before);
  }
}, 3_600_000);

describe('what a user can put right is named', () => {
  const { text, folder: empty, missing } = places;
  const cases: readonly (readonly [args: readonly string[], error: RegExp])[] = [
    [['run', '--root', text, 'true'], /--root .*text: .*too short to be a tar archive/],
    [['run', '--root', missing, 'true'], /--root .*such: no such directory or archive/],
    [['run', '--mount', 'x', 'true'], /--mount x: it must be HOST:GUEST/],
    [['run', '--mount', `${text}:/x`, 'true'], /--mount .*text:\/x: .* is not a directory of the host/],
    [
      ['run', '--mount', `${empty}:/bin/true`, 'true'],
      /cannot mount \/bin\/true: it, or what leads there, is not a/,
    ],
    [['run', '--disk', text, 'true'], /--disk .*text: it holds no ext2 filesystem; mke2fs makes one/],
    [['run', '--disk', `${empty}:ro`, 'true'], /--disk .*empty:ro: it is a directory, not a disk/],
    [['run', '--cwd', '/none', 'true'], /the guest has no directory '\/none' to start in/],
    [
      ['run', '--structure', 'l4:without=nothing', 'true'],
      /l4 has no mechanism 'nothing' to do without; it has direct/,
    ],
    [['run', '--fault', 'files:crash@0', 'true'], /it must be SERVICE:KIND@N, such as files:crash@100/],
    [['run', '--stats-json', missing, 'true'], /--stats-json .*such: it cannot be written: ENOENT/],
    [['run', '--strace-to', empty, 'true'], /--strace-to .*empty: it cannot be written: it is a directory/],
    [['run', '--snapshot', missing, '--snapshot-at', '9', 'true'], /--snapshot .*such: it cannot be written/],
    [['run', '--snapshot-at', '9', 'true'], /--snapshot-at and --snapshot go together: give both/],
    [['compare', '--html', missing, 'true'], /--html .*such: it cannot be written/],
    [['resume', '--max-instructions', 'x', text], /it must be a whole number from 1 to/],
    [['root'], /polykernel root debian --help says how/],
    [
      ['root', 'debian', '--packages', '-o=x', '--output', join(folder, 'root')],
      /'-o=x' is not the name of a Debian pack/,
    ],
    [
      ['root', 'debian', '--packages', 'sed', '--output', folder],
      /--output .*: it must be a new or empty directory/,
    ],
    [['no\u001b[2Jsuch'], /unknown command 'no\\x1b\[2Jsuch'/],
  ];
  for (const [args, error] of cases)
    it(args.join(' ').replaceAll(folder, 'FOLDER').replaceAll('\u001b', 'ESC'), async () => {
      const result = await run(args);
      expectRefusal(result, args.join(' '));
      expect(result.error).toMatch(error);
    });
});
