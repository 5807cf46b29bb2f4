// Translated code of earlier runs: taken where the same code is, in whatever frames, and never of any consequence but for speed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInLayer, memoryLayer } from '../../../src/host/node/index.ts';
import type { KeptBytes } from '../../../src/machine/kept-bytes.ts';
import { AT_ONCE, type Eagerness } from '../../../src/machine/translator/eagerness.ts';
import { packed, unpacked } from '../../../src/machine/translator/kept-format.ts';
import type { KeptModule } from '../../../src/machine/translator/kept-modules.ts';
import { paddedInteger } from '../../../src/machine/wasm/byte-writer.ts';
import { type MachineOptions, type MachineResult, over, runInMachine } from '../../support/machine.ts';

/** What is met twice is translated, in modules of some regions. */
const SOON: Eagerness = { ...AT_ONCE, distance: 2200, always: false };

const layer = over(memoryLayer([{ path: 'tmp' }]), builtInLayer(['bin', 'tests']));
const PRIMES = ['primes', '-c', '40000'];

/** A place for one command of one machine. */
function storeOf(): KeptBytes & { readonly kept: Map<string, Uint8Array<ArrayBuffer>> } {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  return { kept, find: (key) => kept.get(key), keep: (key, bytes) => kept.set(key, bytes.slice()) };
}

function run(command: readonly string[], options: MachineOptions): Promise<MachineResult> {
  return runInMachine(layer, command, { memory: 64 * 1024 * 1024, ...options });
}

/** Runs a command by the interpreter, and translated with what is kept, which must be the same. */
async function translated(
  command: readonly string[],
  translations: KeptBytes,
  options: MachineOptions = {},
): Promise<NonNullable<MachineResult['translator']>> {
  const seen = ({ stdout, stderr, status, report }: MachineResult) => ({ stdout, stderr, status, report });
  const interpreted = await run(command, options);
  const result = await run(command, { ...options, translate: SOON, translations });
  expect(seen(result)).toEqual(seen(interpreted));
  if (result.translator === undefined) throw new Error('there was no translator');
  return result.translator;
}

describe('what a run has kept', () => {
  it('is taken by the next one, which translates next to nothing', async () => {
    const store = storeOf();
    const first = await translated(PRIMES, store);
    const second = await translated(PRIMES, store);
    expect(first.kept).toBe(0);
    expect(first.modules).toBeGreaterThan(2);
    expect(second.kept).toBeGreaterThan(first.modules / 2);
    expect(second.modules - second.kept).toBeLessThan(first.modules / 2);
  });

  it.each([
    ['microkernel', false],
    ['l4', false],
    ['hybrid', true],
    ['dos', false],
  ])('serves under %s, where frames are others', async (structure, modelTranslation) => {
    const store = storeOf();
    await translated(PRIMES, store, { modelTranslation });
    const { kept } = await translated(PRIMES, store, { structure, modelTranslation });
    expect(kept).toBeGreaterThan(0);
  });

  it('serves another process, behind others that took its frames', async () => {
    const store = storeOf();
    await translated(PRIMES, store);
    const { kept } = await translated(
      ['sh', '-c', 'seq 300 | sort -rn | tail -n 1; primes -c 40000; primes -c 9000'],
      store,
    );
    expect(kept).toBeGreaterThan(0);
  });

  it('is not taken where there is other code', async () => {
    const store = storeOf();
    await translated(PRIMES, store);
    // Code is changed by one bit, with all that says how it was: as if another version of the program had been translated.
    for (const [key, bytes] of store.kept) {
      const others = unpacked(bytes).map((module) => ({
        ...module,
        code: module.code.map((half) => half ^ 1),
      }));
      store.kept.set(key, packed(others).slice() as Uint8Array<ArrayBuffer>);
    }
    const second = await translated(PRIMES, store);
    expect(second.kept).toBe(0);
    expect(second.modules).toBeGreaterThan(2);
    // What was refused is not kept any longer.
    const third = await translated(PRIMES, store);
    expect(third.kept).toBeGreaterThan(0);
  });

  it('is passed over where the host cannot compile it', async () => {
    const store = storeOf();
    await translated(PRIMES, store);
    for (const [key, bytes] of store.kept) {
      const broken = unpacked(bytes).map((module) => ({ ...module, bytes: module.bytes.slice(0, 40) }));
      store.kept.set(key, packed(broken).slice() as Uint8Array<ArrayBuffer>);
    }
    const { kept, modules } = await translated(PRIMES, store);
    expect(kept).toBe(0);
    expect(modules).toBeGreaterThan(2);
  });

  it('serves programs that change their code', async () => {
    const store = storeOf();
    for (const command of [['/tests/code-changes'], ['/tests/code-mappings']])
      for (let again = 0; again < 2; again++) await translated(command, store);
  });

  it('is not written again when there is nothing new', async () => {
    const store = storeOf();
    for (let again = 0; again < 3; again++) await translated(PRIMES, store);
    const before = [...store.kept.values()];
    await translated(PRIMES, store);
    expect([...store.kept.values()].map((bytes, i) => bytes === before[i])).not.toContain(false);
  });
});

describe('the form in which modules are kept', () => {
  const piece = fc.tuple(fc.nat(), fc.nat());
  const region = fc.record({
    addresses: fc.array(fc.maxSafeNat(), { maxLength: 3 }),
    instructionCount: fc.nat(),
    pieces: fc.array(piece, { maxLength: 3 }),
  });
  const module: fc.Arbitrary<KeptModule> = fc.record({
    bytes: fc.uint8Array({ maxLength: 50 }).map((bytes) => bytes.slice()),
    code: fc.uint16Array({ maxLength: 9 }),
    distances: fc.array(fc.record({ at: fc.nat(), subject: fc.maxSafeNat() }), { maxLength: 3 }),
    regions: fc.array(region, { maxLength: 3 }),
    vain: fc.nat(),
  });

  it('has all of them', () => {
    fc.assert(
      fc.property(fc.array(module, { maxLength: 4 }), (modules) => {
        const bytes = packed(modules);
        // As Node's buffers are, in the midst of others.
        const around = new Uint8Array(bytes.length + 7);
        around.set(bytes, 3);
        expect(unpacked(Buffer.from(around.buffer, 3, bytes.length))).toEqual(modules);
      }),
    );
  });

  it('has integers in five bytes that mean them', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        const bytes = paddedInteger(value);
        expect(bytes).toHaveLength(5);
        const module = new WebAssembly.Module(
          new Uint8Array([
            ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
            ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7f],
            ...[0x03, 0x02, 0x01, 0x00],
            ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00],
            ...[0x0a, 0x0a, 0x01, 0x08, 0x00, 0x41, ...bytes, 0x0b],
          ]),
        );
        const { f } = new WebAssembly.Instance(module).exports as { f: () => number };
        expect(f()).toBe(value);
      }),
    );
  });
});
