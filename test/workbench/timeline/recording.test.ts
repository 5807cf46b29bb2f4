// Recordings of real programs: the run is the same run, what is recorded adds up, and it stays within its bounds.
import { beforeAll, describe, expect, it } from 'vitest';
import { builtInLayer } from '../../../src/host/node/index.ts';
import {
  type Recording,
  type RunReport,
  recordingFile,
  recordingOf,
  reportOf,
  runToEnd,
  ScheduleRecorder,
  System,
} from '../../../src/workbench/index.ts';
import { type Lane, timeOf, turnsByHart } from '../../../src/workbench/timeline/timeline.ts';
import { type MachineOptions, partsFor, recordingConsole } from '../../support/machine.ts';
import { elementsOf } from './markup.ts';
import { interpret } from './perfetto-reader.ts';

const SCRIPT = '(exit 3) & seq 40 | sort -rn | head -n 1; sleep 0.01 | cat; wait';
const MEMORY = 16 * 1024 * 1024;

interface Ended {
  readonly output: string;
  readonly report: RunReport;
}

async function run(options: MachineOptions, recorder?: ScheduleRecorder, stops: readonly number[] = []) {
  const console = recordingConsole(new Uint8Array(0));
  const parts = partsFor(builtInLayer(), ['/bin/sh', '-c', SCRIPT], { memory: MEMORY, ...options }, console);
  const system = System.start({ ...parts, recorder });
  for (const maxInstructions of stops) await runToEnd(system, { maxInstructions, realPace: false });
  await runToEnd(system, { maxInstructions: Number.POSITIVE_INFINITY, realPace: false });
  const recording = recorder === undefined ? undefined : recordingOf(system, recorder);
  const ended: Ended = { output: console.text(1) + console.text(2), report: reportOf(system) };
  return { ended, recording: recording as Recording };
}

/** Spans follow each other, and turns of a hart do. */
function check({ timeline }: Recording): void {
  for (const { spans } of timeline.lanes)
    spans.forEach(({ from, to }, index) => {
      expect(from).toBeLessThan(to);
      expect(from).toBeGreaterThanOrEqual(spans[index - 1]?.to ?? 0);
    });
  for (const turns of turnsByHart(timeline))
    turns.forEach(({ span }, index) => {
      expect(span.from).toBeGreaterThanOrEqual(turns[index - 1]?.span.to ?? 0);
    });
}

let one: Awaited<ReturnType<typeof run>>;
beforeAll(async () => {
  one = await run({}, new ScheduleRecorder());
});

const others: MachineOptions[] = [{ harts: 3 }, { structure: 'microkernel' }, { structure: 'l4', harts: 2 }];

describe('a recorded run', () => {
  it('is the run without, and the same recording whenever it is cut', async () => {
    expect(one.ended.output).toBe('40\n');
    const { recording, ended } = await run({}, new ScheduleRecorder(), [999, 50_000]);
    expect({ recording, ended }).toEqual(one);
    expect((await run({})).ended).toEqual(ended);
    check(recording);
  });

  it.each(others)('is the run without: %o', async (options) => {
    const { ended } = await run(options);
    expect(ended.output).toBe('40\n');
    const recorded = await run(options, new ScheduleRecorder(), [3_000, 70_001]);
    expect(recorded.ended).toEqual(ended);
    check(recorded.recording);
    const { slices } = interpret(recordingFile(recorded.recording, '.pftrace', '', '') as Uint8Array);
    expect(slices.length).toBe(turnsByHart(recorded.recording.timeline).flat().length);
  });
});

describe('a recording', () => {
  const lane = (name: string): Lane =>
    one.recording.timeline.lanes.find((each) => each.name.startsWith(name)) as Lane;

  it('has every process with measures that add up', () => {
    const { processes, timeline } = one.recording;
    expect(processes.map(({ name }) => name).sort()).toEqual([
      'cat',
      'head',
      'kernel',
      'seq',
      'sh',
      'sh',
      'sleep',
      'sort',
    ]);
    for (const process of processes.filter(({ pid }) => pid !== 0)) {
      const { submission, start, finish, running, waiting, blocked } = process;
      const own = timeline.lanes.find(({ id }) => id === process.pid) as Lane;
      expect([timeOf(own, 'running'), timeOf(own, 'ready'), timeOf(own, 'blocked')]).toEqual([
        running,
        waiting,
        blocked,
      ]);
      // A thread's time is all accounted for, from the making of its process to its end, but for the passes through the scheduler.
      const told = timeOf(own, 'new') + running + waiting + blocked;
      expect(process).toMatchObject({
        response: (start ?? 0) - submission,
        turnaround: (finish ?? 0) - submission,
      });
      expect(process.turnaround).toBeGreaterThanOrEqual(told);
      expect((process.turnaround ?? 0) - told).toBeLessThan(2000);
    }
  });

  it('says what threads wait for', () => {
    const reasons = (name: string) =>
      new Set(lane(name).spans.flatMap(({ detail }) => (detail === '' ? [] : [detail])));
    expect(reasons('cat')).toContain('read (pipes)');
    expect(reasons('sh')).toContain('wait4 (processes)');
    expect([...reasons('sleep')].join()).toMatch(/nanosleep/);
  });

  it('has zombies until they are waited for', () => {
    const child = one.recording.timeline.lanes.filter(({ name }) => name.startsWith('sh'))[1];
    const last = child?.spans.at(-1);
    expect(last?.activity).toBe('zombie');
    // It was waited for after the sleep of 10 ms.
    const slept = lane('sleep').spans.at(-1);
    expect(last?.to).toBeGreaterThan(slept?.from ?? 0);
  });

  it('knows who ran while one waited: on one hart, somebody did nearly always', () => {
    for (const { waiting, whileWaiting } of one.recording.processes) {
      const told = whileWaiting.reduce((sum, { cycles }) => sum + cycles, 0);
      expect(told).toBeLessThanOrEqual(waiting);
      if (waiting > 100_000) expect(told).toBeGreaterThan(0.9 * waiting);
    }
  });

  it('agrees with the accounts of the harts', () => {
    const { timeline } = one.recording;
    const busy = timeline.lanes.reduce((sum, each) => sum + timeOf(each, 'running'), 0);
    const { idle, schedule } = one.ended.report.byCategory;
    const rest = timeline.end - idle - busy;
    expect(rest).toBeGreaterThanOrEqual(0);
    // What is nobody's turn is scheduling, interrupts and the boot.
    expect(rest).toBeLessThan(schedule + 60_000);
  });

  it('is drawn, and written in all formats', () => {
    const { recording } = one;
    const page = recordingFile(recording, '.html', '<sh> & co', 'monolithic') as string;
    const elements = elementsOf(page);
    expect(elements.filter(({ attributes }) => attributes.class === 'measures')).toHaveLength(1);
    expect(page).toContain('&#60;sh&#62;');
    expect(page).not.toMatch(/https?:|@import/);
    elementsOf(recordingFile(recording, '.svg', 't', 's') as string);
    const json = JSON.parse(recordingFile(recording, '.json', 't', 's') as string) as {
      traceEvents: { ph: string; pid: number; dur?: number }[];
    };
    const onHarts = json.traceEvents.filter(({ ph, pid }) => ph === 'X' && pid === 0);
    const hertz = recording.timeline.hertz;
    const cycles = onHarts.reduce((sum, { dur = 0 }) => sum + (dur * hertz) / 1e6, 0);
    const busy = recording.timeline.lanes.reduce((sum, each) => sum + timeOf(each, 'running'), 0);
    expect(Math.round(cycles)).toBe(busy);
  });

  it('stays within its bounds, and says so; measures go on', async () => {
    const small = await run({}, new ScheduleRecorder({ spans: 20, lanes: 4 }));
    const { timeline, processes } = small.recording;
    expect(timeline.lanes.length).toBeLessThanOrEqual(4);
    expect(timeline.lanes.reduce((sum, { spans }) => sum + spans.length, 0)).toBeLessThanOrEqual(20);
    expect(timeline.end).toBeLessThan(one.recording.timeline.end);
    expect(timeline.notes).toHaveLength(2);
    expect(processes).toEqual(one.recording.processes);
    expect(recordingFile(small.recording, '.html', 't', 's')).toContain('where the recording was full');
  });
});
