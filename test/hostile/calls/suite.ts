/** Makes thousands of system calls with plausible and wild arguments, beside a witness, and tells how they went. */
import { memoryLayer } from '../../../src/host/node/index.ts';
import { systemCalls } from '../../../src/linux/table.ts';
import { runBesideWitness, type WitnessResult } from '../../support/witness.ts';
import { callTable } from './table.ts';

const MEBIBYTE = 1024 * 1024;
/** Guest seconds for each thousand calls: most of the time calls wait for nothing, until their deadline. */
const SECONDS_PER_THOUSAND = 2;
/** One episode in so many is user 0's. */
const ROOT_EVERY = 4;

export interface CallCount {
  readonly number: number;
  readonly name: string;
  readonly tried: number;
  /** Returned something other than EFAULT, EINVAL, EBADF or ENOSYS. */
  readonly passed: number;
  readonly refused: number;
}

export interface CallsRun {
  readonly counts: readonly CallCount[];
  readonly witness: WitnessResult;
}

export interface CallsOptions {
  readonly seed: number;
  readonly calls: number;
  readonly harts?: number;
  readonly structure?: string;
}

const LINE = /^(\d+) (\d+) (\d+) (\d+)$/gm;
/** Where the program counts calls with numbers that nothing has. */
const UNKNOWN = 511;

function nameOf(number: number): string {
  return number === UNKNOWN ? 'unknown' : (systemCalls.get(number)?.name ?? `call ${number}`);
}

export async function runCalls({ seed, calls, harts = 1, structure }: CallsOptions): Promise<CallsRun> {
  const table = new TextEncoder().encode(callTable());
  const command = ['/hostile/call-many', '/table', `${seed}`, `${calls}`, `${ROOT_EVERY}`];
  const witness = await runBesideWitness(command, {
    layer: memoryLayer([{ path: 'table', bytes: table }]),
    memory: 64 * MEBIBYTE,
    seconds: Math.ceil(5 + (calls / 1000) * SECONDS_PER_THOUSAND),
    maxInstructions: 1e12,
    seed,
    harts,
    ...(structure === undefined ? {} : { structure }),
  });
  const counts = [...witness.stdout.matchAll(LINE)].map((match) => {
    const [number = 0, tried = 0, passed = 0, refused = 0] = match.slice(1).map(Number);
    return { number, name: nameOf(number), tried, passed, refused };
  });
  return { counts, witness };
}

export function total(counts: readonly CallCount[], of: 'tried' | 'passed' | 'refused'): number {
  return counts.reduce((sum, count) => sum + count[of], 0);
}

/** A line for each call: how often it was made, and got past validation. */
export function figures(counts: readonly CallCount[]): string {
  return counts
    .map(({ name, tried, passed }) => `${name.padEnd(24)}${`${tried}`.padStart(8)}${`${passed}`.padStart(8)}`)
    .join('\n');
}
