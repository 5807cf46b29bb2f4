/**
 * Programs that end soon, where starting and translating is most of the time: `python3 -S -c 'print(1)'`, and a shell script of fifty
 * commands. QEMU runs the script in a sandbox where it is the kernel's interpreter of riscv64 programs; what the sandbox takes for
 * `true` is taken off, and a `true` under QEMU alone added.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runUnderQemu } from '../../test/system/support/qemu.ts';
import { type Contender, inTurn, isThere, median } from '../measure.ts';
import { type Benchmark, checkOutputs, milliseconds, type Row, type Setting } from '../setting.ts';
import { QEMU } from './contenders.ts';

/** Programs of the root that the works run. */
const NEEDED = ['python3', 'sh', 'seq', 'sort', 'head', 'wc', 'basename', 'expr', 'cat', 'rm'];
const PYTHON = ['/usr/bin/python3', '-S', '-c', 'print(1)'];
const SCRIPT = `cd /tmp
for i in 1 2 3 4 5 6 7; do
  seq $((i * 10)) > n$i; sort -rn n$i | head -n 2 > m$i; wc -l < n$i; basename /a/b$i; expr $i + 1; cat m$i
done
rm n1`;

function engines(setting: Setting, root: string, command: readonly string[]): Contender[] {
  return ['auto', 'translator', 'interpreter'].map((engine) => ({
    name: `polykernel, ${engine}`,
    command: [...setting.ours, 'run', '--no-kept', '--root', root, '--engine', engine, '--', ...command],
  }));
}

function print(setting: Setting, root: string): Row[] {
  const [program = '', ...rest] = PYTHON;
  const qemu = { name: 'qemu-riscv64', command: [QEMU, '-L', root, join(root, program), ...rest] };
  const measured = inTurn(
    [...engines(setting, root, PYTHON), ...(isThere(QEMU) ? [qemu] : [])],
    setting.rounds,
  );
  checkOutputs('python3 print(1)', measured);
  return milliseconds('python3 print(1)', measured, setting.time);
}

/** Seconds by the clock of a command in the sandbox. */
async function inSandbox(root: string, command: readonly string[]): Promise<number> {
  const start = performance.now();
  const { status, stderr } = await runUnderQemu(root, command);
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  return (performance.now() - start) / 1000;
}

async function script(setting: Setting, root: string): Promise<Row[]> {
  const command = ['/bin/sh', '-c', SCRIPT];
  const measured = inTurn(engines(setting, root, command), setting.rounds);
  if (!isThere(QEMU)) return milliseconds('script of 50 commands', measured, 'wall');
  const alone = { name: 'true', command: [QEMU, '-L', root, join(root, '/usr/bin/true')] };
  const truth = inTurn([alone], setting.rounds)[0]?.wall ?? 0;
  const all: number[] = [];
  const nothing: number[] = [];
  for (let round = 0; round < setting.rounds; round++) {
    all.push(await inSandbox(root, command));
    nothing.push(await inSandbox(root, ['/usr/bin/true']));
  }
  const wall = median(all) - median(nothing) + truth;
  const qemu = { name: 'qemu-riscv64', wall, processor: wall, output: '' };
  return milliseconds('script of 50 commands', [...measured, qemu], 'wall');
}

export const SHORT: Benchmark = {
  name: 'cpu-short',
  about: "python3 -S -c 'print(1)', and a shell script of fifty commands",
  lacks: ({ root }) =>
    root !== undefined && NEEDED.every((program) => existsSync(join(root, 'usr/bin', program)))
      ? undefined
      : `no Debian root with ${NEEDED.join(', ')}: give one by --root (polykernel root debian --packages python3,coreutils,dash)`,
  run: async (setting) => {
    const { root = '' } = setting;
    return [...print(setting, root), ...(await script(setting, root))];
  },
};
