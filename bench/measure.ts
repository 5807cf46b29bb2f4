/** Measuring: processes that run to their end, several times in turn, and what is said of them. */
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** One way to do the work of a benchmark: ours, or a peer's. */
export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  readonly input?: string;
  /** Is it run once before it is measured, for what that leaves to the next one? */
  readonly isAgain?: boolean;
}

export interface Sample {
  /** Seconds by the clock, and of processor time of the process and its children. */
  readonly wall: number;
  readonly processor: number;
  readonly output: string;
}

export interface Measured {
  readonly name: string;
  readonly wall: number;
  readonly processor: number;
  /** What it printed the last time. */
  readonly output: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Is a program there to be measured beside ours? */
export function isThere(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

function check(result: SpawnSyncReturns<Buffer>, { name, command }: Contender): void {
  if (result.status === 0) return;
  const why = result.error?.message ?? result.stderr.toString().trim().split('\n').at(-1) ?? '';
  throw new Error(`${name}: '${command.join(' ')}' ended with status ${result.status}: ${why}`);
}

function once(contender: Contender): Sample {
  const [program = '', ...args] = contender.command;
  // Children's processor time counts with the waiting parent's `children` figures.
  const before = process.resourceUsage();
  const childBefore = childSeconds();
  const start = performance.now();
  const result = spawnSync(program, args, { input: contender.input ?? '', maxBuffer: 2 ** 30 });
  const wall = (performance.now() - start) / 1000;
  check(result, contender);
  const own = (process.resourceUsage().userCPUTime - before.userCPUTime) / 1e6;
  return {
    wall,
    processor: Math.max(0, childSeconds() - childBefore) || own,
    output: result.stdout.toString('latin1'),
  };
}

/** Processor time of children that have ended, as proc_pid_stat(5) has it: fields 16 and 17, in hundredths of a second. */
function childSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** Measures all contenders `rounds` times in turn, so that a busy moment of the host hits all of them. Medians. */
export function inTurn(contenders: readonly Contender[], rounds: number): Measured[] {
  const samples = contenders.map((): Sample[] => []);
  for (const contender of contenders) if (contender.isAgain) once(contender);
  for (let round = 0; round < rounds; round++)
    for (const [index, contender] of contenders.entries()) samples[index]?.push(once(contender));
  return contenders.map(({ name }, index) => ({
    name,
    wall: median((samples[index] ?? []).map(({ wall }) => wall)),
    processor: median((samples[index] ?? []).map(({ processor }) => processor)),
    output: samples[index]?.at(-1)?.output ?? '',
  }));
}

/** The most memory that a process had in RAM, in MiB, while it ran to its end. @param messages file for what it says on standard error */
export function peakMemory(command: readonly string[], messages = '/dev/null'): Promise<number> {
  const [program = '', ...args] = command;
  const file = openSync(messages, 'w');
  return new Promise<number>((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', file] });
    let most = 0;
    const look = setInterval(() => {
      try {
        const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
        most = Math.max(most, Number(found?.[1] ?? 0) / 1024);
      } catch {
        // The process is gone: what was seen last counts.
      }
    }, 10);
    child.on('error', reject);
    child.on('exit', (status) => {
      clearInterval(look);
      if (status === 0) resolve(most);
      else reject(new Error(`'${command.join(' ')}' ended with status ${status}`));
    });
  }).finally(() => closeSync(file));
}
