/** Archives of strange entries, the same for the same seed and number: some are refused, some are strange trees. */
import {
  BLOCK,
  directory,
  END,
  extended,
  file,
  type HeaderFields,
  header,
  join,
  longName,
  seal,
} from '../../host/support/tar-builder.ts';
import { oneOf, type Random, randomFrom } from '../support/random.ts';

const NAMES = [
  'a',
  'b',
  'd',
  'd/a',
  'd/e/f',
  'a/b',
  './d//b',
  '/abs',
  'l',
  'd/l',
  'new\nline',
  'caf\u00e9',
  '-rf',
];
const EVIL_NAMES = ['../up', 'd/../../up', '..', '/', '', '.', '\u0001', 'x'.repeat(100), 'd/./.'];
const TARGETS = [
  'l',
  'd/l',
  '../l',
  '/',
  '/etc/passwd',
  '../../../../..',
  'a',
  'b',
  '.',
  '..',
  '',
  'd',
  'a/x',
];
const PAX: readonly Readonly<Record<string, string>>[] = [
  { path: 'pax' },
  { path: '../pax' },
  { path: 'deep/'.repeat(800) },
  { path: 'deep/'.repeat(200_000) },
  { linkpath: '../x' },
  { size: '1' },
  { size: '99999999999999999999' },
  { size: '-1' },
  { mtime: '-99999999999.5' },
  { mtime: '1e9' },
  { uid: '4294967295', gid: '4294967296' },
  { uid: '-1' },
  { 'GNU.sparse.size': '99999999' },
  { 'SCHILY.xattr.user.x': 'y', comment: '' },
];

function nameOf(random: Random): string {
  return random(20) === 0 ? oneOf(random, EVIL_NAMES) : oneOf(random, NAMES);
}

function attributes(random: Random): Partial<HeaderFields> {
  return {
    mode: random(3) === 0 ? random(0o10000) : 0o755,
    user: random(3) === 0 ? random(0o7777777) : 0,
    modified: random(0o7777777777),
  };
}

function special(random: Random): Uint8Array {
  const [deviceMajor, deviceMinor] = [random(2) === 0 ? random(0o7777777) : random(8), random(12)];
  return header({ name: nameOf(random), type: oneOf(random, ['3', '4', '6']), deviceMajor, deviceMinor });
}

function entry(random: Random): Uint8Array {
  const name = nameOf(random);
  const more = attributes(random);
  switch (random(12)) {
    case 0:
    case 1:
      return directory(name);
    case 2:
    case 3:
      return header({ name, type: '2', linkName: oneOf(random, TARGETS), ...more });
    case 4:
      return header({ name, type: '1', linkName: random(2) === 0 ? 'a' : oneOf(random, TARGETS) });
    case 5:
      return special(random);
    case 6:
      return join(extended(oneOf(random, PAX), random(6) === 0 ? 'g' : 'x'), file(name, 'pax'));
    case 7:
      return join(longName(oneOf(random, NAMES), random(2) === 0 ? 'L' : 'K'), file(name, 'long'));
    default:
      return file(name, 'x'.repeat(random(3) === 0 ? random(10_000) : random(30)), more);
  }
}

/** Wrong bytes in the archive: cut off, a field overwritten, with a checksum that fits or not. */
function damage(archive: Uint8Array, random: Random): Uint8Array {
  const copy = archive.slice();
  const start = BLOCK * random(Math.ceil(copy.length / BLOCK));
  switch (random(4)) {
    case 0:
      return copy.subarray(0, random(copy.length));
    case 1:
      copy[random(copy.length)] = random(256);
      return copy;
    default: {
      const place = start + oneOf(random, [0, 100, 108, 124, 124, 136, 156, 257, 329, 345]);
      for (let at = place; at < place + 1 + random(8); at++)
        copy[at] = oneOf(random, [0, 0x2d, 0x37, 0x80, 0xff]);
      copy.set(seal(copy.slice(start, start + BLOCK)), start);
      return copy;
    }
  }
}

export function hostileArchive(seed: number, number: number): Uint8Array {
  const random = randomFrom(Math.imul(seed, 1_000_003) + number);
  const entries = Array.from({ length: 1 + random(5) }, () => entry(random));
  const archive = join(...entries, END);
  return random(5) === 0 ? damage(archive, random) : archive;
}
