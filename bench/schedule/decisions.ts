/**
 * Decisions of the paper simulator in a second of processor time, and the time and memory of a long trace, whose jobs are made one
 * at a time and of which only sums are kept. A benchmark of `npm run bench`.
 */
import { type JobPlan, jobsOf, policyNamed, summarise } from '../../src/workbench/index.ts';
import type { Row } from '../setting.ts';

const JOBS = 1000;
const DECISIONS = 4_000_000;
const TRACE = 1_000_000;
/** Jobs between two looks at the memory. */
const LOOK = 10_000;

const [template] = jobsOf('0:1') as [JobPlan];

/** Seconds that this process has computed: others on the machine do not count. */
function computed(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Round robin with many jobs: decisions in a second of the host. */
function decisionsPerSecond(scale: number): number {
  const jobs = Array.from({ length: JOBS }, (_, index) => ({
    ...template,
    name: `P${index}`,
    bursts: [Math.ceil((DECISIONS * scale) / JOBS)],
  }));
  const began = computed();
  const { decisions } = summarise(jobs, { policy: policyNamed('rr:quantum=1') });
  return decisions / (computed() - began);
}

/** Jobs of a trace, one at a time; `look` is called now and then. */
function* trace(length: number, look: () => void): Generator<JobPlan> {
  for (let index = 0; index < length; index++) {
    if (index % LOOK === 0) look();
    yield { ...template, name: `P${index}`, arrival: index * 10, bursts: [1 + ((index * 7919) % 17)] };
  }
}

export function decisionRows(scale: number): Row[] {
  const benchmark = 'decisions';
  const rate = decisionsPerSecond(scale);
  const before = process.memoryUsage().heapUsed;
  let most = before;
  const look = () => {
    most = Math.max(most, process.memoryUsage().heapUsed);
  };
  const length = Math.round(TRACE * scale);
  const began = computed();
  const { done, memory } = summarise(trace(length, look), { policy: policyNamed('rr:quantum=4') });
  if (done !== length) throw new Error(`of ${length} jobs of the trace ${done} were done`);
  const contender = `trace of ${length.toLocaleString('en-US')} jobs`;
  return [
    {
      benchmark,
      contender: `rr, ${JOBS} jobs`,
      figure: rate / 1e6,
      unit: 'M decisions/s',
      goal: 'at least 2',
    },
    { benchmark, contender, figure: computed() - began, unit: 's' },
    { benchmark, contender: `${contender}, records`, figure: memory / 2 ** 20, unit: 'MiB' },
    {
      benchmark,
      contender: `${contender}, heap and garbage`,
      figure: (most - before) / 2 ** 20,
      unit: 'MiB',
    },
  ];
}
