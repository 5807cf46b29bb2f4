/**
 * Decisions of the paper simulator in a second, and the memory of a long trace: `node tools/run.mjs ../bench/schedule/decisions`.
 * Prints a line of JSON for each figure.
 */
import { type JobPlan, jobsOf, policyNamed, summarise } from '../../src/workbench/index.ts';

const JOBS = 1000;
const DECISIONS = 4_000_000;
const TRACE = 1_000_000;

const [template] = jobsOf('0:1') as [JobPlan];

/** Seconds that this process has computed: others on the machine do not count. */
function computed(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Round robin with many jobs: decisions in a second of the host. */
function decisionsPerSecond(): number {
  const jobs = Array.from({ length: JOBS }, (_, index) => ({
    ...template,
    name: `P${index}`,
    bursts: [DECISIONS / JOBS],
  }));
  const began = computed();
  const { decisions } = summarise(jobs, { policy: policyNamed('rr:quantum=1') });
  return decisions / (computed() - began);
}

/** Jobs of a trace, one at a time. */
function* trace(): Generator<JobPlan> {
  for (let index = 0; index < TRACE; index++)
    yield { ...template, name: `P${index}`, arrival: index * 10, bursts: [1 + ((index * 7919) % 17)] };
}

function print(figure: object): void {
  process.stdout.write(`${JSON.stringify(figure)}\n`);
}

print({ benchmark: 'rr, 1,000 jobs', decisionsPerSecond: Math.round(decisionsPerSecond()) });
const heap = process.memoryUsage().heapUsed;
const began = computed();
const { done, tasks, memory } = summarise(trace(), { policy: policyNamed('rr:quantum=4') });
print({
  benchmark: 'trace of a million jobs',
  done,
  seconds: computed() - began,
  livedAtATime: tasks,
  recordBytes: memory,
  heapGrowth: process.memoryUsage().heapUsed - heap,
});
