// What a message costs: the primitives of one round are those of the listed steps, and nothing else is paid for.
import { describe, expect, it } from 'vitest';
import type { PrimitiveName } from '../../src/contracts/accounting.ts';
import { pageTable } from '../support/pages.ts';
import { run } from './support.ts';

const ROUNDS = 20;
type Counts = Partial<Record<PrimitiveName, number>>;

/** What one round adds: primitives that happened, cycles, and crossings. */
async function perRound(structure: string, program: string, ...more: string[]) {
  const reportOfRounds = async (rounds: number) =>
    (
      await run(structure, [program, String(rounds), ...more], {
        profile: 'pentium-133',
        modelTranslation: true,
      })
    ).report;
  const [few, many] = [await reportOfRounds(ROUNDS), await reportOfRounds(2 * ROUNDS)];
  const counts: Counts = {};
  let priced = 0;
  for (const [name, { count, price }] of Object.entries(many.primitives)) {
    const each = (count - few.primitives[name as PrimitiveName].count) / ROUNDS;
    if (each !== 0) counts[name as PrimitiveName] = each;
    priced += each * price;
  }
  return { counts, cycles: (many.cycles - few.cycles) / ROUNDS, priced };
}

const small = perRound('l4', '/native/l4-ping-pong', 'small');

const PENTIUM = { trapEntry: 71, trapReturn: 36 };

/** Primitives of a round that cost something, as a column of the table in docs/native-interfaces.md has them. */
function documented(column: number): { counts: Counts; cycles: number } {
  const counts: Counts = {};
  let cycles = Number.NaN;
  for (const [name, cells] of pageTable('native-interfaces', 'primitive')) {
    const count = Number(cells[column]);
    if (name === 'cycles') cycles = count;
    else if (count !== 0) counts[name as PrimitiveName] = count;
  }
  return { counts, cycles };
}

/** What costs nothing on this machine is not in the table. */
function paid({ tlbFlush, walkStep, ...others }: Counts): Counts {
  return others;
}

describe('on a Pentium', () => {
  it('L4 goes into the kernel and back within the figures of L3', async () => {
    const { counts, cycles, priced } = await perRound('l4', '/native/l4-myself');
    expect({ counts, cycles }).toEqual(documented(1));
    expect(counts).toEqual({
      instruction: 5,
      trapEntry: 1,
      trapReturn: 1,
      registerSaved: 4,
      registerRestored: 4,
      recordRead: 2,
    });
    expect(cycles).toBe(priced);
    expect(cycles).toBeGreaterThanOrEqual(PENTIUM.trapEntry + PENTIUM.trapReturn);
    expect(cycles).toBeLessThanOrEqual(130);
  });

  it('a call and its reply are two short paths: nothing is copied, queued or scheduled', async () => {
    const { counts, cycles, priced } = await small;
    expect({ counts, cycles }).toEqual(documented(2));
    expect(counts).toMatchObject({
      trapEntry: 2,
      trapReturn: 2,
      registerSaved: 8,
      registerRestored: 8,
      segmentLoad: 2,
    });
    for (const absent of [
      'wordCopied',
      'messageQueued',
      'schedulerPass',
      'tlbMiss',
      'addressSpaceSwitch',
    ] as const)
      expect(counts[absent]).toBeUndefined();
    expect(cycles).toBe(priced);
  });

  it('large spaces pay for the switch and its refills, and nothing else is different', async () => {
    const large = await perRound('l4', '/native/l4-ping-pong');
    expect(large.counts.addressSpaceSwitch).toBe(2);
    expect(large.counts.tlbMiss).toBeGreaterThan(0);
    const { segmentLoad, ...restOfSmall } = (await small).counts;
    const { addressSpaceSwitch, tlbMiss, walkStep, tlbFlush, ...restOfLarge } = large.counts;
    expect(restOfLarge).toEqual(restOfSmall);
  });

  it('Mach copies twice, queues and asks the scheduler, and costs several times as much', async () => {
    const mach = await perRound('microkernel', '/native/mach-ping-pong');
    expect({ counts: paid(mach.counts), cycles: mach.cycles }).toEqual(documented(3));
    expect(mach.counts).toMatchObject({ trapEntry: 2, trapReturn: 2, messageQueued: 2, schedulerPass: 4 });
    // 32 bytes, in and out, both ways.
    expect(mach.counts.wordCopied).toBe(16);
    expect(mach.cycles).toBe(mach.priced);
    expect(mach.cycles).toBeGreaterThan(2.5 * (await small).cycles);
  });
});
