/** Small address spaces: a switch between them and a large one keeps the translation caches. */
import type { Demonstration, Findings } from './demonstration.ts';
import { measureRound, type RoundMeasure, rounded } from './per-round.ts';

const WITH = 'l4';
const WITHOUT = 'l4:without=smallSpaces';
const ROUNDS = 100;
/** Pages that /demos/many-pages touches between two calls: 64 of data, 32 of code. */
const LIVE_PAGES = 96;

function translationCycles({ figures: { primitives }, priceOf }: RoundMeasure): number {
  const refills = primitives.tlbMiss * priceOf('tlbMiss') + primitives.walkStep * priceOf('walkStep');
  return rounded(refills);
}

function row(measure: RoundMeasure): (string | number)[] {
  const { structure, cycles, primitives } = measure.figures;
  return [
    structure,
    rounded(primitives.tlbMiss),
    translationCycles(measure),
    rounded(primitives.addressSpaceSwitch),
    rounded(primitives.segmentLoad),
    rounded(cycles),
  ];
}

export const smallSpaces: Demonstration = {
  name: 'small-spaces',
  structure: 'l4',
  tagline: 'what a flush of the translation caches costs, and small spaces that need none',
  lookAt: [
    'A program keeps 64 pages of data and 32 of code live, as many as a Pentium caches translations of, and calls.',
    'Without small spaces, each way into the server loses them all, and the program pays for each page again.',
    'With them, segment registers are loaded instead, and nothing is lost.',
  ],
  async run(laboratory, { seed, profile }): Promise<Findings> {
    const measure = (structure: string) =>
      measureRound(laboratory, { structure, profile, seed }, ROUNDS, (count) => [
        '/demos/many-pages',
        String(count),
      ]);
    const [kept, lost] = [await measure(WITH), await measure(WITHOUT)];
    const refills = lost.figures.primitives.tlbMiss - kept.figures.primitives.tlbMiss;
    return {
      happened: [
        `A round is one system call and ${LIVE_PAGES} pages touched; its two switches (to the server and back) lost ${rounded(refills)} translations without small spaces.`,
        'Refills are charged to pages that programs use; servers’ own work is on physical memory and takes no entries, so that the second flush finds nothing to lose.',
      ],
      tables: [
        {
          title: `for each round, on ${profile}`,
          columns: [
            'structure',
            'TLB misses',
            'cycles of refills',
            'space switches',
            'segment loads',
            'cycles',
          ],
          rows: [row(kept), row(lost)],
        },
      ],
      claims: [
        { text: 'with small spaces no translation is lost', holds: kept.figures.primitives.tlbMiss === 0 },
        {
          text: `without them all ${LIVE_PAGES} are, in each round`,
          holds: lost.figures.primitives.tlbMiss === LIVE_PAGES,
        },
      ],
    };
  },
};
