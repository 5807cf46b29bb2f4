// Timelines of schedules on paper, and their pictures and pages.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  jobsOf,
  policyNamed,
  type ScheduleResult,
  schedule,
  schedulePage,
  scheduleSvg,
} from '../../../src/workbench/index.ts';
import { timelineOfSchedule } from '../../../src/workbench/timeline/from-schedule.ts';
import { joinedTurns } from '../../../src/workbench/timeline/joined.ts';
import { addOverlaps, type Overlaps } from '../../../src/workbench/timeline/overlaps.ts';
import { axisFigure, figure, ticks } from '../../../src/workbench/timeline/scale.ts';
import { timeOf, turnsByHart } from '../../../src/workbench/timeline/timeline.ts';
import { elementsOf } from './markup.ts';

function run(policy: string, jobs: string, harts = 1, why = false): ScheduleResult {
  return schedule(jobsOf(jobs), { policy: policyNamed(policy), harts, why });
}

describe('the timeline of a schedule', () => {
  it('says what each job does at every instant', () => {
    const { lanes, end } = timelineOfSchedule(run('rr:quantum=4', '0:5+2+1,1:4'));
    expect(end).toBe(12);
    const [first, second] = lanes;
    expect(first?.spans.map(({ activity, from, to }) => [activity, from, to])).toEqual([
      ['running', 0, 4],
      ['ready', 4, 8],
      ['running', 8, 9],
      ['blocked', 9, 11],
      ['running', 11, 12],
    ]);
    expect(second?.spans.map(({ activity, from, to }) => [activity, from, to])).toEqual([
      ['ready', 1, 4],
      ['running', 4, 8],
    ]);
  });

  it('marks releases, deadlines and those that are missed', () => {
    const { lanes } = timelineOfSchedule(run('fcfs', '0:4:period=8:name=a,0:3:name=b:deadline=6'));
    expect(lanes.map(({ name, marks }) => [name, marks.map(({ kind, at }) => [kind, at])])).toEqual([
      [
        'a',
        [
          ['release', 0],
          ['deadline', 8],
        ],
      ],
      [
        'b',
        [
          ['release', 0],
          ['missed', 6],
        ],
      ],
    ]);
  });

  it('agrees with the measures, for any jobs and policy', () => {
    const jobs = fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 9 }), fc.nat(5), fc.nat(3)), {
      minLength: 1,
      maxLength: 7,
    });
    const policies = fc.constantFrom('fcfs', 'rr:quantum=3', 'srtf', 'mlfq', 'lottery', 'hrrn');
    fc.assert(
      fc.property(jobs, policies, fc.integer({ min: 1, max: 3 }), (set, policy, harts) => {
        const text = set.map(
          ([arrival, burst, io, more]) => `${arrival}:${burst}${more > 0 ? `+${io}+${more}` : ''}`,
        );
        const result = run(policy, text.join(','), harts);
        const timeline = timelineOfSchedule(result);
        result.jobs.forEach((job, index) => {
          const lane = timeline.lanes[index];
          if (lane === undefined) throw new Error('a job has no lane');
          expect([timeOf(lane, 'ready'), timeOf(lane, 'running')]).toEqual([job.waiting, job.burst]);
          lane.spans.reduce((at, { from, to }) => {
            expect(from).toBe(at);
            return to;
          }, job.arrival);
        });
        for (const turns of turnsByHart(timeline))
          turns.forEach(({ span }, index) => {
            expect(span.from).toBeGreaterThanOrEqual(turns[index - 1]?.span.to ?? 0);
          });
      }),
      { numRuns: 60 },
    );
  });
});

describe('who ran while this one waited', () => {
  it('counts the time of every pair', () => {
    const table: Overlaps = new Map();
    const stretches = [
      { party: 1, isRunning: true, from: 0, to: 10 },
      { party: 2, isRunning: false, from: 4, to: 12 },
      { party: 3, isRunning: true, from: 10, to: 20 },
      { party: 3, isRunning: true, from: 5, to: 7 },
    ];
    addOverlaps(table, stretches, 0, 11);
    expect([...(table.get(2) ?? [])]).toEqual([
      [1, 6],
      [3, 3],
    ]);
    // The rest of the same, in a later window.
    addOverlaps(table, stretches, 11, 30);
    expect([...(table.get(2) ?? [])]).toEqual([
      [1, 6],
      [3, 4],
    ]);
    expect(table.has(1)).toBe(false);
  });
});

describe('axes', () => {
  it('have round instants', () => {
    expect(ticks(0, 30, 11)).toEqual([0, 5, 10, 15, 20, 25, 30]);
    expect(ticks(3, 9, 6)).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect(axisFigure(2_500_000, 500_000)).toBe('2.5M');
    expect(axisFigure(25, 5)).toBe('25');
    const figures = [0, 7, 999, 1000, 1234567, 12.5, 1234.567, 9007199254740991, -1234];
    expect(figures.map(figure)).toEqual(
      figures.map((value) => value.toLocaleString('en-US', { maximumFractionDigits: 2 })),
    );
    expect(axisFigure(1_200_000_000, 50_000_000)).toBe('1.20G');
  });
});

describe('pictures', () => {
  const names = '0:8:name=<b>&"x",1:4,2:9+2+1';

  it('are SVG in which every turn has a shape with its meaning', () => {
    elementsOf(scheduleSvg([run('fcfs', names)]));
    elementsOf(schedulePage([run('fcfs', names)]));
    const svg = scheduleSvg([run('rr:quantum=4', '0:24,0:3,0:3')]);
    const elements = elementsOf(svg);
    expect(elements[0]).toMatchObject({ name: 'svg', attributes: { role: 'img' } });
    const titles = [...svg.matchAll(/<title>([^<]*)<\/title>/g)].map(([, title]) => title);
    expect(titles).toContain('hart 0 runs P1: 10 to 30 (20 units of time)');
    expect(titles).toContain('P3 is ready and waits: 0 to 7 (7 units of time)');
    expect(svg).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  });

  it('draw jobs apart by pattern as well as by colour', () => {
    const svg = scheduleSvg([run('fcfs', '0:1,0:1,0:1,0:1,0:1,0:1')]);
    const fills = [...svg.matchAll(/<g>((?:<rect[^>]*class="(?:turn c\d|p\d)"\/>)+)<title>hart/g)].map(
      ([, shapes = '']) => [...shapes.matchAll(/class="([^"]*)"/g)].map(([, fill]) => fill).join(' '),
    );
    expect(new Set(fills).size).toBe(6);
    fills.slice(1).forEach((fill, index) => {
      expect(/p\d/.exec(fill)?.[0]).not.toBe(/p\d/.exec(fills[index] ?? '')?.[0]);
    });
  });

  it('draw any number of turns in bounded space, all of their time', () => {
    const jobs = Array.from({ length: 40 }, () => '0:800').join(',');
    const svg = scheduleSvg([run('rr:quantum=1', jobs)]);
    elementsOf(svg);
    expect(svg.length).toBeLessThan(2_000_000);
    // The hart was always busy: its columns are full.
    expect(svg).toContain('class="c0"');
  });
});

describe('pages', () => {
  it('have a card for each policy, tables, and nothing from elsewhere', () => {
    const jobs = '0:8:name=a,1:4:name=b,2:9+2+1:name=c,0:2:name=d:period=20';
    const results = ['fcfs', 'srtf', 'rr:quantum=2'].map((policy) => run(policy, jobs, 1, true));
    const page = schedulePage(results);
    const elements = elementsOf(page);
    const cards = elements.filter(({ attributes }) => attributes.class === 'card');
    expect(cards).toHaveLength(3);
    expect(elements.filter(({ attributes }) => attributes.class === 'measures')).toHaveLength(3);
    const ids = elements.flatMap(({ attributes }) => (attributes.id === undefined ? [] : [attributes.id]));
    expect(new Set(ids).size).toBe(ids.length);
    // All that is named is there.
    for (const [, id = ''] of page.matchAll(/url\(#([^)]*)\)/g)) expect(ids).toContain(id);
    for (const { attributes } of elements)
      if (attributes.href !== undefined) expect(ids).toContain(attributes.href.slice(1));
    expect(elements.filter(({ name }) => ['link', 'img', 'iframe', 'script'].includes(name))).toEqual([]);
    expect(page).not.toMatch(/https?:|@import/);
    expect(page).toContain('Liu and Layland');
    // What can be scrolled can be reached by keys.
    for (const { attributes } of elements)
      if (attributes.class === 'scroll') expect(attributes).toMatchObject({ tabindex: '0', role: 'region' });
  });

  it('say what was refused, and who was never done', () => {
    const page = schedulePage([run('edf', '0:3:period=4:name=a,0:3:period=4:name=b')]);
    elementsOf(page);
    expect(page).toContain('b was not admitted: ');
  });
});

describe('many turns', () => {
  it('are one where nothing can be seen between them, and say how many they are', () => {
    const spans = Array.from({ length: 100 }, (_, turn) => [
      { activity: 'running' as const, from: turn * 1000, to: turn * 1000 + 999, hart: 0, detail: '' },
      { activity: 'ready' as const, from: turn * 1000 + 999, to: turn * 1000 + 1000, hart: -1, detail: '' },
    ]).flat();
    const lane = { id: 1, name: 'a', process: 1, processName: 'a', spans, marks: [] };
    const wide = joinedTurns(lane, { from: 0, to: 100_000, left: 0, width: 1000 });
    expect(wide.spans).toEqual([
      { activity: 'running', from: 0, to: 99_999, hart: 0, detail: '', turns: 100 },
      spans.at(-1),
    ]);
    // Seen from near, they are apart.
    expect(joinedTurns(lane, { from: 0, to: 10_000, left: 0, width: 1000 })).toBe(lane);
  });

  it('that others have had between them stay apart', () => {
    const spans = [0, 10, 20].map((from) => ({
      activity: 'running' as const,
      from,
      to: from + 5,
      hart: 0,
      detail: '',
    }));
    const lane = { id: 1, name: 'a', process: 1, processName: 'a', spans, marks: [] };
    expect(joinedTurns(lane, { from: 0, to: 1000, left: 0, width: 1000 })).toBe(lane);
  });

  it('have a page of bounded size, with the beginning window by window', () => {
    const jobs = Array.from({ length: 12 }, () => '0:500').join(',');
    const page = schedulePage([run('rr:quantum=1', jobs)]);
    elementsOf(page);
    expect(page.length).toBeLessThan(5_000_000);
    expect(page.match(/<figcaption>/g)).toHaveLength(8);
    expect(page).toContain('What comes after 3,200 has too many turns');
  });
});
