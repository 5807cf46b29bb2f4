/** Programs made hostile: each is a built-in program with damage of one or more kinds, the same for the same seed and number. */
import { EDGES, oneOf, type Random, randomFrom } from '../support/random.ts';

const HEADER = 64;
const ENTRY_BYTES = 56;
const LOAD = 1;
const INTERPRETER = 3;

interface Victim {
  bytes: Uint8Array;
  view: DataView;
}

type Damage = (victim: Victim, random: Random) => void;

function victimOf(bytes: Uint8Array): Victim {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/** Offsets of the program headers whose type is one of these, or of all. */
function entries({ view }: Victim, type?: number): number[] {
  const found: number[] = [];
  const start = Number(view.getBigUint64(32, true));
  for (let index = 0; index < view.getUint16(56, true); index++) {
    const at = start + index * ENTRY_BYTES;
    if (at + ENTRY_BYTES > view.byteLength) break;
    if (type === undefined || view.getUint32(at, true) === type) found.push(at);
  }
  return found;
}

function edge(random: Random): bigint {
  return (oneOf(random, EDGES) + (random(4) === 0 ? BigInt(random(9) - 4) : 0n)) & 0xffffffff_ffffffffn;
}

/** Offset, address, size in the file, size in memory, alignment of a segment. */
const WIDE_FIELDS = [8, 16, 32, 40, 48];

/** Fields of the header: offset, bytes. */
const HEADER_FIELDS: readonly (readonly [number, number])[] = [
  [0, 1],
  [4, 1],
  [5, 1],
  [6, 1],
  [16, 2],
  [18, 2],
  [20, 4],
  [24, 8],
  [32, 8],
  [48, 4],
  [52, 2],
  [54, 2],
  [56, 2],
];

const headerField: Damage = ({ view, bytes }, random) => {
  const [offset, size] = oneOf(random, HEADER_FIELDS);
  if (size === 8) view.setBigUint64(offset, edge(random), true);
  else for (let at = 0; at < size; at++) bytes[offset + at] = random(256);
};

const segmentField: Damage = (victim, random) => {
  const at = oneOf(random, entries(victim));
  if (at === undefined) return;
  if (random(4) === 0) victim.view.setUint32(at + 4 * random(2), random(16), true);
  else victim.view.setBigUint64(at + oneOf(random, WIDE_FIELDS), edge(random), true);
};

const cutOff: Damage = (victim, random) => {
  const { bytes } = victim;
  const length = random(3) === 0 ? random(HEADER * 6) : random(bytes.length);
  Object.assign(victim, victimOf(bytes.slice(0, length)));
};

/** A second segment over the first. */
const overlap: Damage = (victim, random) => {
  const [first, second] = entries(victim, LOAD);
  if (first === undefined || second === undefined) return;
  const address = victim.view.getBigUint64(first + 16, true) + BigInt(random(3)) * 4096n;
  const offset = victim.view.getBigUint64(second + 8, true);
  victim.view.setBigUint64(second + 16, address + (offset & 4095n), true);
};

/** Addresses that run round the end of the address space, their alignment kept. */
const wrap: Damage = (victim, random) => {
  const at = oneOf(random, entries(victim, LOAD));
  if (at === undefined) return;
  const offset = victim.view.getBigUint64(at + 8, true);
  const top = oneOf(random, [0xffffffff_ffff0000n, 0x7fff_ffff0000n, 0x7fff_fffff000n, 0xffff0000n]);
  victim.view.setBigUint64(at + 16, (top & ~0xfffn) | (offset & 0xfffn), true);
  if (random(2) === 0) victim.view.setBigUint64(at + 40, edge(random), true);
};

/** Much memory, little file. */
const swell: Damage = (victim, random) => {
  const at = oneOf(random, entries(victim, LOAD));
  if (at === undefined) return;
  const size = oneOf(random, [0x10_0000n, 0x1000_0000n, 0x7fff_0000n, 0x1_0000_0000n, 0x3fff_0000_0000n]);
  victim.view.setBigUint64(at + 40, size + BigInt(random(4096)), true);
};

const wildEntry: Damage = ({ view }, random) => {
  const near = view.getBigUint64(24, true) + BigInt(random(0x4000) - 0x2000);
  view.setBigUint64(24, random(2) === 0 ? near & 0xffffffff_ffffffffn : edge(random), true);
};

const INTERPRETERS = [
  '/bin/true',
  '/elf/0',
  '/nowhere',
  '/',
  '/dev/null',
  '/proc/self/exe',
  'bin/cat',
  '',
  '/bin',
];

/** A header that names an interpreter, in place of one that is not loaded; the name is put at the file's end. */
const interpreter: Damage = (victim, random) => {
  const at = entries(victim).find((entry) => victim.view.getUint32(entry, true) !== LOAD);
  if (at === undefined) return;
  const name = new TextEncoder().encode(`${oneOf(random, INTERPRETERS)}${random(4) === 0 ? 'x' : '\0'}`);
  const grown = new Uint8Array(victim.bytes.length + name.length);
  grown.set(victim.bytes);
  grown.set(name, victim.bytes.length);
  Object.assign(victim, victimOf(grown));
  const { view } = victim;
  view.setUint32(at, INTERPRETER, true);
  view.setBigUint64(at + 8, random(6) === 0 ? edge(random) : BigInt(grown.length - name.length), true);
  view.setBigUint64(at + 32, random(6) === 0 ? edge(random) : BigInt(name.length), true);
};

/** Flipped bits anywhere behind the headers: mostly code. */
const flip: Damage = ({ bytes, view }, random) => {
  const start = HEADER + view.getUint16(56, true) * ENTRY_BYTES;
  const flips = 1 + random(24);
  for (let count = 0; count < flips && bytes.length > start; count++) {
    const at = start + random(bytes.length - start);
    bytes[at] = (bytes[at] as number) ^ (1 << random(8));
  }
};

/** Random instructions in a row, where the program begins or elsewhere. */
const garbage: Damage = ({ bytes }, random) => {
  const at = HEADER + random(Math.max(1, bytes.length - HEADER));
  const end = Math.min(bytes.length, at + 4 * (1 + random(64)));
  for (let place = at; place < end; place++) bytes[place] = random(256);
};

const manyHeaders: Damage = ({ view }, random) => {
  view.setUint16(56, oneOf(random, [0, 1, 2, 63, 64, 65, 1000, 0xffff]), true);
};

/** Damage by kind; a kind that stands twice is met twice as often. Whatever follows a damaged header must bear it. */
export const DAMAGE = {
  headerField,
  segmentField,
  cutOff,
  overlap,
  wrap,
  swell,
  wildEntry,
  interpreter,
  flip,
  garbage,
  manyHeaders,
} as const;
export type DamageKind = keyof typeof DAMAGE;

const WEIGHTED: readonly DamageKind[] = [
  ...(Object.keys(DAMAGE) as DamageKind[]),
  ...Array<DamageKind>(5).fill('flip'),
  ...Array<DamageKind>(3).fill('garbage'),
  'wildEntry',
  'swell',
  'segmentField',
];

export interface HostileProgram {
  readonly kinds: readonly DamageKind[];
  readonly bytes: Uint8Array;
}

/** The hostile program of a number. */
export function hostileProgram(
  seed: number,
  number: number,
  originals: readonly Uint8Array[],
): HostileProgram {
  const random = randomFrom(Math.imul(seed, 1_000_003) + number);
  const victim = victimOf(oneOf(random, originals).slice());
  const kinds: DamageKind[] = [];
  for (let count = random(5) === 0 ? 2 : 1; count > 0; count--) {
    const kind = oneOf(random, WEIGHTED);
    if (victim.bytes.length < HEADER) break;
    DAMAGE[kind](victim, random);
    kinds.push(kind);
  }
  return { kinds, bytes: victim.bytes };
}
