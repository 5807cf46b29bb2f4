// `polykernel schedule`: what it prints, and one line with status 2 for what makes no sense.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/command-line.ts';
import { scheduleCommand } from '../../src/cli/commands/schedule.ts';

const folder = mkdtempSync(join(tmpdir(), 'polykernel-schedule-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function schedule(...args: string[]) {
  let out = '';
  let error = '';
  const status = await runCommandLine(['schedule', ...args], [scheduleCommand], {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  });
  return { status, out, error };
}

const three = ['--jobs', '0:24,0:3,0:3'];

describe('polykernel schedule', () => {
  it('prints measures and a chart', async () => {
    const { status, out, error } = await schedule('--policy', 'rr:quantum=4', ...three);
    expect({ status, error }).toEqual({ status: 0, error: '' });
    expect(out).toContain('average response 3.67, waiting 5.67, turnaround 15.67');
    expect(out).toContain('P1  ████░░░░░░████████████████████\nP2  ░░░░███\n');
  });

  it('prints the result as JSON', async () => {
    const { out } = await schedule('--policy', 'fcfs', ...three, '--json');
    const result = JSON.parse(out);
    expect(result.averages).toEqual({ response: 17, waiting: 17, turnaround: 27 });
    expect(result.jobs[1]).toEqual({
      id: 'P2',
      arrival: 0,
      burst: 3,
      start: 24,
      finish: 27,
      response: 24,
      waiting: 24,
      turnaround: 27,
      missed: false,
    });
    expect(result.gantt).toEqual([
      { hart: 0, job: 'P1', from: 0, to: 24 },
      { hart: 0, job: 'P2', from: 24, to: 27 },
      { hart: 0, job: 'P3', from: 27, to: 30 },
    ]);
    expect(result).toMatchObject({ switches: 2, utilisation: 1, throughput: 0.1, missed: 0 });
  });

  it('sets policies side by side, with settings that have commas', async () => {
    const { out } = await schedule('--compare', 'fcfs,priority:wins=high,aging=3,rr', ...three, '--json');
    expect(JSON.parse(out).map(({ policy }: { policy: string }) => policy)).toEqual([
      'fcfs',
      'priority:wins=high,aging=3',
      'rr',
    ]);
    expect((await schedule('--compare', 'fcfs,rr', ...three)).out.split('\n')).toHaveLength(4);
  });

  it('explains decisions, prints CSV, and charges overhead', async () => {
    const why = await schedule('--policy', 'sjf', ...three, '--why');
    expect(why.out).toContain(
      '0: hart 0 runs P2: its burst is shortest\n    of shortest job first, by length: P2 (3) P3 (3) P1 (24)',
    );
    const csv = await schedule(...three, '--csv');
    expect(csv.out.split('\r\n')[2]).toBe('fcfs,P2,0,3,24,27,24,24,27,false');
    const charged = await schedule(...three, '--overhead', 'modern', '--unit', '1000', '--json');
    const { overhead, gantt } = JSON.parse(charged.out);
    expect(overhead).toBeGreaterThan(0);
    expect(gantt.at(-1).to).toBe(30_000 + overhead);
  });

  it('reads JSON, YAML and rt-app', async () => {
    const json = file('jobs.json', '{"jobs": [{"burst": 24}, "0:3", {"arrival": 0, "burst": [1, 2, 2]}]}');
    const yaml = file('jobs.yaml', 'jobs:\n- burst: 24\n- 0:3\n- {arrival: 0, burst: 1+2+2}\n');
    const [a, b] = [await schedule('--file', json, '--json'), await schedule('--file', yaml, '--json')];
    expect(a.status).toBe(0);
    expect(b.out).toBe(a.out);
    const rt = file(
      'rt.json',
      '{"tasks": {"video": {"run": 20, "timer": {"ref": "x", "period": 50}, "lock": "m"}, "audio": {"run": 35, "timer": {"period": 100}}}, "global": {}, "resources": {}}',
    );
    const { status, out } = await schedule('--file', rt, '--policy', 'rm');
    expect(status).toBe(0);
    expect(out).toMatch(/video.1 +0 +20 +0 +20/);
    expect(out).toContain('within the bound of Liu and Layland 0.828');
  });

  const bad: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      'unknown policy',
      ['--policy', 'cfs', ...three],
      /no policy is called 'cfs'; there are fcfs, sjf, .*cooperative/,
    ],
    ['unknown key', ['--policy', 'rr:quatum=4', ...three], /policy rr has no key 'quatum'; it has quantum/],
    [
      'bad value',
      ['--policy', 'rr:quantum=-1', ...three],
      /quantum is '-1'; it must be a whole number from 0/,
    ],
    ['no value', ['--policy', 'rr:quantum', ...three], /quantum needs a value/],
    ['negative burst', ['--jobs', '0:-3'], /job 1: burst is '-3'; it must be a whole number from 1/],
    ['empty burst', ['--jobs', '0:'], /job 1: burst is ''/],
    ['burst that ends in I/O', ['--jobs', '0:3+2'], /job 1: burst '3\+2' ends in I\/O/],
    ['no burst', ['--jobs', '7'], /a job is ARRIVAL:BURST/],
    ['million-digit number', ['--jobs', `0:${'9'.repeat(1_000_000)}`], /^.{0,400}\n$/],
    [
      'unknown job key',
      ['--jobs', '0:3:colour=red'],
      /job 1 has no key 'colour'; there are name, user, priority/,
    ],
    ['key twice', ['--jobs', '0:3:nice=1:nice=2'], /nice is given twice/],
    ['name twice', ['--jobs', '0:3:name=A,0:4:name=A'], /job 2: the name 'A' is taken/],
    ['hart that there is not', ['--jobs', '0:3:hart=1'], /P1 is bound to hart 1, and there is 1/],
    ['times too large', ['--jobs', '9007199254740991:1,0:9007199254740991'], /too large together/],
    ['no jobs', [], /no jobs: give --jobs/],
    ['huge hyperperiod', ['--jobs', '0:1:period=99991,0:1:period=99989'], /more than 100000 times/],
    ['slot across frames', ['--policy', 'timetable:table=A*5,minor=4', ...three], /lies across the end/],
    ['file that is not there', ['--file', 'nowhere.json'], /no such file/],
  ];
  it.each(bad)('refuses %s in one line with status 2', async (_, args, message) => {
    const { status, out, error } = await schedule(...args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(error).toMatch(message);
    expect(error.trimEnd().split('\n')).toHaveLength(1);
    expect(error.length).toBeLessThan(600);
  });

  const files: readonly (readonly [string, string, RegExp])[] = [
    ['cycle', 'jobs: &a\n- *a\n', /is a list; a job is a table/],
    ['deeper cycle', 'jobs:\n- &a {burst: 3, user: *a}\n', /no YAML|user is a table/],
    ['table of text', '{"jobs": {"a": 1}}', /jobs are a list/],
    ['half a file', '{"jobs": [', /no JSON/],
    ['bad YAML', 'jobs: [1, 2\n', /no YAML/],
    ['text', 'hello', /jobs are a list/],
    ['nothing', '', /jobs are a list/],
    ['negative number', '{"jobs": [{"burst": -3}]}', /job 1: burst is '-3'/],
    ['fraction', '{"jobs": [{"burst": 1.5}]}', /job 1: burst is '1.5'/],
    ['task without run', '{"tasks": {"a": {"sleep": 3}}}', /task a never runs/],
  ];
  it.each(files)('refuses a file with a %s', async (name, text, message) => {
    const { status, error } = await schedule('--file', file(`${name}.txt`, text));
    expect(status).toBe(2);
    expect(error).toMatch(message);
    expect(error.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('pictures of polykernel schedule', () => {
  it('are written into files beside what is printed', async () => {
    const [svg, html] = [join(folder, 'out.svg'), join(folder, 'out.html')];
    const policies = ['--compare', 'fcfs,sjf,rr'];
    const { status, out, error } = await schedule(...policies, ...three, '--svg', svg, '--html', html);
    expect({ status, error }).toEqual({ status: 0, error: '' });
    expect(out).toContain('fcfs');
    for (const path of [svg, html])
      for (const policy of ['fcfs', 'sjf', 'rr']) expect(readFileSync(path, 'utf8')).toContain(`>${policy}<`);
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg /);
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>/);
  });

  it.each(['--svg', '--html', '--perfetto'])(
    '%s into what cannot be written is one line and status 2',
    async (option) => {
      for (const path of [folder, join(folder, 'none', 'out'), '']) {
        const { status, out, error } = await schedule(...three, option, path);
        expect({ status, out }).toEqual({ status: 2, out: '' });
        expect(error).toMatch(/^polykernel: --\w+ .*: it cannot be written: .*\n$/);
      }
    },
  );
});
