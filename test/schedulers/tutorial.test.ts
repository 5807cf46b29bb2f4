// docs/writing-a-policy.md is right: its policy works in the house by one file and its two lines, and as a file of its own.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/command-line.ts';
import { scheduleCommand } from '../../src/cli/commands/schedule.ts';
import { builtInLayer } from '../../src/host/node/index.ts';
import { runToEnd, System, schedule } from '../../src/workbench/index.ts';
import { partsFor, recordingConsole } from '../support/machine.ts';
import '../support/property-seed.ts';
import { checkSchedule, checkWorkConserving, job, jobSets } from './sets.ts';

const text = readFileSync('docs/writing-a-policy.md', 'utf8');
const blocks = (language: string) =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, block = '']) => block);
const LONGEST = 150;

mkdirSync('.cache', { recursive: true });
const folder = mkdtempSync(resolve('.cache', 'tutorial-'));
const scratch = mkdtempSync(join(tmpdir(), 'polykernel-tutorial-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(scratch, { recursive: true });
});

/** The registry of a house like ours, with the file and the lines of the page. */
async function registryWithIt(): Promise<typeof import('../../src/schedulers/index.ts')> {
  const [policy = ''] = blocks('ts');
  const [first = '', second = ''] = (blocks('diff')[0] ?? '').split('\n').map((line) => line.slice(1));
  mkdirSync(join(folder, 'src'));
  for (const name of readdirSync('src').filter((room) => room !== 'schedulers'))
    symlinkSync(resolve('src', name), join(folder, 'src', name));
  const here = join(folder, 'src/schedulers');
  cpSync('src/schedulers', here, { recursive: true });
  writeFileSync(join(here, 'last-come.ts'), policy);
  const index = readFileSync(join(here, 'index.ts'), 'utf8');
  const changed = index
    .replace('import ', `${first}\nimport `)
    .replace('  cooperative,\n', `  cooperative,\n${second}\n`);
  writeFileSync(join(here, 'index.ts'), changed);
  return import(join(here, 'index.ts'));
}

describe('the tutorial', () => {
  it('makes a policy of the house by one file and its lines', async () => {
    expect((blocks('ts')[0] ?? '').split('\n').length).toBeLessThan(LONGEST);
    const { policyNamed, POLICIES } = await registryWithIt();
    expect(POLICIES.map(({ name }) => name)).toContain('lcfs');
    const policy = policyNamed('lcfs');
    for (const harts of [1, 2, 4])
      fc.assert(
        fc.property(jobSets({ io: true, harts }), (jobs) => {
          const result = schedule(jobs, { policy, harts });
          checkSchedule(jobs, result);
          checkWorkConserving(jobs, result);
        }),
        { numRuns: 4 },
      );
    const { jobs } = schedule([job(0, { bursts: [3] }), job(1, { bursts: [2] })], { policy });
    expect(jobs.map(({ start }) => start)).toEqual([2, 0]);
    const console = recordingConsole(new Uint8Array(0));
    const parts = partsFor(builtInLayer(), ['/bin/sh', '-c', 'echo hello | cat'], { harts: 2 }, console);
    const end = await runToEnd(System.start({ ...parts, policy: policy.make }), {
      maxInstructions: 50_000_000,
      realPace: false,
    });
    expect(end).toMatchObject({ status: 0 });
    expect(console.text(1)).toBe('hello\n');
  });
});

async function onPaper(specification: string) {
  const output = { out: '', error: '' };
  const status = await runCommandLine(
    ['schedule', '--policy', specification, '--jobs', '0:3,0:2', '--json'],
    [scheduleCommand],
    {
      out: (part) => {
        output.out += part;
      },
      error: (part) => {
        output.error += part;
      },
    },
  );
  return { status, ...output };
}

describe('a policy in a file of its own', () => {
  const file = (name: string, content: string) => {
    writeFileSync(join(scratch, name), content);
    return join(scratch, name);
  };

  it('is as the tutorial says', async () => {
    const { status, out, error } = await onPaper(file('mine.mjs', blocks('js')[0] ?? ''));
    expect({ status, error }).toEqual({ status: 0, error: '' });
    expect(JSON.parse(out).jobs.map(({ start }: { start: number }) => start)).toEqual([2, 0]);
  });

  it('may be TypeScript', async () => {
    const typed = (blocks('js')[0] ?? '').replace('dispatch(hart)', 'dispatch(hart: number)');
    const { status, error } = await onPaper(file('mine.ts', typed));
    expect({ status, error }).toEqual({ status: 0, error: '' });
  });

  const make = (body: string) =>
    `export default (kit) => kit.definePolicy({ name: 'bad', parameters: {}, make: () => (${body}) });`;
  const bad: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /exports no policy by default|no name of one word/],
    ['half of one', 'export default {', /it cannot be read: /],
    ['what throws', 'throw new Error("no")', /it cannot be read: no$/],
    [
      'a function that throws',
      'export default () => { throw new Error("no") }',
      /its default export throws: no$/,
    ],
    ['no name', 'export default { make() {}, parameters: {} }', /no name of one word/],
    ['no make', 'export default { name: "a", parameters: {} }', /policy a has no 'make'/],
    ['no parameters', 'export default { name: "a", make() {} }', /policy a has no 'parameters'/],
    [
      'a policy that loops over its ground',
      `export default (kit) => kit.definePolicy({ name: 'bad', parameters: {}, make: (ground) => ({
        name: 'bad', initialise() {}, enqueue() {}, dequeue() {}, dump: () => '', dispatch() { for (;;) ground.now(); } }) });`,
      /'bad' goes in circles in 'dispatch'/,
    ],
    ['a policy without hooks', make('{}'), /fails in 'initialise' \(TypeError/],
  ];
  it.each(bad)('that holds %s is refused in one line with status 2', async (_, content, message) => {
    const { status, out, error } = await onPaper(
      file(`bad-${bad.findIndex((one) => one[1] === content)}.mjs`, content),
    );
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(error.trimEnd()).toMatch(message);
    expect(error.trimEnd().split('\n')).toHaveLength(1);
  });

  it('must be there', async () => {
    expect(await onPaper('./nowhere.js')).toMatchObject({ status: 2, out: '' });
  });
});
