// Runs of a busy script under a structure, in this process.
import { builtInLayer } from '../../src/host/node/index.ts';
import {
  type FaultPlan,
  profileNamed,
  type RunReport,
  reportOf,
  resumeSnapshot,
  runToEnd,
  System,
  takeSnapshot,
} from '../../src/workbench/index.ts';
import { type MachineOptions, partsFor, recordingConsole } from '../support/machine.ts';

/** Pipes, a sleeper, a background job, files that are made and read. */
export const SCRIPT =
  'seq 300 | sort -rn | head -n 3; sleep 0.1; (echo a; echo b) | cat & wait; primes 100 | tail -n 1; cat /bin/hello | sha256sum';
const COMMAND = ['/bin/sh', '-c', SCRIPT];
const MEMORY = 64 * 1024 * 1024;
const ENOUGH = 50_000_000;

export interface Ended {
  readonly output: string;
  readonly said: readonly string[];
  readonly status: number;
  readonly report: RunReport;
}

export interface Options extends MachineOptions {
  readonly faults?: readonly FaultPlan[];
  readonly command?: readonly string[];
  /** A machine profile by name. */
  readonly profile?: string;
}

function machine(options: Options, said: string[]) {
  const console = recordingConsole(new Uint8Array(0));
  const parts = partsFor(builtInLayer(), options.command ?? COMMAND, { memory: MEMORY, ...options }, console);
  const say = (message: string): void => {
    said.push(message);
  };
  const profile = options.profile === undefined ? parts.profile : profileNamed(options.profile);
  return { console, parts: { ...parts, profile, faults: options.faults, say } };
}

/** Runs to the end, in one go or stopped at instructions. Throws what the machine throws when it cannot go on. */
export async function run(options: Options = {}, stops: readonly number[] = []): Promise<Ended> {
  const said: string[] = [];
  const { console, parts } = machine(options, said);
  const system = System.start(parts);
  for (const maxInstructions of stops) await runToEnd(system, { maxInstructions, realPace: false });
  const end = await runToEnd(system, { maxInstructions: ENOUGH, realPace: false });
  const status = end.reason === 'ended' ? end.status : -1;
  return { output: console.text(1) + console.text(2), said, status, report: reportOf(system) };
}

/** The same with a snapshot on the way, from which another machine goes on. */
export async function runThroughSnapshot(at: number, options: Options = {}): Promise<Ended> {
  const said: string[] = [];
  const first = machine(options, said);
  const system = System.start(first.parts);
  await runToEnd(system, { maxInstructions: at, realPace: false });
  const second = machine(options, said);
  const resumed = resumeSnapshot(takeSnapshot(system), second.parts);
  const end = await runToEnd(resumed, { maxInstructions: ENOUGH, realPace: false });
  const output = [first, second].map(({ console }) => console.text(1) + console.text(2)).join('');
  return { output, said, status: end.reason === 'ended' ? end.status : -1, report: reportOf(resumed) };
}
