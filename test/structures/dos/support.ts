// Runs of programs in unprotected structures, in this process; a crash of the machine is a result like others.
import { builtInLayer, memoryLayer } from '../../../src/host/node/index.ts';
import { type RunReport, reportOf, runToEnd, System, structureNamed } from '../../../src/workbench/index.ts';
import { type MachineOptions, over, partsFor, recordingConsole } from '../../support/machine.ts';

const MEMORY = 32 * 1024 * 1024;
const ENOUGH = 100_000_000;

export const programs = over(memoryLayer([{ path: 'tmp' }]), builtInLayer(['bin', 'demos', 'tests']));

export interface Outcome {
  readonly output: string;
  /** The exit status, or 128 and the signal; -1 when the machine crashed or hangs. */
  readonly status: number;
  /** What the machine died of. */
  readonly crash: string;
  /** What it cost, if the accounts can be read. */
  readonly report: () => RunReport;
}

export async function run(
  structure: string,
  command: readonly string[],
  options: MachineOptions = {},
  profile?: System['parts']['profile'],
): Promise<Outcome> {
  const console = recordingConsole(new Uint8Array(0));
  const parts = partsFor(programs, command, { memory: MEMORY, ...options }, console);
  const system = System.start({
    ...parts,
    structure: structureNamed(structure),
    profile: profile ?? parts.profile,
  });
  const limits = { maxInstructions: ENOUGH, realPace: false };
  const outcome = (status: number, crash: string): Outcome => ({
    output: console.text(1) + console.text(2),
    status,
    crash,
    report: () => reportOf(system),
  });
  try {
    const end = await runToEnd(system, limits);
    if (end.reason !== 'ended') return outcome(-1, `hangs: ${end.reason}`);
    const signal = end.status & 0x7f;
    return outcome(signal === 0 ? end.status >>> 8 : 128 + signal, '');
  } catch (error) {
    return outcome(-1, (error as Error).message);
  }
}
