/** The walk, case by case of the privileged manual's 'Virtual Address Translation Process'. */
import { describe, expect, it } from 'vitest';
import { Access, TranslationKind, TrapCause } from '../../../src/contracts/machine.ts';
import { translationStateSize } from '../../../src/machine/translation/hart-state.ts';
import { Translation } from '../../../src/machine/translation/translation.ts';
import { StandInEngine } from './stand-in-engine.ts';
import { flags, HandTables, leafEntry } from './tables.ts';

const FRAMES = 64;
const BASE = 65536;
const { read, write, execute } = Access;

function machine() {
  const u32 = new Uint32Array(FRAMES * 1024);
  const tables = new HandTables(u32, 8);
  const translation = new Translation({
    u32,
    size: FRAMES * 4096,
    base: BASE,
    state: 4096,
    harts: 1,
    charges: { charge: () => undefined, clock: 0 },
    engine: new StandInEngine(),
    shapes: undefined,
  });
  const root = tables.makeRoot();
  translation.useSpace(TranslationKind.pageTable, root, 1);
  const at = (page: number, access: 0 | 1 | 2): number =>
    translation.translatePage((page * 4096) >>> 0, Math.floor((page * 4096) / 2 ** 32) >>> 0, access);
  return { u32, tables, translation, root, at };
}

describe('a walk', () => {
  it('finds a page of each level, and gives causes by access', () => {
    const { tables, root, at } = machine();
    tables.set(root, 5, leafEntry(40, 'vrwu'));
    expect(at(5, read)).toBe(BASE + 40 * 4096);
    expect(at(5, write)).toBe(BASE + 40 * 4096);
    expect(at(5, execute)).toBe(-TrapCause.instructionPageFault);
    expect(at(6, read)).toBe(-TrapCause.loadPageFault);
    expect(at(6, write)).toBe(-TrapCause.storePageFault);
    expect(at(2 ** 34, read)).toBe(-TrapCause.loadPageFault);
    tables.set(root, 2 ** 34 + 3, leafEntry(41, 'vxu'));
    expect(at(2 ** 34 + 3, execute)).toBe(BASE + 41 * 4096);
    expect(at(2 ** 34 + 3, read)).toBe(-TrapCause.loadPageFault);
  });

  it('takes superpages by the page, and refuses those that are not aligned', () => {
    const { tables, root, at } = machine();
    tables.set(root, 512, leafEntry(0, 'vru'), 1);
    expect(at(512 + 33, read)).toBe(BASE + 33 * 4096);
    expect(at(512 + 64, read)).toBe(-TrapCause.loadAccess);
    tables.set(root, 1024, leafEntry(1, 'vru'), 1);
    expect(at(1024, read)).toBe(-TrapCause.loadPageFault);
    tables.set(root, 512 ** 2, leafEntry(0, 'vru'), 2);
    expect(at(512 ** 2 + 7, read)).toBe(BASE + 7 * 4096);
  });

  it('sets A on use and D on a store only', () => {
    const { tables, root, at } = machine();
    tables.set(root, 5, leafEntry(40, 'vrwu'));
    at(5, execute);
    expect(tables.entry(root, 5)).toBe(leafEntry(40, 'vrwu'));
    at(5, read);
    expect(tables.entry(root, 5)).toBe(leafEntry(40, 'vrwua'));
    at(5, write);
    expect(tables.entry(root, 5)).toBe(leafEntry(40, 'vrwuad'));
  });

  it.each([
    ['not valid', leafEntry(40, 'rwxu'), 0],
    ['writable, not readable', leafEntry(40, 'vwu'), 0],
    ['without U', leafEntry(40, 'vrwx'), 0],
    ['with a reserved bit', leafEntry(40, 'vrwxu'), 0x4000_0000],
    ['Svnapot', leafEntry(40, 'vrwxu'), 0x8000_0000],
    ['a pointer at the last level', leafEntry(40, 'vu'), 0],
  ])('faults on an entry that is %s', (_, entry, high) => {
    const { tables, root, at } = machine();
    tables.set(root, 5, entry, 0, high);
    expect(at(5, read)).toBe(-TrapCause.loadPageFault);
  });

  it('gives access faults for tables and pages outside of RAM', () => {
    const { tables, root, at } = machine();
    tables.set(root, 5, leafEntry(FRAMES, 'vrwu'));
    expect(at(5, write)).toBe(-TrapCause.storeAccess);
    tables.set(root, 5, leafEntry(40, 'vrwu'), 0, 1);
    expect(at(5, read)).toBe(-TrapCause.loadAccess);
    tables.set(root, 512, leafEntry(FRAMES + 3, 'v'), 1);
    expect(at(512, execute)).toBe(-TrapCause.instructionAccess);
  });

  it('wants bit 47 repeated above it', () => {
    const { tables, root, translation } = machine();
    tables.set(root, 2 ** 36 - 1, leafEntry(40, 'vru'));
    const top = 0xffff_f000;
    expect(translation.translatePage(top, 0xffff_ffff, read)).toBe(BASE + 40 * 4096);
    for (const high of [0xffff, 0x1_ffff, 0x7fff_ffff, 0xfffe_ffff])
      expect(translation.translatePage(top, high, read)).toBe(-TrapCause.loadPageFault);
    expect(translation.translatePage(0x5000, 0x1_0000, read)).toBe(-TrapCause.loadPageFault);
  });

  it('answers the kernel with a physical address, or -1', () => {
    const { tables, root, translation } = machine();
    tables.set(root, 2 ** 20 + 5, leafEntry(40, 'vru'));
    const address = 2 ** 32 + 5 * 4096 + 77;
    expect(translation.translate(root, 1, address, read)).toBe(40 * 4096 + 77);
    expect(translation.translate(root, 1, address, write)).toBe(-1);
    for (const wild of [-1, 2 ** 48, 2 ** 53, 2 ** 64, Number.NaN])
      expect(translation.translate(root, 1, wild, read)).toBe(-1);
  });
});

describe('other kinds', () => {
  it('takes addresses as physical', () => {
    const { translation, at } = machine();
    translation.useSpace(TranslationKind.physical, 0, 2);
    expect(at(FRAMES - 1, write)).toBe(BASE + (FRAMES - 1) * 4096);
    expect(at(FRAMES, write)).toBe(-TrapCause.storeAccess);
    expect(at(2 ** 20, execute)).toBe(-TrapCause.instructionAccess);
  });

  it('adds a base and compares with a bound', () => {
    const { u32, translation, at } = machine();
    u32[0] = 10 * 4096;
    u32[1] = 4 * 4096;
    translation.useSpace(TranslationKind.baseAndBound, 0, 2);
    expect(at(3, read)).toBe(BASE + 13 * 4096);
    expect(at(4, read)).toBe(-TrapCause.loadPageFault);
    expect(at(2 ** 20, read)).toBe(-TrapCause.loadPageFault);
  });

  it('has state of its head alone without a TLB', () => {
    expect(translationStateSize(undefined)).toBe(32);
    expect(flags('v')).toBe(1);
  });
});
