// Programs that use a structure's own interface, in this process.
import type { MachineProfile } from '../../src/contracts/accounting.ts';
import { builtInLayer } from '../../src/host/node/index.ts';
import {
  profileNamed,
  type RunReport,
  reportOf,
  resumeSnapshot,
  runToEnd,
  type Strace,
  System,
  takeSnapshot,
} from '../../src/workbench/index.ts';
import { type MachineOptions, partsFor, recordingConsole } from '../support/machine.ts';

const MEMORY = 32 * 1024 * 1024;
const ENOUGH = 200_000_000;

export interface Ended {
  /** Standard output, then standard error. */
  readonly output: string;
  /** As wait(2) has it; -1 when the machine stood still. */
  readonly status: number;
  readonly report: RunReport;
  readonly system: System;
}

export interface Options extends MachineOptions {
  readonly profile?: string;
  /** Stop at so many instructions, and go on in another machine from a snapshot. */
  readonly snapshotAt?: number;
  /** Stop at so many instructions for good. */
  readonly stopAt?: number;
  /** Told of the calls, by strace's format. */
  readonly strace?: Strace;
}

function parts(structure: string, command: readonly string[], options: Options) {
  const console = recordingConsole(new Uint8Array(0));
  const layer = builtInLayer(['bin', 'native', 'hostile']);
  const made = partsFor(layer, command, { memory: MEMORY, structure, ...options }, console);
  const profile: MachineProfile = profileNamed(options.profile ?? 'modern');
  const tracer = options.strace;
  return { console, parts: { ...made, profile, tracer, nativeTracer: tracer } };
}

export async function run(
  structure: string,
  command: readonly string[],
  options: Options = {},
): Promise<Ended> {
  const first = parts(structure, command, options);
  const consoles = [first.console];
  let system = System.start(first.parts);
  if (options.snapshotAt !== undefined) {
    await runToEnd(system, { maxInstructions: options.snapshotAt, realPace: false });
    const second = parts(structure, command, options);
    consoles.push(second.console);
    system = resumeSnapshot(takeSnapshot(system), second.parts);
  }
  const end = await runToEnd(system, { maxInstructions: options.stopAt ?? ENOUGH, realPace: false });
  const output = consoles.map((console) => console.text(1) + console.text(2)).join('');
  return { output, status: end.reason === 'ended' ? end.status : -1, report: reportOf(system), system };
}
