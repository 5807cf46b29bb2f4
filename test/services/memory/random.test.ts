/**
 * Long random histories of several address spaces against the plain model: with and without the architectural TLB, on one
 * and two harts, with the engine's caches dropped at random; dropping them must not change a single count.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRIMITIVE_NAMES } from '../../../src/contracts/accounting.ts';
import { PAGE_SIZE } from '../../../src/contracts/units.ts';
import type { CacheShapes } from '../../../src/machine/translation/hart-state.ts';
import { Advice, MapFlag, memory, RemapFlag } from '../../../src/services/memory/interface.ts';
import { Bench } from './bench.ts';
import { ModelSpace, type SharedPage } from './model.ts';

/** Histories play in a window of slots; each slot is a number of pages, the window crosses tables and the 4 GiB line. */
const SLOTS = 12;
const SLOT_PAGES = 70;
const FIRST_PAGE = 2 ** 20 - 5 * SLOT_PAGES;
const FILE_PAGES = 200;
const FIXED = MapFlag.private | MapFlag.anonymous | MapFlag.fixed;

const slot = fc.nat(SLOTS - 1);
const length = fc.integer({ min: 1, max: 4 });
const page = fc.nat(SLOTS * SLOT_PAGES - 1);
const protection = fc.constantFrom(0, 1, 3, 3, 3, 5, 7);
const history = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('map' as const), slot, length, protection }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('file' as const),
        slot,
        length,
        protection,
        offset: fc.nat(FILE_PAGES),
        shared: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('share' as const), slot, length, protection }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('unmap' as const), slot, length }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('protect' as const), slot, length, protection }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), slot, length }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), slot, to: slot }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('grow' as const), slot, pages: fc.nat(SLOT_PAGES) }),
    },
    { weight: 10, arbitrary: fc.record({ do: fc.constant('read' as const), page }) },
    {
      weight: 14,
      arbitrary: fc.record({
        do: fc.constant('write' as const),
        page,
        value: fc.integer({ min: 1, max: 255 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('fill' as const),
        slot,
        value: fc.integer({ min: 1, max: 255 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('peek' as const), page }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('fork' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('switch' as const), to: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('hart' as const), to: fc.nat(1) }) },
  ),
  { minLength: 20, maxLength: 120 },
);
type Event = typeof history extends fc.Arbitrary<(infer E)[]> ? E : never;

interface Program {
  readonly domain: number;
  readonly thread: number;
  readonly space: number;
  readonly model: ModelSpace;
}

class Play {
  readonly bench: Bench;
  readonly file: number;
  readonly filePages: SharedPage[];
  programs: Program[] = [];
  current = 0;
  readonly #harts: number;
  readonly #free: number;

  constructor(shapes: CacheShapes | undefined, harts: number) {
    this.bench = new Bench({ size: 32 * 2 ** 20, harts, ...(shapes && { shapes }) });
    this.#harts = harts;
    this.#warm();
    this.file = this.bench.files.add(
      FILE_PAGES * PAGE_SIZE,
      (offset) => Math.floor(offset / PAGE_SIZE) % 256,
    );
    this.filePages = Array.from({ length: FILE_PAGES }, (_, index) => ({ value: index % 256 }));
    this.#free = this.bench.free;
    const { domain, thread } = this.bench.makeProgram();
    const space = this.bench.call(thread, memory.create, { domain }).value;
    this.programs.push({ domain, thread, space, model: new ModelSpace() });
    for (let hart = 0; hart < harts; hart++) this.hart(hart);
  }

  /** Makes the records that stay for good: the service's root, accounts. */
  #warm(): void {
    const { domain, thread } = this.bench.makeProgram();
    const space = this.bench.call(thread, memory.create, { domain }).value;
    this.bench.call(thread, memory.destroy, { space });
    this.bench.kernel.threads.destroy(thread);
    this.bench.kernel.releaseDomain(domain);
  }

  get program(): Program {
    return this.programs[this.current] as Program;
  }

  hart(hart: number): void {
    this.bench.translation.activate(hart % this.#harts);
    this.bench.use(this.program.space);
  }

  /** Does one thing to the machine and to the model, and compares what comes of it. */
  play(event: Event): void {
    switch (event.do) {
      case 'map':
        this.#map(event, FIXED, 0, 0, () => undefined);
        break;
      case 'file':
        this.#mapFile(event);
        break;
      case 'share':
        this.#map(event, MapFlag.fixed | MapFlag.anonymous | MapFlag.shared, 0, 0, () => ({ value: 0 }));
        break;
      case 'unmap':
        this.#unmap(event);
        break;
      case 'protect':
        this.#protect(event);
        break;
      case 'forget':
        this.#forget(event);
        break;
      case 'move':
        this.#move(event.slot, event.to);
        break;
      case 'grow':
        this.#grow(event.slot, event.pages);
        break;
      case 'read':
        this.#read(event.page);
        break;
      case 'write':
        this.#write(event.page, event.value);
        break;
      case 'fill':
        for (let at = 0; at < SLOT_PAGES; at++) this.#write(event.slot * SLOT_PAGES + at, event.value);
        break;
      case 'peek':
        this.#peek(event.page);
        break;
      case 'fork':
        this.#fork();
        break;
      case 'end':
        this.#end();
        break;
      case 'switch':
        this.current = event.to % this.programs.length;
        this.bench.use(this.program.space);
        break;
      case 'hart':
        this.hart(event.to);
    }
  }

  #mapFile(event: {
    slot: number;
    length: number;
    protection: number;
    offset: number;
    shared: boolean;
  }): void {
    const flags = MapFlag.fixed | (event.shared ? MapFlag.shared : MapFlag.private);
    const behind = (at: number): SharedPage | null => this.filePages[event.offset + at] ?? null;
    this.#map(event, flags, this.file, event.offset, behind);
  }

  #unmap(range: { slot: number; length: number }): void {
    const { space, thread, model } = this.program;
    expect(this.bench.call(thread, memory.unmap, { space, ...rangeOf(range) }).error).toBe(0);
    for (const at of pagesOf(range)) model.unmap(at);
  }

  #forget(range: { slot: number; length: number }): void {
    const { space, thread, model } = this.program;
    this.bench.call(thread, memory.advise, { space, ...rangeOf(range), advice: Advice.doNotNeed });
    for (const at of pagesOf(range)) model.forget(at);
  }

  #map(
    event: { slot: number; length: number; protection: number },
    flags: number,
    file: number,
    offset: number,
    behind: (at: number) => SharedPage | null | undefined,
  ): void {
    const { space, thread, model } = this.program;
    const shared = (flags & MapFlag.typeMask) === MapFlag.shared;
    const request = { space, ...rangeOf(event), protection: event.protection, flags, file, fileRights: 3 };
    const { error } = this.bench.call(thread, memory.map, { ...request, offset: offset * PAGE_SIZE });
    expect(error).toBe(0);
    for (const [index, at] of pagesOf(event).entries())
      model.map(at, event.protection, shared, behind(index));
  }

  #protect(event: { slot: number; length: number; protection: number }): void {
    const { space, thread, model } = this.program;
    const request = { space, ...rangeOf(event), protection: event.protection };
    const { error } = this.bench.call(thread, memory.protect, request);
    let failed = false;
    for (const at of pagesOf(event)) failed ||= !model.protect(at, event.protection);
    expect(error !== 0).toBe(failed);
  }

  /** Moves a slot over another one, when all of it is mapped as one kind of thing. */
  #move(from: number, to: number): void {
    const { space, thread, model } = this.program;
    const source = { slot: from, length: 1 };
    const { address, length: bytes } = rangeOf(source);
    const newAddress = rangeOf({ slot: to, length: 1 }).address;
    const flags = RemapFlag.mayMove | RemapFlag.fixed;
    const lengths = { oldLength: bytes, newLength: bytes };
    const { error } = this.bench.call(thread, memory.remap, {
      space,
      address,
      ...lengths,
      flags,
      newAddress,
    });
    if (error !== 0) {
      // Refused: same place, a hole, or more than one mapping. A refusal may already have unmapped the target, as on Linux.
      if (from !== to) this.#unmap({ slot: to, length: 1 });
      return;
    }
    const targets = pagesOf({ slot: to, length: 1 });
    for (const [index, at] of pagesOf(source).entries()) model.move(at, targets[index] as number);
  }

  /** Lengthens a private slot where it is, if it can. */
  #grow(from: number, more: number): void {
    const { space, thread, model } = this.program;
    const pages = pagesOf({ slot: from, length: 1 });
    const last = pages.at(-1) as number;
    if (!model.isPrivateMemory(last)) return;
    const { address, length: bytes } = rangeOf({ slot: from, length: 1 });
    const newLength = bytes + more * PAGE_SIZE;
    const request = { space, address, oldLength: bytes, newLength, flags: 0, newAddress: 0 };
    const { error } = this.bench.call(thread, memory.remap, request);
    const room = Array.from({ length: more }, (_, at) => last + 1 + at);
    if (error === 0) for (const at of room) model.extend(at, last);
    else expect(isUniform(model, pages) && room.every((at) => !model.isMapped(at))).toBe(false);
  }

  #read(at: number): void {
    const { space, thread, model } = this.program;
    const wanted = model.read(FIRST_PAGE + at);
    same(this.bench.load(thread, space, addressOf(FIRST_PAGE + at)), wanted, 'read', at);
  }

  #write(at: number, value: number): void {
    const { space, thread, model } = this.program;
    const wanted = model.write(FIRST_PAGE + at, value);
    same(this.bench.store(thread, space, addressOf(FIRST_PAGE + at), value), wanted, 'write', at);
  }

  /** Reads as the kernel does for a program. */
  #peek(at: number): void {
    const { bench, program } = this;
    const { space, thread, model } = program;
    const address = addressOf(FIRST_PAGE + at);
    const { value } = bench.call(thread, memory.supply, { space, address, length: 1, access: 0 });
    const wanted = model.read(FIRST_PAGE + at);
    expect(value).toBe(wanted < 0 ? 0 : 1);
    if (wanted >= 0) expect(bench.memory.read8(bench.kernel.locate(space, address, 0))).toBe(wanted);
  }

  #fork(): void {
    if (this.programs.length >= 4) return;
    const { space, thread, model } = this.program;
    const child = this.bench.makeProgram();
    const copy = this.bench.call(thread, memory.fork, { space, domain: child.domain });
    expect(copy.error).toBe(0);
    this.programs.push({ ...child, space: copy.value, model: model.fork() });
  }

  #end(): void {
    if (this.programs.length === 1) return;
    const [ended] = this.programs.splice(this.current, 1);
    this.current = 0;
    this.bench.use(this.program.space);
    this.#destroy(ended as Program);
  }

  #destroy({ space, thread, domain }: Program): void {
    expect(this.bench.call(thread, memory.destroy, { space }).error).toBe(0);
    expect(this.bench.framesOf(domain)).toBe(0);
    this.bench.kernel.threads.destroy(thread);
    this.bench.kernel.releaseDomain(domain);
  }

  /** Reads all that every program sees, ends all of them, and looks for what they leave. */
  finish(): void {
    for (this.current = 0; this.current < this.programs.length; this.current++) {
      this.bench.use(this.program.space);
      for (let at = 0; at < SLOTS * SLOT_PAGES; at++) this.#read(at);
    }
    for (const program of this.programs) this.#destroy(program);
    this.bench.files.release(this.bench.kernel, this.file);
    expect(this.bench.files.files.size).toBe(0);
    // The file's pages were not there yet when frames were counted first.
    expect(this.bench.free).toBe(this.#free);
  }

  counts(): Record<string, number> {
    return Object.fromEntries(PRIMITIVE_NAMES.map((name, index) => [name, this.bench.count(index)]));
  }
}

function rangeOf({ slot: first, length: slots }: { slot: number; length: number }) {
  const end = Math.min(SLOTS, first + slots);
  const address = (FIRST_PAGE + first * SLOT_PAGES) * PAGE_SIZE;
  return { address, length: (end - first) * SLOT_PAGES * PAGE_SIZE };
}

function pagesOf(range: { slot: number; length: number }): number[] {
  const { address, length: bytes } = rangeOf(range);
  return Array.from({ length: bytes / PAGE_SIZE }, (_, at) => address / PAGE_SIZE + at);
}

/** The one byte of a page that histories look at: the same in each, for pages move. */
const addressOf = (at: number): number => at * PAGE_SIZE + 1234;

/** `expect`, a hundred times quicker. */
function same(got: number, wanted: number, what: string, at: number): void {
  if (got !== wanted) throw new Error(`${what} of page ${at} gave ${got}, and the model ${wanted}`);
}

function isUniform(model: ModelSpace, pages: readonly number[]): boolean {
  const [first] = pages;
  return pages.every(
    (at) => model.isPrivateMemory(at) && model.protectionOf(at) === model.protectionOf(first as number),
  );
}

/** Everything that the engine holds must be in a TLB, with the same frame and the right. */
function expectSubset(bench: Bench, harts: number): void {
  const cached = Array.from({ length: harts }, (_, hart) => [...bench.translation.entries(hart)]).flat();
  for (const { page: at, access, offset } of bench.engine.held()) {
    const frame = (offset - bench.memory.base) / PAGE_SIZE;
    const found = cached.some(
      (entry) =>
        entry.page === at &&
        entry.frame === frame &&
        (entry.rights & (1 << access)) !== 0 &&
        (entry.cache === 'instruction') === (access === 2),
    );
    if (!found) throw new Error(`the engine holds page ${at} for access ${access}, and no TLB does`);
  }
}

const source = 'test';
const shapes = (taggedTranslation: boolean): CacheShapes => ({
  instructionCache: { entries: 4, ways: 4, source },
  dataCache: { entries: 16, ways: 4, source },
  taggedTranslation,
});

describe.each([
  { name: 'no TLB', tlb: undefined, harts: 1 },
  { name: 'no TLB, two harts', tlb: undefined, harts: 2 },
  { name: 'tagged TLB, two harts', tlb: shapes(true), harts: 2 },
  { name: 'untagged TLB', tlb: shapes(false), harts: 1 },
])('random histories: $name', ({ tlb, harts }) => {
  it('are what the model says, leave no frame behind, and do not depend on the engine', () => {
    fc.assert(
      fc.property(history, fc.array(fc.nat(7), { minLength: 1, maxLength: 20 }), (events, drops) => {
        const calm = new Play(tlb, harts);
        const rough = new Play(tlb, harts);
        for (const [index, event] of events.entries()) {
          calm.play(event);
          if (drops[index % drops.length] === 0) rough.bench.translation.dropEngineCaches();
          rough.play(event);
          if (tlb) expectSubset(calm.bench, harts);
        }
        calm.finish();
        rough.finish();
        expect(rough.counts()).toEqual(calm.counts());
        expect(rough.bench.kernel.now).toBe(calm.bench.kernel.now);
      }),
      { numRuns: 15 },
    );
  });
});
