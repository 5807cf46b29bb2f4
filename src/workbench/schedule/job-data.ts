/**
 * Jobs from data (a parsed JSON or YAML file): a list of jobs, or an object with `jobs`. A job is text as on the command line,
 * or an object with `arrival`, `burst` (a number, text, or a list of numbers) and the keys. Every refusal is an Error of one line.
 */
import { quoted } from '../../schedulers/parts/specification.ts';
import { checkJobs, JOB_KEYS, type JobPlan, jobFrom, parseJob } from './jobs.ts';
import { isRtApp, jobsFromRtApp } from './rt-app.ts';

/** What a value is, for messages: values may be deep, long, or contain themselves. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a table' : quoted(String(value));
}

function scalar(value: unknown, what: string): string {
  if (typeof value === 'number' || typeof value === 'string') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  throw new Error(`${what} is ${kindOf(value)}; it must be a number or text`);
}

function burst(value: unknown, what: string): string {
  if (!Array.isArray(value)) return scalar(value, what);
  return value.map((part) => scalar(part, what)).join('+');
}

function jobFromValue(value: unknown, index: number): JobPlan {
  const what = `job ${index + 1}`;
  if (typeof value === 'string') return parseJob(value, index);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${what} is ${kindOf(value)}; a job is a table, or ARRIVAL:BURST[:key=value]... as text`);
  const keys = new Map<string, string>();
  let arrival = '0';
  let bursts: string | undefined;
  for (const [key, part] of Object.entries(value)) {
    if (key === 'arrival') arrival = scalar(part, `${what}: arrival`);
    else if (key === 'burst') bursts = burst(part, `${what}: burst`);
    else if (JOB_KEYS.includes(key)) keys.set(key, scalar(part, `${what}: ${key}`));
    else
      throw new Error(`${what} has no key ${quoted(key)}; there are arrival, burst, ${JOB_KEYS.join(', ')}`);
  }
  if (bursts === undefined) throw new Error(`${what} has no burst`);
  return jobFrom(arrival, bursts, keys, index);
}

/** The jobs of a parsed file. */
export function jobsFromData(data: unknown, say: (line: string) => void): readonly JobPlan[] {
  if (isRtApp(data)) return jobsFromRtApp(data, say);
  const list = Array.isArray(data) ? data : (data as { jobs?: unknown } | null)?.jobs;
  if (!Array.isArray(list))
    throw new Error(`it is ${kindOf(data)}; jobs are a list, or a table with 'jobs', a list`);
  return checkJobs(list.map(jobFromValue));
}
