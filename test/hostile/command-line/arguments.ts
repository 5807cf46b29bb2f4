/** Command lines that nobody means: known commands and options with values that are wild. All follow from a seed. */
import { oneOf, type Random, randomFrom } from '../support/random.ts';

/** Files of a folder made for them: what is no directory, no archive, no disk, and a place that can be written. */
export interface Places {
  readonly text: string;
  readonly folder: string;
  readonly missing: string;
}

/** Values that no option takes, or that options take each in its own way. */
function wildValues({ text, folder, missing }: Places): readonly string[] {
  const numbers = ['-1', '0', '1e9', 'NaN', 'Infinity', '0x10', '1.5', '9'.repeat(40), '00', ' 1', '1 '];
  const words = [
    '',
    ' ',
    'x',
    '=',
    'a=',
    '=b',
    ':',
    '::',
    '@',
    ',',
    ',,',
    '*',
    '%s',
    '--',
    '__proto__',
    'constructor',
  ];
  const strange = ['\u0000', 'a\nb', '\u001b[2J', '\u202e', 'x'.repeat(3000), '\ud800'];
  const sizes = ['8', '7M', '4096G', '-8M', 'M', '8MM', '1T'];
  const structures = [
    'l4:',
    'l4:without',
    'l4:without=',
    'l4:without=nothing',
    'hybrid:x=y',
    'dos:x',
    ':',
    'monolithic:',
  ];
  const faults = [
    'files',
    'files:crash',
    'files:crash@',
    'files:crash@0',
    'files:x@1',
    'x:crash@1',
    'files:crash@1e3',
  ];
  const paths = [
    text,
    folder,
    missing,
    `${folder}:/`,
    `${text}:/x`,
    `${missing}:/x`,
    `${folder}:x`,
    `${text}:ro@/x`,
    `${folder}:ro`,
  ];
  return [...numbers, ...words, ...strange, ...sizes, ...structures, ...faults, ...paths];
}

const RUN_OPTIONS = [
  '--root',
  '--mount',
  '--disk',
  '--disk-model',
  '--cache-policy',
  '--cache-blocks',
  '--env',
  '--cwd',
  '--user',
  '--structure',
  '--profile',
  '--tlb',
  '--harts',
  '--memory',
  '--seed',
  '--epoch',
  '--pace',
  '--engine',
  '--fault',
  '--max-instructions',
  '--max-processes',
  '--max-files',
  '--strace-to',
  '--price',
  '--snapshot-at',
  '--snapshot',
  '--panic-snapshot',
  '--stats-json',
  '--strace',
  '--stats',
];

/** By command: its options, and what stands behind them. What is long when it succeeds is given what cannot. */
const COMMANDS: readonly (readonly [
  words: readonly string[],
  options: readonly string[],
  behind: readonly string[],
])[] = [
  [['run'], [...RUN_OPTIONS, '--timeline'], ['true']],
  [['run'], [...RUN_OPTIONS, '--timeline'], ['true']],
  [['compare'], [...RUN_OPTIONS, '--structures', '--html', '--json'], ['--structures', 'monolithic', 'true']],
  [
    ['inspect'],
    [...RUN_OPTIONS, '--at', '--at-cycle', '--process', '--part', '--json'],
    ['no-such-snapshot'],
  ],
  [['resume'], ['--max-instructions', '--stats', '--stats-json', '--panic-snapshot'], ['no-such-snapshot']],
  [['structures'], ['--json'], ['no-such-structure']],
  [['demo'], ['--seed', '--profile', '--json'], ['no-such-demonstration']],
  [
    ['root', 'debian'],
    ['--packages', '--suite', '--output', '-o'],
    ['--packages', '-x', '--output', ''],
  ],
  [['syscalls'], ['--json'], ['too-many']],
  [['profiles'], ['--json'], ['no-such-profile']],
  [['no-such-command'], ['--json'], []],
];

export function hostileArguments(seed: number, number: number, places: Places): readonly string[] {
  const random: Random = randomFrom(seed * 1_000_003 + number);
  const [words, options, behind] = oneOf(random, COMMANDS);
  const wild = wildValues(places);
  const given: string[] = [];
  for (let count = random(3); count >= 0; count--) {
    given.push(random(12) === 0 ? `--${oneOf(random, wild)}` : oneOf(random, options));
    if (random(8) !== 0) given.push(oneOf(random, wild));
  }
  return [...words, ...given, ...behind];
}
