// What holds under every structure that can run several processes: the same output, the same run twice, snapshots, a bill
// that adds up; and what tells the structures apart.
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ended, run, runThroughSnapshot } from './support.ts';

const STRUCTURES = ['monolithic', 'microkernel', 'l4', 'hybrid', 'hybrid:outside=pipes,memory'];
const ends: Record<string, Ended> = {};

beforeAll(async () => {
  for (const structure of STRUCTURES) ends[structure] = await run({ structure });
}, 120_000);

const of = (structure: string): Ended => ends[structure] as Ended;

function billOf({ report }: Ended): number {
  return Object.values(report.primitives).reduce((sum, { count, price }) => sum + count * price, 0);
}

describe.each(STRUCTURES)('%s', (structure) => {
  it('gives the output of the monolithic structure', () => {
    expect(of(structure).output).toBe(of('monolithic').output);
    expect(of(structure).output).toContain('300\n299\n298\n');
    expect(of(structure).status).toBe(0);
    expect(of(structure).said).toEqual([]);
  });

  it('gives the same run twice, cut or not', async () => {
    expect(await run({ structure }, [1_000, 17_321, 90_000])).toEqual(of(structure));
  });

  it('goes on from snapshots to the same end', async () => {
    const { instructions } = of(structure).report;
    for (const share of [0.05, 0.3, 0.7])
      expect(await runThroughSnapshot(Math.floor(instructions * share), { structure })).toEqual(
        of(structure),
      );
  });

  it('has a bill that adds up, on one hart and on three', async () => {
    expect(billOf(of(structure))).toBe(of(structure).report.cycles);
    const three = await run({ structure, harts: 3, modelTranslation: true });
    expect(three.output).toBe(of('monolithic').output);
    expect(billOf(three)).toBe(3 * three.report.cycles);
  });
});

describe('what tells structures apart', () => {
  it('is how often and by what gates they are crossed', () => {
    expect(of('monolithic').report.crossings.ipc).toBeUndefined();
    expect(of('hybrid').report.crossings.ipc).toBeGreaterThan(0);
    expect(of('microkernel').report.crossings.ipc).toBeGreaterThan(
      of('hybrid').report.crossings.ipc as number,
    );
  });

  it('is how often bytes are copied: twice by ports, once by rendezvous', () => {
    const { bytesCopied } = of('monolithic').report;
    expect(of('microkernel').report.bytesCopied).toBeGreaterThan(2 * bytesCopied);
    expect(of('l4').report.bytesCopied).toBeLessThan(1.2 * bytesCopied);
  });

  it('is what they cost', () => {
    const cost = (structure: string) => of(structure).report.cycles;
    expect(cost('monolithic')).toBeLessThan(cost('hybrid'));
    expect(cost('hybrid')).toBeLessThan(cost('l4'));
    expect(cost('l4')).toBeLessThan(cost('microkernel'));
  });
});
