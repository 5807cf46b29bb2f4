/** How often bytes are copied on their way through a pipe or a file, under each structure. */
import type { Demonstration, DemonstrationSetting, Findings } from './demonstration.ts';
import type { Laboratory } from './laboratory.ts';
import { measureRound, type RoundFigures, rounded } from './per-round.ts';

const STRUCTURES = ['dos', 'unikernel', 'monolithic', 'hybrid', 'l4', 'microkernel'];
const ROUTES = ['pipe', 'file'] as const;
const ROUNDS = 8;
const [SMALL, LARGE] = [2048, 4096];
/** Sizes of messages, in bytes; and by how many bytes another is smaller, to see what those alone cost. */
const SIZES = [8, 512, 4096, 65_536];
const STEP = 4;
const BY_SIZE = ['monolithic', 'l4', 'microkernel'];

interface Way {
  readonly structure: string;
  readonly route: (typeof ROUTES)[number];
  readonly figures: RoundFigures;
  /** How often each byte of a message was copied, one write and one read together. */
  readonly perByte: number;
}

async function wayOf(
  laboratory: Laboratory,
  setting: DemonstrationSetting,
  structure: string,
  route: Way['route'],
): Promise<Way> {
  const measure = (bytes: number) =>
    measureRound(laboratory, { ...setting, structure }, ROUNDS, (count) => [
      '/demos/copy-file',
      route,
      String(count),
      String(bytes),
    ]);
  const [small, large] = [await measure(SMALL), await measure(LARGE)];
  const perByte = (large.figures.bytesCopied - small.figures.bytesCopied) / (LARGE - SMALL);
  return { structure, route, figures: large.figures, perByte };
}

/** How often each of the last bytes of a message was copied by its write and its read: whole numbers, at any size. */
async function timesAtSize(
  laboratory: Laboratory,
  setting: DemonstrationSetting,
  structure: string,
  size: number,
): Promise<number> {
  const copied = async (bytes: number): Promise<number> => {
    const command = ['/demos/copy-file', 'file', String(ROUNDS), String(bytes)];
    return (await laboratory.run({ ...setting, structure, command })).report().bytesCopied;
  };
  return ((await copied(size)) - (await copied(size - STEP))) / (ROUNDS * STEP);
}

export const copies: Demonstration = {
  name: 'copies',
  structure: 'all',
  tagline: 'how often a byte is copied on its way through a pipe or a file',
  lookAt: [
    `A program writes messages of ${LARGE} bytes into a pipe or a file and reads them again.`,
    'Where memory can be reached, a write is one copy and a read another, also by rendezvous with its mapping.',
    'Queued messages are copied into the kernel and out of it: two for each.',
  ],
  async run(laboratory, setting): Promise<Findings> {
    const ways: Way[] = [];
    for (const structure of STRUCTURES)
      for (const route of ROUTES) ways.push(await wayOf(laboratory, setting, structure, route));
    const sizes: { readonly structure: string; readonly times: readonly number[] }[] = [];
    for (const structure of BY_SIZE) {
      const times: number[] = [];
      for (const size of SIZES) times.push(await timesAtSize(laboratory, setting, structure, size));
      sizes.push({ structure, times });
    }
    const expected = (structures: readonly string[], times: number) =>
      ways
        .filter(({ structure }) => structures.includes(structure))
        .every(({ perByte }) => perByte === times);
    return {
      happened: [],
      tables: [
        {
          title: `a message of ${LARGE} bytes written and read again`,
          columns: ['structure', 'through a', 'copies of each byte', 'copies', 'bytes copied', 'cycles'],
          rows: ways.map(({ structure, route, figures, perByte }) => [
            structure,
            route,
            rounded(perByte),
            rounded(figures.copies),
            rounded(figures.bytesCopied),
            rounded(figures.cycles),
          ]),
        },
        {
          title: 'copies of each byte written to a file and read again, by the size of the message in bytes',
          columns: ['structure', ...SIZES.map(String)],
          rows: sizes.map(({ structure, times }) => [structure, ...times]),
        },
      ],
      claims: [
        {
          text: 'each byte is copied once by a write and once by a read in one domain, by traps and by rendezvous',
          holds: expected(['dos', 'unikernel', 'monolithic', 'l4'], 2),
        },
        { text: 'by queued messages, twice by each', holds: expected(['microkernel'], 4) },
        {
          text: 'the size of a message makes no difference',
          holds: sizes.every(({ times }) => times.every((each) => each === times[0])),
        },
      ],
    };
  },
};
