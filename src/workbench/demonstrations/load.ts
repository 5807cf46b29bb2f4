/** Programs that keep a system busy, for demonstrations that disturb it. */
import type { FaultPlan } from '../../contracts/faults.ts';

/** Pipes, a sleeper, files that are read, a job in the background. */
export const PIPELINE: readonly string[] = [
  '/bin/sh',
  '-c',
  'seq 300 | sort -rn | head -n 3; (echo a; echo b) | cat & wait; primes 100 | tail -n 1; cat /bin/hello | sha256sum',
];

/** A fault that does not happen: requests are counted where faults are planned. */
export const NEVER: FaultPlan = { service: 'files', kind: 'crash', at: Number.MAX_SAFE_INTEGER };
