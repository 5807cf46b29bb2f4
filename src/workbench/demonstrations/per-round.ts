/**
 * What one round of a program costs: two runs, one with twice the rounds of the other, and the difference between them, so that
 * what the program costs otherwise is left out.
 */
import { PRIMITIVE_NAMES, type PrimitiveName } from '../../contracts/accounting.ts';
import type { RunReport } from '../report.ts';
import type { Experiment, Laboratory } from './laboratory.ts';

export interface RoundFigures {
  readonly structure: string;
  readonly cycles: number;
  readonly primitives: { readonly [name in PrimitiveName]: number };
  /** Crossings by IPC. */
  readonly messages: number;
  readonly copies: number;
  readonly bytesCopied: number;
}

/** Cycles spent for a primitive in a round, by the profile's price. */
export type PriceOf = (name: PrimitiveName) => number;

export interface RoundMeasure {
  readonly figures: RoundFigures;
  readonly priceOf: PriceOf;
}

/** @param command the command for a number of rounds. Throws an Error when a run does not end well. */
export async function measureRound(
  laboratory: Laboratory,
  setting: Omit<Experiment, 'command'>,
  rounds: number,
  command: (rounds: number) => readonly string[],
): Promise<RoundMeasure> {
  const report = async (count: number): Promise<RunReport> => {
    const outcome = await laboratory.run({ ...setting, command: command(count) });
    if (outcome.status !== 0)
      throw new Error(
        `${command(count).join(' ')} under ${setting.structure} did not end well: ${outcome.death ?? outcome.output}`,
      );
    return outcome.report();
  };
  const [few, many] = [await report(rounds), await report(2 * rounds)];
  const each = (of: (from: RunReport) => number): number => (of(many) - of(few)) / rounds;
  const primitives = Object.fromEntries(
    PRIMITIVE_NAMES.map((name) => [name, each((from) => from.primitives[name].count)]),
  ) as RoundFigures['primitives'];
  return {
    figures: {
      structure: setting.structure,
      cycles: each((from) => from.cycles),
      primitives,
      messages: each((from) => from.crossings.ipc ?? 0),
      copies: each((from) => from.copies),
      bytesCopied: each((from) => from.bytesCopied),
    },
    priceOf: (name) => many.primitives[name].price,
  };
}

/** A figure with at most two places behind the point. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The null call: the program that makes it, and how often. */
const NULL_CALLS = 1000;

export async function measureNullCall(
  laboratory: Laboratory,
  setting: Omit<Experiment, 'command'>,
): Promise<RoundMeasure> {
  return measureRound(laboratory, setting, NULL_CALLS, (count) => ['/demos/null-call', String(count)]);
}
