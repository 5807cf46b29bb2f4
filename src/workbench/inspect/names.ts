/** Names for the numbers that records hold, and for the places where they lie. */
import { FrameUse, ThreadState } from '../../kernel/objects.ts';
import { OpenKind } from '../../linux/records.ts';
import { SignalNumber } from '../../linux/signals/numbers.ts';
import { OpenFlag } from '../../services/files/interface.ts';
import { Protection } from '../../services/memory/interface.ts';

/** The name of a number in a table of constants, or the number itself with what it was to be. */
function nameIn(constants: { readonly [name: string]: number }, value: number, what: string): string {
  return Object.keys(constants).find((name) => constants[name] === value) ?? `damaged: ${what} ${value}`;
}

export const threadStateName = (state: number): string => nameIn(ThreadState, state, 'state');
export const frameUseName = (use: number): string => nameIn(FrameUse, use, 'use');
export const openKindName = (kind: number): string => nameIn(OpenKind, kind, 'kind');

export function signalName(number: number): string {
  return Object.entries(SignalNumber).find(([, value]) => value === number)?.[0] ?? `SIGRT${number - 32}`;
}

/** The signals of a set in two halves; bit 0 is signal 1. */
export function signalNames(low: number, high: number): string[] {
  const names: string[] = [];
  for (let bit = 0; bit < 64; bit++)
    if ((((bit < 32 ? low : high) >>> (bit % 32)) & 1) === 1) names.push(signalName(bit + 1));
  return names;
}

/** Rights as `rwx`, with dashes for those that are missing. */
export function rightsName(protection: number): string {
  const letter = (bit: number, name: string) => ((protection & bit) !== 0 ? name : '-');
  return letter(Protection.read, 'r') + letter(Protection.write, 'w') + letter(Protection.execute, 'x');
}

const ACCESS_NAMES: readonly string[] = ['read', 'write', 'read, write'];
const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [OpenFlag.append, 'append'],
  [OpenFlag.nonBlocking, 'non-blocking'],
  [OpenFlag.path, 'path only'],
];

/** What an open file may be used for. */
export function openFlagNames(flags: number): string {
  const access = ACCESS_NAMES[flags & OpenFlag.accessMask] ?? 'nothing';
  const others = FLAG_NAMES.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  return [access, ...others].join(', ');
}

/** A wait(2) status in words. */
export function statusName(status: number): string {
  const signal = status & 0x7f;
  return signal === 0 ? `status ${(status >>> 8) & 0xff}` : `killed by ${signalName(signal)}`;
}
