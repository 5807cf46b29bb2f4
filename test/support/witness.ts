// A hostile command beside a witness: programs/hostile/witness keeps rewriting memory of its own while the command runs, and its
// checksum is computed a second time here.
import type { LowerLayer } from '../../src/contracts/outside.ts';
import { builtInLayer } from '../../src/host/node/index.ts';
import {
  type RunEnd,
  type RunReport,
  reportOf,
  runToEnd,
  System,
  type SystemParts,
} from '../../src/workbench/index.ts';
import { type MachineOptions, over, partsFor, recordingConsole } from './machine.ts';

export interface WitnessOptions extends MachineOptions {
  /** Pages that the witness rewrites. Default: 4. */
  readonly pages?: number;
  /** Seconds of guest time after which the command's process group is killed. Default: 10. */
  readonly seconds?: number;
  /** Whom the command runs as. Default: user 0, as supervisor and witness do. */
  readonly user?: number;
  /** Below what the built-in programs are: the command's own files. */
  readonly layer?: LowerLayer;
  /** Changes the machine's parts before it starts. */
  readonly adapt?: (parts: SystemParts) => SystemParts;
}

export interface WitnessResult {
  /** How the command ended: 'exit 3', 'killed by signal 9', with ', at the deadline' when it was killed then. */
  readonly command: string;
  /** What the command printed, and the machine's own messages. */
  readonly stdout: string;
  readonly stderr: string;
  /** How the machine ended: instructions when there were more than the limit. */
  readonly end: RunEnd['reason'];
  /** Exit status of the supervisor. */
  readonly status: number;
  /** What the witness printed, and what it should have: undefined when it said nothing. */
  readonly testimony:
    | { readonly rounds: number; readonly checksum: string; readonly expected: string }
    | undefined;
  readonly report: RunReport;
  readonly system: System;
}

const WORDS_PER_PAGE = 1024;
const NEIGHBOUR = 1031;
const DEFAULT_PAGES = 4;
const DEFAULT_SECONDS = 10;
/** No hostile run may take more. */
const MOST_INSTRUCTIONS = 4_000_000_000;

/** What the witness must say after so many rounds: see programs/hostile/witness.c. */
export function expectedChecksum(pages: number, rounds: number): string {
  const count = pages * WORDS_PER_PAGE;
  const words = new Uint32Array(count);
  let sum = 0;
  for (let round = 1; round <= rounds; round++)
    for (let index = 0; index < count; index++) {
      const neighbour = words[(index + NEIGHBOUR) % count] as number;
      const word = (Math.imul(words[index] as number, 1_664_525) + neighbour + round) | 0;
      words[index] = word;
      sum = (Math.imul(sum, 31) + word) | 0;
    }
  return (sum >>> 0).toString(16).padStart(8, '0');
}

function testimonyIn(output: string): WitnessResult['testimony'] {
  const match = /^witness: (\d+) pages, (\d+) rounds, checksum ([0-9a-f]{8})$/m.exec(output);
  if (match === null) return undefined;
  const [, pages, rounds, checksum = ''] = match;
  return { rounds: Number(rounds), checksum, expected: expectedChecksum(Number(pages), Number(rounds)) };
}

/** Runs a command in a machine whose /hostile holds the programs of programs/hostile, beside a witness. */
export async function runBesideWitness(
  command: readonly string[],
  options: WitnessOptions = {},
): Promise<WitnessResult> {
  const programs = builtInLayer(['bin', 'hostile']);
  const layer = options.layer === undefined ? programs : over(programs, options.layer);
  const user = options.user === undefined ? [] : ['-u', `${options.user}`];
  const frame = [
    '-p',
    `${options.pages ?? DEFAULT_PAGES}`,
    '-m',
    `${1000 * (options.seconds ?? DEFAULT_SECONDS)}`,
  ];
  const whole = ['/hostile/witness', ...frame, ...user, ...command];
  const console = recordingConsole(Buffer.from(options.stdin ?? ''));
  const parts = partsFor(layer, whole, options, console);
  const system = System.start(options.adapt === undefined ? parts : options.adapt(parts));
  const maxInstructions = options.maxInstructions ?? MOST_INSTRUCTIONS;
  const end = await runToEnd(system, { maxInstructions, realPace: false });
  const stdout = console.text(1);
  return {
    command: /^command: (.*)$/m.exec(stdout)?.[1] ?? '',
    stdout: stdout.replaceAll(/^(command|witness): .*\n/gm, ''),
    stderr: console.text(2),
    end: end.reason,
    status: end.reason === 'ended' ? (end.status >>> 8) & 0xff : -1,
    testimony: testimonyIn(stdout),
    report: reportOf(system),
    system,
  };
}
