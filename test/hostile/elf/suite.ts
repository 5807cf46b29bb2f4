/** Runs hostile programs in one machine, one after the other, beside a witness, and tells what became of each. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OutsideConsole } from '../../../src/contracts/outside.ts';
import { ElfError, HEADER_BYTES, parseElf } from '../../../src/linux/exec/elf.ts';
import { runBesideWitness, type WitnessResult } from '../../support/witness.ts';
import { numberedLayer } from '../support/numbered-layer.ts';
import { type DamageKind, type HostileProgram, hostileProgram } from './mutations.ts';

const PREBUILT = fileURLToPath(new URL('../../../programs/prebuilt/bin/', import.meta.url));
const MEBIBYTE = 1024 * 1024;
/** Guest time that a program may take: about 300,000 instructions. */
const MICROSECONDS = 100;
/** Guest seconds that the whole may take for each program, with its start and its end. */
const SECONDS_EACH = 0.01;

/** The smaller programs: a large one is damaged in places that are never reached. */
export function originals(): Uint8Array[] {
  return readdirSync(PREBUILT)
    .sort()
    .map((name) => new Uint8Array(readFileSync(`${PREBUILT}${name}`)))
    .filter(({ length }) => length < 20_000);
}

export interface Fate {
  readonly number: number;
  readonly kinds: readonly DamageKind[];
  /** Nothing is wrong with its headers. */
  readonly proper: boolean;
  readonly end: 'refused' | 'exit' | 'signal' | 'late';
  /** Error number, exit status or signal; 0 for late. */
  readonly value: number;
}

export interface ElfRun {
  readonly fates: readonly Fate[];
  readonly witness: WitnessResult;
}

export interface ElfOptions {
  readonly seed: number;
  readonly first?: number;
  readonly count: number;
  readonly harts?: number;
  readonly structure?: string;
}

const LINE = /^(\d+) (refused|exit|signal|late)(?: (\d+))?$/gm;

/** Throws what the machine threw, with the number of the program that was running. */
export async function runHostilePrograms(options: ElfOptions): Promise<ElfRun> {
  const { seed, first = 0, count } = options;
  const bases = originals();
  const programOf = (number: number) => hostileProgram(seed, number, bases);
  let console: (OutsideConsole & { text?(stream: 1 | 2): string }) | undefined;
  const command = ['/hostile/execute-many', '/elf', `${first}`, `${count}`, `${MICROSECONDS}`];
  let witness: WitnessResult;
  try {
    witness = await runBesideWitness(command, {
      layer: numberedLayer('elf', first + count, (number) => programOf(number).bytes),
      memory: 64 * MEBIBYTE,
      seconds: Math.ceil(1 + count * SECONDS_EACH),
      maxInstructions: 1e12,
      harts: options.harts ?? 1,
      ...(options.structure === undefined ? {} : { structure: options.structure }),
      adapt: (parts) => {
        console = parts.world.console;
        return parts;
      },
    });
  } catch (error) {
    const done = [...(console?.text?.(1) ?? '').matchAll(LINE)].length;
    const number = first + done;
    const { kinds } = programOf(number);
    throw new Error(`seed ${seed}, program ${number} (${kinds.join(', ')}): ${(error as Error).message}`, {
      cause: error,
    });
  }
  const fates = [...witness.stdout.matchAll(LINE)].map(([, number, end, value]) => ({
    number: Number(number),
    ...judged(programOf(Number(number))),
    end: end as Fate['end'],
    value: Number(value ?? 0),
  }));
  return { fates, witness };
}

function judged({ kinds, bytes }: HostileProgram): Pick<Fate, 'kinds' | 'proper'> {
  try {
    parseElf(bytes.subarray(0, HEADER_BYTES));
    return { kinds, proper: true };
  } catch (error) {
    if (error instanceof ElfError) return { kinds, proper: false };
    throw error;
  }
}

/** Programs that were started with proper headers. */
export function started(fates: readonly Fate[]): number {
  return fates.filter(({ end, proper }) => proper && end !== 'refused').length;
}

/** How often each end came, such as `refused 8: 12`, most often first. */
export function summary(fates: readonly Fate[]): string {
  const counts = new Map<string, number>();
  for (const { end, value } of fates) {
    const key = end === 'late' ? end : `${end} ${value}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([key, count]) => `${key}: ${count}`)
    .join(', ');
}
