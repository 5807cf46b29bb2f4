// Every demonstration, those with chance in them with several seeds: its claims hold, and its figures say so too.
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/command-line.ts';
import { demoCommand, demonstrationParts } from '../../src/cli/commands/demo.ts';
import { demonstrationNamed, type Findings, laboratory } from '../../src/workbench/index.ts';
import { pageTable, pageText } from '../support/pages.ts';

const machines = laboratory(demonstrationParts());

async function demonstrated(name: string, seed = 1): Promise<Findings> {
  const findings = await demonstrationNamed(name).run(machines, { seed, profile: 'pentium-133' });
  expect(findings.claims.length).toBeGreaterThan(0);
  expect(findings.claims.filter(({ holds }) => !holds)).toEqual([]);
  return findings;
}

/** A table's rows by their first cell. */
function rows({ tables }: Findings, table = 0): Map<string, readonly (string | number)[]> {
  return new Map((tables[table]?.rows ?? []).map((row) => [String(row[0]), row]));
}

/** docs/accuracy.md has the figures of null calls, and the steps that they consist of. */
function expectNullCallsDocumented(measured: Map<string, readonly (string | number)[]>): void {
  const page = pageText('accuracy');
  const [, l4 = 0, ofL4] = measured.get('l4') as [string, number, string];
  const [, mach = 0, ofMach] = measured.get('microkernel') as [string, number, string];
  expect(page).toContain(`**L4's null call, ${l4}.** ${ofL4}. `);
  expect(page).toContain(`**The microkernel's null call, ${mach}.** ${ofMach}. `);
  for (const name of ['unikernel', 'monolithic'])
    expect(page).toContain(`${name} ${measured.get(name)?.[1]}: ${measured.get(name)?.[2]}.`);
  const published = pageTable('accuracy', 'figure');
  expect(published.get('kernel call, Mach')?.[1]).toBe(String(mach));
  const instructions = Number(/^instruction (\d+) /.exec(ofL4)?.[1]);
  expect(published.get('L4, one-way IPC, short, warm')?.[1]).toBe(`${(l4 - instructions) / 2} (half a call)`);
}

async function commandLine(...args: string[]) {
  let out = '';
  let error = '';
  const status = await runCommandLine(['demo', ...args], [demoCommand], {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  });
  return { out, error, status };
}

describe('faults at random', () => {
  it.each([1, 2, 3])('monolithic-panic, seed %i', async (seed) => {
    const table = rows(await demonstrated('monolithic-panic', seed));
    expect(table.get('crash')?.[3]).toMatch(/^kernel panic: \w+ read from address 0$/);
    expect(table.get('hang')?.[3]).toMatch(/^kernel panic: .*watchdog/);
  });

  it.each([1, 2, 3])('server-killed, seed %i', async (seed) => {
    const findings = await demonstrated('server-killed', seed);
    expect(findings.happened.join('\n')).toMatch(
      /files server has died[\s\S]*files server has been started again/,
    );
    expect(rows(findings).get('from death to new server')?.[1]).toBeGreaterThan(0);
    expect(rows(findings).get('until all was as before')?.[1]).toBeGreaterThan(0);
  });

  it('disk-servers-killed', async () => {
    const { tables } = await demonstrated('disk-servers-killed', 2);
    expect(tables[0]?.rows).toHaveLength(6);
    expect(tables[0]?.rows.map((row) => row.at(-1))).toEqual([8, 8, 8, 8, 8, 8]);
  });

  it.each([1, 2, 3])('hybrid-driver, seed %i', async (seed) => {
    const table = rows(await demonstrated('hybrid-driver', seed));
    expect(table.get('hybrid:outside=terminal,files')?.[1]).toBe(table.get('monolithic')?.[1]);
  });
});

describe('without chance', () => {
  it('file-server', async () => {
    const table = rows(await demonstrated('file-server'));
    const [count = 0, instructions = 0] = (table.get('open') ?? []).slice(1).map(Number);
    expect(count).toBeGreaterThan(50);
    // A path is taken apart: some hundreds of instructions, not some tens of thousands.
    expect(instructions / count).toBeGreaterThan(200);
    expect(instructions / count).toBeLessThan(5000);
  });

  it('dos-stray-store', async () => {
    const { happened } = await demonstrated('dos-stray-store');
    expect(happened.filter((line) => line.startsWith('  the system died: '))).toHaveLength(4);
    expect(happened.join('\n')).not.toContain('the system has survived');
  });

  it('unikernel-fork', async () => {
    const { happened } = await demonstrated('unikernel-fork');
    expect(happened).toContain('The reason: a unikernel runs one program in one address space');
    expect(happened).toContain('Threads: 4 threads of one process counted to 2000');
  });

  it('null-call', async () => {
    const findings = await demonstrated('null-call');
    const cycles = ['dos', 'unikernel', 'monolithic', 'l4', 'microkernel'].map(
      (name) => rows(findings).get(name)?.[1] as number,
    );
    expect(cycles).toEqual([...cycles].sort((a, b) => a - b));
    expectNullCallsDocumented(rows(findings));
    // Every mechanism saves something, if not in a null call then in a long message.
    const saved = (findings.tables[1]?.rows ?? []).filter(([, work]) => work === 'page piped');
    expect(saved).toHaveLength(1);
    for (const [mechanism, work, change] of findings.tables[1]?.rows ?? [])
      if (!(mechanism === 'temporaryMapping' && work === 'null call')) expect(change).toMatch(/^\+/);
  });

  it('copies', async () => {
    const { tables } = await demonstrated('copies');
    const perByte = new Map((tables[0]?.rows ?? []).map((row) => [`${row[0]} ${row[1]}`, row[2]]));
    expect(perByte.get('monolithic pipe')).toBe(2);
    expect(perByte.get('microkernel file')).toBe(4);
    expect(perByte.get('hybrid pipe')).toBe(2);
    expect(perByte.get('hybrid file')).toBe(4);
    expect(tables[1]?.rows).toEqual([
      ['monolithic', 2, 2, 2, 2],
      ['l4', 2, 2, 2, 2],
      ['microkernel', 4, 4, 4, 4],
    ]);
  });

  it('web-server-path', async () => {
    const { tables } = await demonstrated('web-server-path');
    const copies = new Map((tables[0]?.rows ?? []).map((row) => [`${row[0]} ${row[1]}`, row[2]]));
    expect(copies.get('monolithic read')).toBe(4);
    expect(copies.get('l4 read')).toBe(4);
    expect(copies.get('microkernel read')).toBeCloseTo(8, 0);
    expect(copies.get('microkernel sendfile')).toBeCloseTo(8, 0);
  });

  it('small-spaces', async () => {
    const { tables } = await demonstrated('small-spaces');
    const [kept, lost, roomy, tight] = tables[0]?.rows ?? [];
    const page = pageText('accuracy');
    expect(page).toContain(`round of one call misses ${lost?.[2]} times`);
    expect(page).toContain(`${kept?.[2]} for each round, ${kept?.[3]} cycles`);
    const published = pageTable('accuracy', 'figure');
    const refills = published.get('refills after a flush, (32 + 64) entries x 9');
    expect(refills).toEqual(expect.arrayContaining(['864', `864 (+ ${Number(lost?.[3]) - 864})`]));
    expect(published.get('the same with small spaces')?.[1]).toBe(`${roomy?.[3]} (to ${kept?.[3]})`);
    expect(roomy?.slice(0, 4)).toEqual(['l4', 80, 0, 0]);
    // The program's own pages, and no more than a few of server and kernel: at most one of each cache's sets is theirs.
    for (const [row, pages] of [
      [lost, 96],
      [tight, 80],
    ] as const) {
      expect(row?.[2]).toBeGreaterThanOrEqual(pages);
      expect(row?.[2]).toBeLessThanOrEqual(pages + 8);
    }
    expect(kept?.[2]).toBeLessThan(24);
  });
});

describe('scheduling', () => {
  it.each(['convoy', 'starvation', 'quantum', 'overcommitment', 'user-threads', 'too-much-milk', 'textbook'])(
    '%s',
    async (name) => {
      await demonstrated(name);
    },
  );

  it('filibuster', async () => {
    const table = rows(await demonstrated('filibuster'));
    expect(table.get('cooperative')?.[2]).toBe('it goes round in circles');
    expect(table.get('rr')?.[2]).toBe('status 0');
  });

  it('temperature-alert: every violation has a culprit', async () => {
    const { happened } = await demonstrated('temperature-alert');
    expect(happened.length).toBeGreaterThan(1);
    for (const line of happened)
      expect(line).toMatch(/violated at cycle \d+, running: others \(thread \d+\)/);
  });

  it('priority-inversion', async () => {
    const { tables } = await demonstrated('priority-inversion');
    // Without inheritance high waits for all that middle computes, under every structure.
    for (const [, plain, inherited] of tables[0]?.rows ?? []) {
      expect(plain).toBeGreaterThan(80_000);
      expect(inherited).toBeLessThan(20_000);
    }
  });
});

describe('the command', () => {
  it('lists them', async () => {
    const { out, status } = await commandLine();
    expect(status).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(21);
    expect(out).toMatch(/^small-spaces +l4 +\S/m);
  });

  it('runs one, the same way for the same seed', async () => {
    const first = await commandLine('server-killed', '--seed', '7', '--json');
    expect(first.status).toBe(0);
    expect(JSON.parse(first.out)).toMatchObject({ name: 'server-killed', seed: 7 });
    expect((await commandLine('server-killed', '--seed', '7', '--json')).out).toBe(first.out);
    const text = await commandLine('server-killed', '--seed', '7');
    expect(text.out).toContain('\nholds: the server died and was started again\n');
  });

  it('says what there is when asked for another', async () => {
    const { error, status } = await commandLine('no-such');
    expect(status).toBe(2);
    expect(error).toContain("no demonstration is called 'no-such'; there are monolithic-panic, ");
  });
});
