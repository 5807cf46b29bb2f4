/**
 * Jobs on paper: `ARRIVAL:BURST[:key=value]...`. A burst may alternate computing and I/O (`3+2+4`: compute 3, wait 2,
 * compute 4); I/O of length 0 gives the processor up and could go on at once. I/O is done by devices of the job's own:
 * it never waits for another job's. Every refusal is an Error of one line.
 */
import { quoted, wholeNumberIn } from '../../schedulers/parts/specification.ts';

export interface JobPlan {
  readonly name: string;
  readonly arrival: number;
  /** Computing, I/O, computing, ...: begins and ends with computing. */
  readonly bursts: readonly number[];
  readonly priority: number;
  readonly nice: number;
  readonly tickets: number;
  readonly user: string;
  /** 0: it comes once. */
  readonly period: number;
  /** Counted from arrival or release; 0: none. */
  readonly deadline: number;
  /** The only hart on which it may run, or -1. */
  readonly hart: number;
  /** For contracts: computing promised in each period (0: as much as it needs), latency, a share of what is left over. */
  readonly slice: number;
  readonly latency: number;
  readonly extra: number;
}

export const MOST_HARTS = 31;

/** Keys with whole numbers: least, most, and the value when it is not given. */
const NUMBER_KEYS = {
  priority: { least: 0, most: 1_000_000, initial: 0 },
  nice: { least: -20, most: 19, initial: 0 },
  tickets: { least: 1, most: 1_000_000, initial: 1 },
  period: { least: 1, most: Number.MAX_SAFE_INTEGER, initial: 0 },
  deadline: { least: 1, most: Number.MAX_SAFE_INTEGER, initial: 0 },
  hart: { least: 0, most: MOST_HARTS - 1, initial: -1 },
  slice: { least: 1, most: Number.MAX_SAFE_INTEGER, initial: 0 },
  latency: { least: 1, most: Number.MAX_SAFE_INTEGER, initial: 0 },
  extra: { least: 0, most: 1, initial: 0 },
} as const;
type NumberKey = keyof typeof NUMBER_KEYS;

const TEXT_KEYS = ['name', 'user'] as const;

export const JOB_KEYS: readonly string[] = [...TEXT_KEYS, ...Object.keys(NUMBER_KEYS)];

const LONGEST_NAME = 32;

function label(text: string, what: string): string {
  if (text === '' || text.length > LONGEST_NAME || /[\s,:]/.test(text))
    throw new Error(
      `${what} is ${quoted(text)}; it must have 1 to ${LONGEST_NAME} characters, no blank, comma or colon`,
    );
  return text;
}

/** The bursts of `3+2+4`. */
export function burstsOf(text: string, what: string): number[] {
  const parts = text.split('+');
  if (parts.length % 2 === 0)
    throw new Error(`${what}: burst ${quoted(text)} ends in I/O; it must begin and end with computing`);
  return parts.map((part, index) =>
    wholeNumberIn(part, index % 2 === 0 ? 1 : 0, undefined, `${what}: burst`),
  );
}

/** A job from its parts as text, whatever notation they came from. `index` counts from 0 and names it when nothing else does. */
export function jobFrom(
  arrival: string,
  burst: string,
  keys: ReadonlyMap<string, string>,
  index: number,
): JobPlan {
  const what = `job ${index + 1}`;
  const numbers: Record<string, number> = {};
  for (const [key, { initial }] of Object.entries(NUMBER_KEYS)) numbers[key] = initial;
  for (const [key, value] of keys) {
    if ((TEXT_KEYS as readonly string[]).includes(key)) continue;
    if (!Object.hasOwn(NUMBER_KEYS, key))
      throw new Error(`${what} has no key ${quoted(key)}; there are ${JOB_KEYS.join(', ')}`);
    const { least, most } = NUMBER_KEYS[key as NumberKey];
    numbers[key] = wholeNumberIn(value, least, most, `${what}: ${key}`);
  }
  const values = numbers as Record<NumberKey, number>;
  return {
    ...values,
    name: label(keys.get('name') ?? `P${index + 1}`, `${what}: name`),
    user: label(keys.get('user') ?? 'user', `${what}: user`),
    arrival: wholeNumberIn(arrival, 0, undefined, `${what}: arrival`),
    bursts: burstsOf(burst, what),
  };
}

export function parseJob(text: string, index: number): JobPlan {
  const [arrival = '', burst, ...settings] = text.split(':');
  if (burst === undefined)
    throw new Error(`job ${index + 1} is ${quoted(text)}; a job is ARRIVAL:BURST[:key=value]...`);
  const keys = new Map<string, string>();
  for (const setting of settings) {
    const at = setting.indexOf('=');
    const key = at < 0 ? setting : setting.slice(0, at);
    if (at < 0 && JOB_KEYS.includes(key)) throw new Error(`job ${index + 1}: ${key} needs a value: ${key}=…`);
    if (keys.has(key)) throw new Error(`job ${index + 1}: ${key} is given twice`);
    keys.set(key, setting.slice(at + 1));
  }
  return jobFrom(arrival, burst, keys, index);
}

/** Refuses sets in which two jobs have the same name. */
export function checkJobs(jobs: readonly JobPlan[]): readonly JobPlan[] {
  if (jobs.length === 0) throw new Error('there are no jobs');
  const names = new Set<string>();
  jobs.forEach(({ name }, index) => {
    if (names.has(name)) throw new Error(`job ${index + 1}: the name ${quoted(name)} is taken`);
    names.add(name);
  });
  return jobs;
}

/** The jobs of `0:24,0:3,0:3`. */
export function jobsOf(text: string): readonly JobPlan[] {
  return checkJobs(text.split(',').map((piece, index) => parseJob(piece.trim(), index)));
}
