/**
 * The architectural TLB against the plainest model of it: same translations, same misses, steps, flushes, whatever the
 * engine holds or forgets; and state in memory alone, so that a copy of the memory goes on as the original does.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRIMITIVE_NAMES, type PrimitiveName } from '../../../src/contracts/accounting.ts';
import { type AccessKind, TranslationKind } from '../../../src/contracts/machine.ts';
import { type CacheShapes, translationStateSize } from '../../../src/machine/translation/hart-state.ts';
import { Translation } from '../../../src/machine/translation/translation.ts';
import { StandInEngine } from './stand-in-engine.ts';
import { HandTables, leafEntry } from './tables.ts';

const FRAMES = 128;
const BASE = 65536;
const STATE = 4096;
const PAGES = 24;
const SPACES = 3;
const HARTS = 2;

const page = fc.nat(PAGES - 1);
const space = fc.nat(SPACES - 1);
const access = fc.constantFrom<AccessKind>(0, 0, 1, 1, 2);
const events = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ do: fc.constant('access' as const), page, access }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('kernel' as const), space, page, access }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('use' as const), space }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('hart' as const), hart: fc.nat(HARTS - 1) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('set' as const),
        space,
        page,
        letters: fc.constantFrom('', 'vru', 'vrwu', 'vrxu', 'vrwxu', 'vrwuad'),
        frame: fc.integer({ min: 64, max: 127 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), space }) },
  ),
  { minLength: 30, maxLength: 300 },
);
type Event = typeof events extends fc.Arbitrary<(infer E)[]> ? E : never;

/** Pages of the test are far apart by threes, so that sets and tables are mixed. */
const pageNumber = (index: number): number => (index % 3) * 2 ** 27 + 509 + index;

interface Line {
  page: number;
  tag: number;
  letters: string;
  frame: number;
}

/** A TLB as lists: per set the lines in their ways, and whose turn it is. */
class ModelCache {
  readonly #sets: { ways: (Line | undefined)[]; turn: number }[];
  constructor(entries: number, ways: number) {
    this.#sets = Array.from({ length: entries / ways }, () => ({
      ways: new Array(ways).fill(undefined),
      turn: 0,
    }));
  }
  #set(at: number) {
    return this.#sets[at % this.#sets.length] as { ways: (Line | undefined)[]; turn: number };
  }
  find(at: number, tag: number): Line | undefined {
    return this.#set(at).ways.find((line) => line?.page === at && line.tag === tag);
  }
  put(line: Line): void {
    const set = this.#set(line.page);
    const free = set.ways.indexOf(undefined);
    if (free >= 0) set.ways[free] = line;
    else {
      set.ways[set.turn] = line;
      set.turn = (set.turn + 1) % set.ways.length;
    }
  }
  drop(test: (line: Line) => boolean): number {
    let dropped = 0;
    for (const set of this.#sets)
      for (const [way, line] of set.ways.entries())
        if (line && test(line)) {
          set.ways[way] = undefined;
          dropped += 1;
        }
    return dropped;
  }
}

type Counts = Partial<Record<PrimitiveName, number>>;

class Model {
  readonly counts: Counts = {};
  readonly #tables = Array.from(
    { length: SPACES },
    () => new Map<number, { frame: number; letters: string }>(),
  );
  readonly #caches: { instruction: ModelCache; data: ModelCache }[];
  readonly #tagged: boolean;
  #hart = 0;
  readonly #space = new Array<number>(HARTS).fill(-1);

  constructor(shapes: CacheShapes) {
    this.#tagged = shapes.taggedTranslation;
    this.#caches = Array.from({ length: HARTS }, () => ({
      instruction: new ModelCache(shapes.instructionCache.entries, shapes.instructionCache.ways),
      data: new ModelCache(shapes.dataCache.entries, shapes.dataCache.ways),
    }));
  }

  #count(name: PrimitiveName, count: number): void {
    if (count > 0) this.counts[name] = (this.counts[name] ?? 0) + count;
  }

  get space(): number {
    return this.#space[this.#hart] as number;
  }

  hart(hart: number): void {
    this.#hart = hart;
  }

  use(next: number): void {
    this.#count('addressSpaceSwitch', 1);
    const caches = this.#caches[this.#hart] as { instruction: ModelCache; data: ModelCache };
    if (!this.#tagged)
      this.#count('tlbFlush', caches.instruction.drop(() => true) + caches.data.drop(() => true));
    this.#space[this.#hart] = next;
  }

  set(of: number, at: number, frame: number, letters: string): void {
    if (letters === '') this.#tables[of]?.delete(at);
    else this.#tables[of]?.set(at, { frame, letters });
    this.forget((line) => line.tag === of && line.page === pageNumber(at));
  }

  forget(test: (line: Line) => boolean): void {
    for (const { instruction, data } of this.#caches)
      this.#count('tlbFlush', instruction.drop(test) + data.drop(test));
  }

  /** The frame, or -1. */
  access(of: number, at: number, kind: AccessKind): number {
    const caches = this.#caches[this.#hart] as { instruction: ModelCache; data: ModelCache };
    const cache = kind === 2 ? caches.instruction : caches.data;
    const held = cache.find(pageNumber(at), of);
    if (held && allowed(held.letters, kind)) return held.frame;
    this.#count('tlbMiss', 1);
    // Every page of the test has its tables, so that each walk reads all four entries.
    this.#count('walkStep', 4);
    const entry = this.#tables[of]?.get(at);
    const letter = 'rwx'[kind] as string;
    if (!entry?.letters.includes(letter)) return -1;
    if (kind === 1 && !entry.letters.includes('d')) entry.letters += 'd';
    const line = { page: pageNumber(at), tag: of, letters: entry.letters, frame: entry.frame };
    if (held) Object.assign(held, line);
    else if (this.#tagged || of === this.space) cache.put(line);
    return entry.frame;
  }
}

function allowed(letters: string, kind: AccessKind): boolean {
  if (kind === 1) return letters.includes('w') && letters.includes('d');
  return letters.includes(kind === 2 ? 'x' : 'r');
}

class Machine {
  readonly u32 = new Uint32Array(FRAMES * 1024);
  readonly counts: Counts = {};
  readonly engine = new StandInEngine();
  readonly roots: readonly number[];
  readonly tables = new HandTables(this.u32, 8);
  translation: Translation;
  readonly #shapes: CacheShapes;

  constructor(shapes: CacheShapes) {
    this.#shapes = shapes;
    this.roots = Array.from({ length: SPACES }, () => this.tables.makeRoot());
    for (const root of this.roots) for (let at = 0; at < PAGES; at++) this.tables.place(root, pageNumber(at));
    this.translation = this.#make();
  }

  #make(): Translation {
    const charge = (primitive: number, count: number): void => {
      const name = PRIMITIVE_NAMES[primitive] as PrimitiveName;
      this.counts[name] = (this.counts[name] ?? 0) + count;
    };
    return new Translation({
      u32: this.u32,
      size: FRAMES * 4096,
      base: BASE,
      state: STATE,
      harts: HARTS,
      charges: { charge, clock: 0 },
      engine: this.engine,
      shapes: this.#shapes,
    });
  }

  /** As after a snapshot: only the memory is left. */
  rebuild(): void {
    this.translation = this.#make();
  }
}

function play(event: Event, machine: Machine, model: Model): void {
  const { translation, engine, tables, roots } = machine;
  const root = (of: number): number => roots[of] as number;
  switch (event.do) {
    case 'access': {
      if (model.space < 0) return;
      const offset = engine.locate(translation, pageNumber(event.page) * 4096, event.access);
      const frame = model.access(model.space, event.page, event.access);
      expect(offset < 0 ? -1 : (offset - BASE) / 4096).toBe(frame);
      break;
    }
    case 'kernel': {
      const address = pageNumber(event.page) * 4096 + 8;
      const physical = translation.translate(root(event.space), event.space + 1, address, event.access);
      const frame = model.access(event.space, event.page, event.access);
      expect(physical < 0 ? -1 : (physical - 8) / 4096).toBe(frame);
      break;
    }
    case 'use':
      translation.useSpace(TranslationKind.pageTable, root(event.space), event.space + 1);
      model.use(event.space);
      break;
    case 'hart':
      translation.activate(event.hart);
      model.hart(event.hart);
      break;
    case 'set':
      tables.set(
        root(event.space),
        pageNumber(event.page),
        (event.letters && leafEntry(event.frame, event.letters)) || 0,
      );
      translation.forgetPage(root(event.space), event.space + 1, pageNumber(event.page) * 4096);
      model.set(event.space, event.page, event.frame, event.letters);
      break;
    case 'forget':
      translation.forgetSpace(root(event.space), event.space + 1);
      model.forget((line) => line.tag === event.space);
  }
}

/** Entries in use once every page was looked up. */
function filled({ entries, ways }: { entries: number; ways: number }): number {
  const pages = new Array<number>(entries / ways).fill(0);
  for (let at = 0; at < PAGES; at++) (pages[pageNumber(at) % pages.length] as number) += 1;
  return pages.reduce((sum, count) => sum + Math.min(count, ways), 0);
}

/** Most pages are mapped, and a space is in force on each hart. */
const BEGINNING: readonly Event[] = [
  ...Array.from({ length: SPACES * PAGES }, (_, at): Event => {
    const letters = at % 5 === 0 ? '' : 'vrwxu';
    return { do: 'set', space: at % SPACES, page: Math.floor(at / SPACES), letters, frame: 64 + (at % 64) };
  }),
  { do: 'use', space: 0 },
  { do: 'hart', hart: 1 },
  { do: 'use', space: 1 },
];

const source = 'test';
const shape = (entries: number, ways: number) => ({ entries, ways, source });

describe.each([
  { name: 'tagged, two ways', instruction: shape(4, 2), data: shape(8, 2), tagged: true },
  { name: 'tagged, direct mapped', instruction: shape(4, 1), data: shape(4, 1), tagged: true },
  { name: 'untagged, fully associative', instruction: shape(4, 4), data: shape(6, 6), tagged: false },
  { name: 'untagged, three sets', instruction: shape(3, 1), data: shape(6, 2), tagged: false },
])('a TLB: $name', ({ instruction, data, tagged }) => {
  it('gives what the model gives and charges what the model charges', () => {
    const shapes = { instructionCache: instruction, dataCache: data, taggedTranslation: tagged };
    fc.assert(
      fc.property(events, fc.array(fc.nat(80), { minLength: 1, maxLength: 100 }), (history, disturbances) => {
        const machine = new Machine(shapes);
        const model = new Model(shapes);
        for (const event of BEGINNING) play(event, machine, model);
        for (const [index, event] of history.entries()) {
          play(event, machine, model);
          const disturbance = disturbances[index % disturbances.length];
          if (disturbance === 0) machine.translation.dropEngineCaches();
          if (disturbance === 1) machine.rebuild();
        }
        expect(machine.counts).toEqual(model.counts);
      }),
      { numRuns: 200 },
    );
  });

  it('fits the memory that it says it takes', () => {
    const shapes = { instructionCache: instruction, dataCache: data, taggedTranslation: tagged };
    const machine = new Machine(shapes);
    machine.u32.fill(0xffff_ffff, STATE / 4 + (HARTS * translationStateSize(shapes)) / 4, 8 * 1024);
    const before = machine.u32.slice(STATE / 4 + (HARTS * translationStateSize(shapes)) / 4, 8 * 1024);
    for (let hart = 0; hart < HARTS; hart++) {
      machine.translation.activate(hart);
      machine.translation.useSpace(TranslationKind.pageTable, machine.roots[0] as number, 1);
      for (let at = 0; at < PAGES; at++) {
        machine.tables.set(machine.roots[0] as number, pageNumber(at), leafEntry(64 + at, 'vrwxu'));
        machine.engine.locate(machine.translation, pageNumber(at) * 4096, 0);
        machine.engine.locate(machine.translation, pageNumber(at) * 4096, 2);
      }
    }
    expect(machine.u32.slice(STATE / 4 + (HARTS * translationStateSize(shapes)) / 4, 8 * 1024)).toEqual(
      before,
    );
    for (let hart = 0; hart < HARTS; hart++)
      expect([...machine.translation.entries(hart)].length).toBe(filled(instruction) + filled(data));
  });
});
