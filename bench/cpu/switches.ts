/** What leaves translated code: a null system call, and a byte that two processes hand to and fro through pipes. */
import { join } from 'node:path';
import { type Contender, inTurn } from '../measure.ts';
import type { Benchmark, Row, Setting } from '../setting.ts';
import { native, ours, underQemu } from './contenders.ts';

interface Crossing {
  readonly name: string;
  /** Below programs/ and programs/prebuilt/. */
  readonly folder: string;
  readonly program: string;
  readonly count: number;
  /** Of a call, or of a round of two switches. */
  readonly unit: 'us a call' | 'us a switch';
  readonly each: number;
}

const CROSSINGS: readonly Crossing[] = [
  { name: 'null call', folder: 'demos', program: 'null-call', count: 300_000, unit: 'us a call', each: 1 },
  {
    name: 'byte exchange',
    folder: 'kernels',
    program: 'exchange',
    count: 20_000,
    unit: 'us a switch',
    each: 2,
  },
];

function contenders(setting: Setting, { folder, program }: Crossing, count: number): Contender[] {
  const place = join(setting.programs, '..', folder);
  const [translated] = ours(setting, [`/here/${program}`, String(count)], ['--mount', `${place}:/here:ro`]);
  const interpreted = [
    ...setting.ours,
    'run',
    '--no-kept',
    '--mount',
    `${place}:/here:ro`,
    '--engine',
    'interpreter',
    '--',
  ];
  return [
    ...(translated === undefined ? [] : [translated]),
    { name: 'polykernel, interpreter', command: [...interpreted, `/here/${program}`, String(count)] },
    ...underQemu([join(place, program), String(count)]),
    ...native(setting, `${folder}/${program}.c`, [String(count)]),
  ];
}

/** Microseconds of one, start-up taken off. */
function measure(setting: Setting, crossing: Crossing): Row[] {
  const count = Math.round(crossing.count * setting.scale) + 100;
  const work = contenders(setting, crossing, count);
  const all = inTurn([...work, ...contenders(setting, crossing, 1)], setting.rounds);
  const each = work.map((_one, index) => {
    const [many, once] = [all[index]?.[setting.time] ?? 0, all[work.length + index]?.[setting.time] ?? 0];
    return (Math.max(1e-6, many - once) * 1e6) / (count * crossing.each);
  });
  return work.map(({ name }, index) => ({
    benchmark: crossing.name,
    contender: name,
    figure: each[index] as number,
    unit: crossing.unit,
    ...(index === 0 ? {} : { ratio: (each[0] as number) / (each[index] as number) }),
  }));
}

export const SWITCHES: Benchmark = {
  name: 'cpu-switches',
  about: 'a null system call from translated code; a byte through pipes between two processes',
  run: async (setting) => CROSSINGS.flatMap((crossing) => measure(setting, crossing)),
};
