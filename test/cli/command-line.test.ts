// The frame of the command line: what it prints and with which status it ends, whatever a command does.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CommandDefinition, CommandFailure, runCommandLine } from '../../src/cli/command-line.ts';

const greet: CommandDefinition = {
  define: (program, { print, setExitStatus }) => {
    program
      .command('greet <name>')
      .option('--status <number>', 'status to end with', Number)
      .option('--fail <how>', 'fail')
      .action((name: string, options: { status?: number; fail?: string }) => {
        if (options.fail === 'user') throw new CommandFailure('no such\nprogram: x', 126);
        if (options.fail === 'defect') throw new RangeError('out of range');
        print(`hello ${name}\n`);
        if (options.status !== undefined) setExitStatus(options.status);
      });
  },
};

async function run(...args: string[]) {
  let out = '';
  let error = '';
  const status = await runCommandLine(args, [greet], {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  });
  return { status, out, error };
}

describe('the command line', () => {
  it('prints help and version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(await run('--version')).toEqual({ status: 0, out: `${version}\n`, error: '' });
    const help = await run('--help');
    expect(help).toMatchObject({ status: 0, error: '' });
    expect(help.out).toMatch(/^Usage: polykernel .*greet/s);
    expect(await run()).toEqual(help);
  });

  it('runs a command and returns its status', async () => {
    expect(await run('greet', 'world')).toEqual({ status: 0, out: 'hello world\n', error: '' });
    expect(await run('greet', 'world', '--status', '3')).toMatchObject({ status: 3 });
  });

  it.each([
    [['gret', 'x'], "polykernel: unknown command 'gret' (Did you mean greet?)\n"],
    [['greet'], "polykernel: missing required argument 'name'\n"],
    [['greet', 'a', '--nope'], "polykernel: unknown option '--nope'\n"],
    [['--nope'], "polykernel: unknown option '--nope'\n"],
  ])('answers bad usage %j by one line and status 2', async (args, error) => {
    expect(await run(...args)).toEqual({ status: 2, out: '', error });
  });

  it('answers a failure by one line and its status', async () => {
    const error = 'polykernel: no such program: x\n';
    expect(await run('greet', 'x', '--fail', 'user')).toEqual({ status: 126, out: '', error });
  });

  it('calls a defect a defect, without a stack trace', async () => {
    const { status, error } = await run('greet', 'x', '--fail', 'defect');
    expect(status).toBe(70);
    expect(error).toBe('polykernel: internal error: out of range (POLYKERNEL_DEBUG=1 shows where)\n');
  });
});
