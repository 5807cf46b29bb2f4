/** The way of a byte from a disk to a client of a web server, and what it costs under each structure. */
import { PROGRAM, type Structure } from '../../contracts/structure.ts';
import { structureNamed } from '../../structures/index.ts';
import type { Demonstration, DemonstrationSetting, Findings } from './demonstration.ts';
import { emptyImage } from './empty-disk.ts';
import type { Experiment, Laboratory } from './laboratory.ts';
import { measureRound, type RoundFigures, rounded } from './per-round.ts';

const STRUCTURES = ['monolithic', 'l4', 'microkernel'];
const WAYS = ['read', 'sendfile'] as const;
type Way = (typeof WAYS)[number];
const ROUNDS = 8;
const [SMALL, LARGE] = [2048, 4096];
const [BLOCKS, BLOCK_BYTES] = [1024, 1024];
/** Copies of a byte to which the messages about it may come. */
const WORDS = 0.1;
const FILE = '/disk/page';

/** A step of the way: who moves the bytes, and whose memory the others' end is in. */
interface Step {
  readonly what: string;
  readonly mover: string;
  readonly other: string;
}

const FROM_CACHE: Step = { what: 'block cache to the file’s page', mover: 'block', other: 'files' };
const TO_CLIENT: Step = { what: 'receiving socket to the client', mover: 'network', other: PROGRAM };
const STEPS: { readonly [way in Way]: readonly Step[] } = {
  read: [
    FROM_CACHE,
    { what: 'the file’s page to the server’s buffer', mover: 'files', other: PROGRAM },
    { what: 'the server’s buffer to the socket', mover: 'network', other: PROGRAM },
    TO_CLIENT,
  ],
  sendfile: [
    FROM_CACHE,
    { what: 'the file’s page to a buffer of the personality', mover: 'files', other: 'linux' },
    { what: 'that buffer to the socket', mover: 'network', other: 'linux' },
    TO_CLIENT,
  ],
};

/** Copies of each byte in a step: queued messages go into the kernel and out of it again. */
function copiesOf(structure: Structure, { mover, other }: Step): number {
  const there = structure.place(mover);
  const here = other === PROGRAM ? PROGRAM : structure.place(other);
  return here !== there && structure.gate(here, there) === 'ports' ? 2 : 1;
}

interface Measured {
  readonly structure: string;
  readonly way: Way;
  readonly figures: RoundFigures;
  /** Copies of each byte that were counted, and that the steps come to. */
  readonly counted: number;
  readonly listed: number;
}

/** A disk with a file that is longer than all answers together. */
async function filledDisk(laboratory: Laboratory, setting: DemonstrationSetting): Promise<Uint8Array> {
  const disk = emptyImage(BLOCKS, BLOCK_BYTES);
  const command = ['/bin/sh', '-c', `seq 20000 > ${FILE}`];
  await laboratory.run({ ...setting, structure: 'monolithic', command, disk });
  return disk;
}

async function measured(
  laboratory: Laboratory,
  experiment: Omit<Experiment, 'command'>,
  way: Way,
): Promise<Measured> {
  const { structure } = experiment;
  const command = (bytes: number, count: number) => [
    '/demos/web-server',
    way,
    FILE,
    String(bytes),
    String(count),
  ];
  const { figures } = await measureRound(laboratory, experiment, ROUNDS, (count) => command(LARGE, count));
  const copied = async (bytes: number) =>
    (await laboratory.run({ ...experiment, command: command(bytes, ROUNDS) })).report().bytesCopied;
  const counted = ((await copied(LARGE)) - (await copied(SMALL))) / (ROUNDS * (LARGE - SMALL));
  const steps = STEPS[way].map((step) => copiesOf(structureNamed(structure), step));
  return { structure, way, figures, counted, listed: steps.reduce((sum, copies) => sum + copies, 0) };
}

export const webServerPath: Demonstration = {
  name: 'web-server-path',
  structure: 'all',
  tagline: 'how often a byte is copied from a disk to a client, by read and write and by sendfile',
  lookAt: [
    `A web server sends parts of ${LARGE} bytes of a file, that lie on a disk, to a client in another process.`,
    'The disk moves them to the block cache by itself; each step after it is one copy, or two through queued messages.',
    'sendfile spares crossings of the program, and no copy: nothing is mapped instead.',
  ],
  async run(laboratory, setting): Promise<Findings> {
    const rows: Measured[] = [];
    const disk = await filledDisk(laboratory, setting);
    for (const structure of STRUCTURES)
      for (const way of WAYS) rows.push(await measured(laboratory, { ...setting, structure, disk }, way));
    return {
      happened: WAYS.map((way) => `${way}: ${STEPS[way].map(({ what }) => what).join('; ')}.`),
      tables: [
        {
          title: `an answer of ${LARGE} bytes`,
          columns: [
            'structure',
            'by',
            'copies of each byte',
            'by its steps',
            'bytes copied',
            'traps',
            'messages',
            'cycles',
          ],
          rows: rows.map(({ structure, way, figures, counted, listed }) => [
            structure,
            way,
            rounded(counted),
            listed,
            rounded(figures.bytesCopied),
            rounded(figures.primitives.trapEntry),
            rounded(figures.messages),
            rounded(figures.cycles),
          ]),
        },
      ],
      claims: [
        {
          text: 'each byte is copied as often as the steps of its way come to; what is over are the words of the messages themselves',
          holds: rows.every(({ counted, listed }) => counted >= listed && counted - listed < WORDS),
        },
      ],
    };
  },
};
