/** Snapshots that nobody took: damaged in their bytes, or made up with checksums that fit. All follow from a seed. */
import { checksum } from '../../../src/workbench/checksum.ts';
import {
  encodeSnapshot,
  headerIn,
  pagesIn,
  type SnapshotHeader,
} from '../../../src/workbench/snapshot-format.ts';
import { EDGES, oneOf, type Random, randomFrom } from '../support/random.ts';

type Pages = (readonly [frame: number, page: Uint8Array])[];
type Fields = Record<string, unknown>;

export interface HostileSnapshot {
  readonly what: string;
  readonly bytes: Uint8Array;
  /** What may be wrong with it: `inspect` does not look at the note, and what a kernel does on memory made up is open. */
  readonly part: 'any' | 'note' | 'memory';
}

const WILD: readonly unknown[] = [
  null,
  true,
  false,
  -1,
  0.5,
  1e308,
  '',
  'x',
  '\u0000',
  'a\nb\u001b[2J',
  'x'.repeat(5000),
  '/nonexistent',
  '/nonexistent:/mnt',
  'l4:without=nothing',
  [],
  {},
  [[[]]],
  [null],
  ['x=y'],
  ['/nonexistent:/mnt'],
  { user: -1, group: 'x' },
  { length: 1e9 },
  ...EDGES.map(Number),
];

/** JSON that is deep, long or no object. */
const HEADERS: readonly string[] = [
  '',
  'null',
  '[]',
  '0',
  '"header"',
  '{}',
  '{"__proto__":{"layout":"x"}}',
  '['.repeat(200_000),
  `${'[{"a":'.repeat(50_000)}0${'}]'.repeat(50_000)}`,
];

function changeField(random: Random, fields: Fields): string {
  const name = oneOf(random, Object.keys(fields));
  const value = oneOf(random, WILD);
  const isRemoved = random(6) === 0;
  if (isRemoved) delete fields[name];
  else fields[name] = value;
  return `${name} ${isRemoved ? 'removed' : JSON.stringify(value).slice(0, 40)}`;
}

function changePages(random: Random, pages: Pages): string {
  const at = random(pages.length);
  const [frame, page] = pages[at] as Pages[number];
  switch (random(4)) {
    case 0:
      pages.splice(at, 0, [frame, page]);
      return `frame ${frame} twice`;
    case 1:
      pages[at] = [Number(oneOf(random, EDGES) & 0xffff_ffffn), page];
      return `frame ${frame} elsewhere`;
    case 2:
      pages.reverse();
      return 'frames backwards';
    default:
      pages.splice(at, 1 + random(pages.length));
      return `frames missing from ${frame} on`;
  }
}

/** Words of a page become wild: tables that no kernel has made. */
function changeMemory(random: Random, pages: Pages): string {
  const count = 1 + random(20);
  for (let time = 0; time < count; time++) {
    const at = random(pages.length);
    const [frame, page] = pages[at] as Pages[number];
    const changed = page.slice();
    const word = random(1024) * 4;
    const value = random(2) === 0 ? Number(oneOf(random, EDGES) & 0xffff_ffffn) : random(2 ** 32);
    new DataView(changed.buffer).setUint32(word, value, true);
    pages[at] = [frame, changed];
  }
  return `${count} words of memory`;
}

function withPages(header: unknown, pages: Pages): Uint8Array {
  const frames = pages.map(([frame]) => frame);
  // Frames may come twice, so that pages are taken one after the other.
  let next = 0;
  return encodeSnapshot(header as SnapshotHeader, frames, () => (pages[next++] as Pages[number])[1]);
}

/** By kind of what is made up. */
const PARTS: readonly HostileSnapshot['part'][] = ['any', 'note', 'note', 'note', 'memory', 'memory'];

function madeUp(random: Random, good: Uint8Array): HostileSnapshot {
  const header = structuredClone(headerIn(good)) as unknown as Fields;
  const pages: Pages = [...pagesIn(good, Number.MAX_SAFE_INTEGER)];
  const note = header.note as { options: Fields } & Fields;
  const kinds: readonly (() => string)[] = [
    () => `header ${changeField(random, header)}`,
    () => `note ${changeField(random, note)}`,
    () => `option ${changeField(random, note.options)}`,
    () => `option ${changeField(random, note.options)}`,
    () => changePages(random, pages),
    () => changeMemory(random, pages),
  ];
  const kind = random(kinds.length);
  const what = (kinds[kind] as () => string)();
  return { what, bytes: withPages(header, pages), part: PARTS[kind] ?? 'any' };
}

function damaged(random: Random, good: Uint8Array): HostileSnapshot {
  const bytes = good.slice();
  const near = random(2) === 0 ? Math.min(600, bytes.length) : bytes.length;
  const at = random(near);
  switch (random(5)) {
    case 0:
      return { what: `cut at ${at}`, bytes: bytes.slice(0, at), part: 'any' };
    case 1:
      bytes[at] = (bytes[at] as number) ^ (1 << random(8));
      return { what: `bit of byte ${at}`, bytes, part: 'any' };
    case 2: {
      const length = Number(oneOf(random, EDGES) & 0xffff_ffffn);
      new DataView(bytes.buffer).setUint32(8, length, true);
      return { what: `header of ${length} bytes`, bytes, part: 'any' };
    }
    case 3:
      return {
        what: `a page's bytes gone at ${at}`,
        bytes: joined(bytes.slice(0, at), bytes.slice(at + 4100)),
        part: 'any',
      };
    default: {
      const text = oneOf(random, HEADERS);
      const made = encodeSnapshot({ toJSON: () => ({}) } as unknown as SnapshotHeader, [], () => bytes);
      return { what: `header ${text.slice(0, 20)}`, bytes: withText(made, text), part: 'any' };
    }
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** A snapshot without pages whose header is this text. */
function withText(empty: Uint8Array, text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const head = empty.slice(0, 16);
  const view = new DataView(head.buffer);
  view.setUint32(8, bytes.length, true);
  view.setUint32(12, checksum(bytes), true);
  return joined(joined(head, bytes), new Uint8Array(4));
}

/** The snapshot of a number, of one that is good. */
export function hostileSnapshot(good: Uint8Array, seed: number, number: number): HostileSnapshot {
  const random = randomFrom(seed * 1_000_003 + number);
  return random(2) === 0 ? damaged(random, good) : madeUp(random, good);
}
