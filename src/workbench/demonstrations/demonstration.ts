/**
 * A demonstration: a claim about a structure, and runs that show it. Its figures are measured, never written down.
 */
import type { Laboratory } from './laboratory.ts';

/** A table for people and programs: a title, heads of columns, rows of cells. */
export interface FigureTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** What was claimed, and whether the runs bore it out. */
export interface Claim {
  readonly text: string;
  readonly holds: boolean;
}

export interface Findings {
  /** What happened, in the order in which it did. */
  readonly happened: readonly string[];
  readonly tables: readonly FigureTable[];
  readonly claims: readonly Claim[];
}

/** What can be chosen for a demonstration. */
export interface DemonstrationSetting {
  readonly seed: number;
  /** The machine profile by name. */
  readonly profile: string;
}

export interface Demonstration {
  readonly name: string;
  readonly structure: string;
  /** One line for lists. */
  readonly tagline: string;
  /** Three lines: what to look at. */
  readonly lookAt: readonly [string, string, string];
  run(laboratory: Laboratory, setting: DemonstrationSetting): Promise<Findings>;
}
