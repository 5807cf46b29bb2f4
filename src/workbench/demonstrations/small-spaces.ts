/** Small address spaces: a switch between them and a large one keeps the translation caches. */
import type { Demonstration, Findings } from './demonstration.ts';
import { measureRound, type RoundMeasure, rounded } from './per-round.ts';

const WITH = 'l4';
const WITHOUT = 'l4:without=smallSpaces';
const ROUNDS = 100;
/** Pages that /demos/many-pages touches between two calls: of code, and of data: all that a Pentium holds, and room left. */
const CODE_PAGES = 32;
const ALL_DATA_PAGES = 64;
const SOME_DATA_PAGES = 48;

function translationCycles({ figures: { primitives }, priceOf }: RoundMeasure): number {
  const refills = primitives.tlbMiss * priceOf('tlbMiss') + primitives.walkStep * priceOf('walkStep');
  return rounded(refills);
}

function row(pages: number, measure: RoundMeasure): (string | number)[] {
  const { structure, cycles, primitives } = measure.figures;
  return [
    structure,
    CODE_PAGES + pages,
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
    'Without small spaces, each way into the server loses them all, and the program pays for each page again; so do server and kernel for theirs.',
    'With them nothing is flushed: what is missed then made room for the server’s own pages, and nothing is where there is room for both.',
  ],
  async run(laboratory, { seed, profile }): Promise<Findings> {
    const measure = (structure: string, pages: number) =>
      measureRound(laboratory, { structure, profile, seed }, ROUNDS, (count) => [
        '/demos/many-pages',
        String(count),
        String(pages),
      ]);
    const [kept, lost] = [await measure(WITH, ALL_DATA_PAGES), await measure(WITHOUT, ALL_DATA_PAGES)];
    const [roomy, tight] = [await measure(WITH, SOME_DATA_PAGES), await measure(WITHOUT, SOME_DATA_PAGES)];
    const all = CODE_PAGES + ALL_DATA_PAGES;
    const others = lost.figures.primitives.tlbMiss - all;
    return {
      happened: [
        `A round is one system call and ${all} pages touched. Without small spaces its two switches (to the server and back) lost ${rounded(others + all)} translations: ${all} of the program, ${rounded(others)} of server and kernel.`,
      ],
      tables: [
        {
          title: `for each round, on ${profile}`,
          columns: [
            'structure',
            'pages',
            'TLB misses',
            'cycles of refills',
            'space switches',
            'segment loads',
            'cycles',
          ],
          rows: [
            row(ALL_DATA_PAGES, kept),
            row(ALL_DATA_PAGES, lost),
            row(SOME_DATA_PAGES, roomy),
            row(SOME_DATA_PAGES, tight),
          ],
        },
      ],
      claims: [
        {
          text: 'with small spaces nothing is flushed',
          holds: [kept, roomy].every(({ figures }) => figures.primitives.tlbFlush === 0),
        },
        {
          text: 'with small spaces nothing is missed where the server’s pages have room beside the program’s',
          holds: roomy.figures.primitives.tlbMiss === 0,
        },
        {
          text: `without them all ${all} of the program’s translations are lost, in each round`,
          holds: lost.figures.primitives.tlbMiss >= all,
        },
      ],
    };
  },
};
