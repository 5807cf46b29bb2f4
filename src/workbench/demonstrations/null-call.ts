/** The shortest system call under each structure, and what each mechanism of L4 saves. */
import { PRIMITIVE_NAMES, type PrimitiveName } from '../../contracts/accounting.ts';
import { MECHANISMS, type Mechanism } from '../../contracts/structure.ts';
import type { Demonstration, DemonstrationSetting, FigureTable, Findings } from './demonstration.ts';
import type { Laboratory } from './laboratory.ts';
import { measureNullCall, measureRound, type RoundMeasure, rounded } from './per-round.ts';

const RANKING = ['dos', 'unikernel', 'monolithic', 'l4', 'microkernel'];
const MESSAGES = 32;

/** The primitives that switching a mechanism off may change; nothing else may. */
const CONCERNS: { readonly [name in Mechanism]: readonly PrimitiveName[] } = {
  // A scheduler that switches must keep all registers of the thread that it leaves.
  directSwitch: ['schedulerPass', 'recordRead', 'recordWrite', 'registerSaved', 'registerRestored'],
  registerMessages: ['wordCopied'],
  temporaryMapping: ['wordCopied', 'recordWrite', 'tlbFlush'],
  fastPath: ['registerSaved', 'registerRestored'],
  smallSpaces: ['segmentLoad', 'addressSpaceSwitch', 'tlbMiss', 'walkStep', 'tlbFlush'],
};

interface Change {
  readonly name: PrimitiveName;
  readonly count: number;
  readonly cycles: number;
}

/** What is counted otherwise in one measure than in another. */
function changes(from: RoundMeasure, to: RoundMeasure): Change[] {
  return PRIMITIVE_NAMES.flatMap((name) => {
    const count = rounded(to.figures.primitives[name] - from.figures.primitives[name]);
    return count === 0 ? [] : [{ name, count, cycles: rounded(count * to.priceOf(name)) }];
  });
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}

function steps({ figures, priceOf }: RoundMeasure): string {
  return PRIMITIVE_NAMES.filter((name) => figures.primitives[name] !== 0 && priceOf(name) !== 0)
    .map((name) => `${name} ${rounded(figures.primitives[name])} x ${priceOf(name)}`)
    .join(', ');
}

function rankingTable(ranking: readonly RoundMeasure[], profile: string): FigureTable {
  return {
    title: `cycles for each null call on ${profile}`,
    columns: ['structure', 'cycles', 'of which'],
    rows: ranking.map((measure) => [
      measure.figures.structure,
      rounded(measure.figures.cycles),
      steps(measure),
    ]),
  };
}

interface Saving {
  readonly mechanism: Mechanism;
  readonly work: string;
  readonly changed: readonly Change[];
}

/** Each mechanism of L4 switched off, in a null call and in a message of a page through a pipe. */
async function savings(
  laboratory: Laboratory,
  setting: DemonstrationSetting,
  whole: RoundMeasure,
): Promise<Saving[]> {
  const pipe = (structure: string) =>
    measureRound(laboratory, { ...setting, structure }, MESSAGES, (count) => [
      '/demos/copy-file',
      'pipe',
      String(count),
    ]);
  const wholePipe = await pipe('l4');
  const all: Saving[] = [];
  for (const mechanism of Object.keys(MECHANISMS) as Mechanism[]) {
    const structure = `l4:without=${mechanism}`;
    const call = await measureNullCall(laboratory, { ...setting, structure });
    all.push({ mechanism, work: 'null call', changed: changes(whole, call) });
    if (mechanism === 'temporaryMapping')
      all.push({ mechanism, work: 'page piped', changed: changes(wholePipe, await pipe(structure)) });
  }
  return all;
}

function savingsTable(all: readonly Saving[]): FigureTable {
  return {
    title: 'l4 without one of its mechanisms: what is counted otherwise',
    columns: ['without', 'in a', 'cycles', 'primitives'],
    rows: all.map(({ mechanism, work, changed }) => [
      mechanism,
      work,
      signed(rounded(changed.reduce((sum, { cycles }) => sum + cycles, 0))),
      changed.map(({ name, count }) => `${name} ${signed(count)}`).join(', ') || 'none',
    ]),
  };
}

function isRising(cycles: readonly number[]): boolean {
  const [dos = 0, unikernel = 0] = cycles;
  return (
    dos <= unikernel &&
    cycles.slice(1).every((value, at, rest) => at === 0 || value > (rest[at - 1] as number))
  );
}

export const nullCall: Demonstration = {
  name: 'null-call',
  structure: 'all',
  tagline: 'the shortest system call under each structure, and what each mechanism of L4 saves',
  lookAt: [
    'The order: a call where nothing is crossed, a trap, a synchronous message, a queued message.',
    'The counts behind each figure: every cycle is a primitive that happened, times its price.',
    'L4 with one mechanism switched off: only the primitives of that mechanism change.',
  ],
  async run(laboratory, setting): Promise<Findings> {
    const ranking: RoundMeasure[] = [];
    for (const structure of RANKING)
      ranking.push(await measureNullCall(laboratory, { ...setting, structure }));
    const whole = ranking[RANKING.indexOf('l4')] as RoundMeasure;
    const all = await savings(laboratory, setting, whole);
    return {
      happened: [],
      tables: [rankingTable(ranking, setting.profile), savingsTable(all)],
      claims: [
        {
          text: 'DOS <= unikernel < monolithic < l4 < microkernel',
          holds: isRising(ranking.map(({ figures }) => figures.cycles)),
        },
        {
          text: 'a mechanism that is switched off changes its own primitives and no others',
          holds: all.every(({ mechanism, changed }) =>
            changed.every(({ name }) => CONCERNS[mechanism].includes(name)),
          ),
        },
      ],
    };
  },
};
