/**
 * What the registry knows of a policy: its name, where it is described, what may be set, and how it is made.
 *
 * A policy's file ends in `definePolicy({...})`; the settings that reach `make` have the types that `parameters` say.
 */
import type { PolicyGround, SchedulingPolicy } from '../../contracts/scheduler.ts';
import type { RecordStore } from '../../kernel/records.ts';

interface Described {
  /** What it sets, in a few words. */
  readonly what: string;
}

/** A whole number from `least` to `most`. A span of time is one in cycles (on paper: units of time). */
export interface NumberParameter extends Described {
  readonly kind: 'number' | 'time';
  readonly least: number;
  readonly most?: number;
  readonly initial: number;
}

/** Whole numbers, or spans of time, with '/' between them. */
export interface ListParameter extends Described {
  readonly kind: 'numbers' | 'times';
  readonly least: number;
  readonly initial: readonly number[];
}

export interface ChoiceParameter extends Described {
  readonly kind: 'choice';
  readonly options: readonly string[];
  readonly initial: string;
}

/** Free text, which `check` may refuse by an error. */
export interface TextParameter extends Described {
  readonly kind: 'text';
  readonly initial: string;
  readonly check: (text: string) => void;
}

export type Parameter = NumberParameter | ListParameter | ChoiceParameter | TextParameter;
export type Parameters = { readonly [key: string]: Parameter };

/** The value of a parameter as a policy gets it. */
type Value<P extends Parameter> = P extends NumberParameter
  ? number
  : P extends ListParameter
    ? readonly number[]
    : string;
export type Settings<P extends Parameters> = { readonly [K in keyof P]: Value<P[K]> };
export type AnySettings = { readonly [key: string]: number | readonly number[] | string };

export interface PolicyDefinition {
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  /** Where it was described first, or where it is best described. */
  readonly source: string;
  readonly parameters: Parameters;
  /** Throws an Error of one line when settings do not go together. */
  readonly check?: (settings: AnySettings) => void;
  readonly make: (ground: PolicyGround, store: RecordStore, settings: AnySettings) => SchedulingPolicy;
}

interface TypedDefinition<P extends Parameters>
  extends Omit<PolicyDefinition, 'parameters' | 'make' | 'check'> {
  readonly parameters: P;
  readonly check?: (settings: Settings<P>) => void;
  readonly make: (ground: PolicyGround, store: RecordStore, settings: Settings<P>) => SchedulingPolicy;
}

export function definePolicy<const P extends Parameters>(definition: TypedDefinition<P>): PolicyDefinition {
  // The registry makes settings from these very parameters.
  return definition as unknown as PolicyDefinition;
}

/** A span of time; 0 is the machine's own quantum, or whatever `what` says of 0. */
export function time(what: string, initial = 0, least = 0): NumberParameter {
  return { kind: 'time', what, initial, least };
}

export function yesOrNo(what: string, initial: 'yes' | 'no'): ChoiceParameter {
  return { kind: 'choice', what, options: ['yes', 'no'], initial };
}
