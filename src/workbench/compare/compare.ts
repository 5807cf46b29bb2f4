/**
 * The same program under several structures: what each costs, and whether the program noticed.
 *
 * The first structure is the base that the others are set against. A structure that refuses what the program asks for (fork,
 * where there is nothing to copy into) has no figures, but the reason.
 */
import type { Category } from '../../contracts/accounting.ts';
import type { Structure } from '../../contracts/structure.ts';
import { type RunReport, reportOf, type Traffic } from '../report.ts';
import { runToEnd } from '../run.ts';
import { System, type SystemParts } from '../system.ts';
import { type RecordingConsole, recordingConsole } from './recording-console.ts';

/** One structure's row; figures are null when it refused or failed. */
export interface Comparison {
  readonly structure: string;
  /** The wait(2) status of the program; null when the machine could not go on. */
  readonly status: number | null;
  /** Are output, error output and status those of the base? */
  readonly outputEqual: boolean | null;
  /** Why the structure could not run the program, or null. */
  readonly refused: string | null;
  readonly cycles: number | null;
  /** Cycles against the base's. */
  readonly relative: number | null;
  readonly byCategory: { readonly [category in Category]: number } | null;
  readonly crossings: { readonly [gate: string]: number } | null;
  readonly copies: number | null;
  readonly bytesCopied: number | null;
  readonly tlbMisses: number | null;
  readonly tlbFlushes: number | null;
  readonly switches: number | null;
}

/** A row with what pictures need besides. */
export interface ComparedRun {
  readonly row: Comparison;
  readonly structure: Structure;
  readonly traffic: readonly Traffic[];
  readonly services: readonly string[];
  readonly output: Uint8Array;
}

/** What all runs have in common; the console and the structure are put in. */
export interface CompareOptions {
  readonly parts: (
    structure: Structure,
    console: RecordingConsole,
    say: (message: string) => void,
  ) => SystemParts;
  readonly structures: readonly Structure[];
  readonly input: Uint8Array;
  readonly maxInstructions: number;
  /** Told before each run. */
  readonly progress?: (structure: Structure) => void;
}

interface Outcome {
  readonly status: number | null;
  readonly output: Uint8Array;
  readonly errors: Uint8Array;
  readonly report: RunReport | undefined;
  readonly failure: string | undefined;
  readonly services: readonly string[];
}

const NO_FIGURES = {
  ...{ cycles: null, relative: null, byCategory: null, crossings: null },
  ...{ copies: null, bytesCopied: null, tlbMisses: null, tlbFlushes: null, switches: null },
} as const;

export async function compareStructures(options: CompareOptions): Promise<ComparedRun[]> {
  const runs: ComparedRun[] = [];
  let base: Outcome | undefined;
  for (const structure of options.structures) {
    options.progress?.(structure);
    const outcome = await runUnder(structure, options);
    base ??= outcome;
    runs.push({
      row: rowOf(structure, outcome, base),
      structure,
      traffic: outcome.report?.traffic ?? [],
      services: outcome.services,
      output: outcome.output,
    });
  }
  return runs;
}

async function runUnder(structure: Structure, options: CompareOptions): Promise<Outcome> {
  const console = recordingConsole(options.input);
  const said: string[] = [];
  const output = () => ({ output: console.written(1), errors: console.written(2) });
  let services: readonly string[] = [];
  try {
    const system = System.start(options.parts(structure, console, (message) => said.push(message)));
    services = system.kernel.registry.services.map(({ name }) => name);
    const end = await runToEnd(system, { maxInstructions: options.maxInstructions, realPace: false });
    const report = reportOf(system);
    system.processor.keepTranslations();
    if (end.reason === 'ended')
      return { status: end.status, ...output(), report, failure: said[0], services };
    const failure =
      end.reason === 'instructions' ? 'it ran into the limit of instructions' : 'it came to a standstill';
    return { status: null, ...output(), report: undefined, failure, services };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { status: null, ...output(), report: undefined, failure, services };
  }
}

function rowOf(structure: Structure, outcome: Outcome, base: Outcome): Comparison {
  const { status, report, failure } = outcome;
  const refused = report?.refused ?? (report === undefined ? (failure ?? 'it failed') : null);
  if (report === undefined || refused !== null)
    return { structure: structure.name, status, outputEqual: null, refused, ...NO_FIGURES };
  const { cycles, byCategory, crossings, copies, bytesCopied, tlbMisses, tlbFlushes, switches } = report;
  return {
    structure: structure.name,
    status,
    outputEqual: isSame(outcome, base),
    refused: null,
    cycles,
    relative: base.report === undefined ? null : cycles / base.report.cycles,
    ...{ byCategory, crossings, copies, bytesCopied, tlbMisses, tlbFlushes, switches },
  };
}

function isSame(one: Outcome, other: Outcome): boolean {
  return (
    one.status === other.status && isEqual(one.output, other.output) && isEqual(one.errors, other.errors)
  );
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
