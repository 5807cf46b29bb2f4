// What every policy must do, on 1, 2 and 4 harts. A new policy is tested by being in the registry.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLICY_RECORD_BYTES } from '../../src/contracts/scheduler.ts';
import { ENTRY_FIELDS, Entry } from '../../src/schedulers/parts/entry.ts';
import { POLICIES, policyNamed, schedule } from '../../src/workbench/index.ts';
import '../support/property-seed.ts';
import { checkSchedule, checkWorkConserving, job, jobSets } from './sets.ts';

const RUNS = Number(process.env.SCHEDULE_RUNS ?? 6);

/** Other settings that are worth the same checks. */
const VARIANTS: { readonly [name: string]: readonly string[] } = {
  priority: ['preemptive=yes', 'preemptive=yes,quantum=3', 'preemptive=yes,aging=5,wins=high'],
  mlfq: ['levels=4,quanta=1/2/4/8,allotments=2/4/8/16,boost=40'],
  lottery: ['compensation=no,quantum=2'],
  cooperative: ['upto=2,quantum=3'],
  timetable: ['spare=yes,minor=3', 'table=P1*4/P2*2/-*2/P3*3,spare=yes,minor=0'],
  sjf: ['alpha=100,guess=3'],
  edf: ['admission=no'],
  o1: ['millisecond=1'],
};

/** A timetable keeps its slots free for their owners. */
const MAY_IDLE = (policy: string) => policy.startsWith('timetable') && !policy.includes('spare=yes');

const specifications = POLICIES.flatMap(({ name }) => [
  name,
  ...(VARIANTS[name] ?? []).map((settings) => `${name}:${settings}`),
]);

describe.each(specifications)('%s', (specification) => {
  const policy = policyNamed(specification);

  it.each([1, 2, 4])('keeps every job, and the harts busy, with %i harts', (harts) => {
    fc.assert(
      fc.property(jobSets({ io: true, harts }), (jobs) => {
        const result = schedule(jobs, { policy, harts });
        checkSchedule(jobs, result);
        if (!MAY_IDLE(specification)) checkWorkConserving(jobs, result);
      }),
      { numRuns: RUNS },
    );
  });

  it('is the same every time', () => {
    fc.assert(
      fc.property(jobSets({ io: true, harts: 2 }), (jobs) => {
        const once = schedule(jobs, { policy, harts: 2 });
        expect(schedule(jobs, { policy, harts: 2 })).toEqual(once);
      }),
      { numRuns: 3 },
    );
  });

  it('says who is queued', () => {
    const { why } = schedule([job(0, { bursts: [3] }), job(1, { bursts: [2] })], { policy, why: true });
    expect(why[0]?.dump).toMatch(/P1(.|\n)*P2|P2(.|\n)*P1/);
    expect(why[0]?.reason).not.toBe('');
  });
});

describe('the registry', () => {
  it('has every policy by its own name, described', () => {
    for (const { name, title, source, parameters } of POLICIES) {
      expect(policyNamed(name).make).toBeTypeOf('function');
      expect(`${title}${source}`.length).toBeGreaterThan(20);
      for (const { what } of Object.values(parameters)) expect(what).not.toBe('');
    }
    expect(new Set(POLICIES.map(({ name }) => name)).size).toBe(POLICIES.length);
  });

  it('has no entry larger than a task keeps for it, and none that hides what queues need', () => {
    const folder = 'src/schedulers';
    for (const path of readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
      const text = readFileSync(`${folder}/${path}`, 'utf8');
      for (const [, body = ''] of text.matchAll(/ENTRY_FIELDS,([^}]*)\}/g)) {
        const own = [...body.matchAll(/(\w+): '(\w+)'/g)];
        for (const [, field = ''] of own) expect(Object.keys(ENTRY_FIELDS), path).not.toContain(field);
        const bytes = own.reduce((sum, [, , kind]) => sum + (kind === 'integer' ? 8 : 4), Entry.size);
        expect(bytes, path).toBeLessThanOrEqual(POLICY_RECORD_BYTES);
      }
    }
  });
});
