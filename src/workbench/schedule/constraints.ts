/**
 * Timing constraints on programs that mark what they do (programs/include/mark.h), from a parsed file. Each is one of
 *   { thread, event, perSecond }      from one event to the next at most a second's perSecond-th part passes
 *   { thread, from, to, within }      `to` comes at most `within` after the latest `from`; with `always`, it must come
 *   { thread, begin, end }            from `begin` to `end` nobody else has the hart
 * Times are cycles, or text such as '2ms' or '50us'. Every refusal is an Error of one line.
 */
import { quoted } from '../../schedulers/parts/specification.ts';

interface OfThread {
  /** The name of the threads that it is about. */
  readonly thread: string;
}
export interface RateConstraint extends OfThread {
  readonly kind: 'rate';
  readonly event: string;
  readonly perSecond: number;
}
export interface DelayConstraint extends OfThread {
  readonly kind: 'delay';
  readonly from: string;
  readonly to: string;
  /** Seconds or cycles. */
  readonly within: TimeSpan;
  readonly always: boolean;
}
export interface SectionConstraint extends OfThread {
  readonly kind: 'section';
  readonly begin: string;
  readonly end: string;
}
export type Constraint = RateConstraint | DelayConstraint | SectionConstraint;
export type TimeSpan = { readonly cycles: number } | { readonly seconds: number };

const FORMS = {
  rate: ['event', 'perSecond'],
  delay: ['from', 'to', 'within'],
  section: ['begin', 'end'],
} as const;
const OPTIONAL: { readonly [kind in keyof typeof FORMS]: readonly string[] } = {
  rate: [],
  delay: ['always'],
  section: [],
};
const UNITS: { readonly [unit: string]: number } = { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };
const LONGEST_NAME = 23;
const MOST_CONSTRAINTS = 100;

type Fields = { readonly [key: string]: unknown };

/** A word for something that is not what it should be. */
function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'object')
    return value === null ? 'nothing' : Array.isArray(value) ? 'a list' : 'a table';
  return String(value).slice(0, 40);
}

function nameIn(fields: Fields, key: string, what: string): string {
  const value = fields[key];
  if (typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME && !/\s/.test(value))
    return value;
  throw new Error(`${what}: ${key} is ${shown(value)}; it must be a name of 1 to ${LONGEST_NAME} characters`);
}

function numberIn(fields: Fields, key: string, what: string): number {
  const value = fields[key];
  if (typeof value === 'number' && value > 0 && value <= Number.MAX_SAFE_INTEGER) return value;
  throw new Error(`${what}: ${key} is ${shown(value)}; it must be a number above 0`);
}

function spanIn(fields: Fields, key: string, what: string): TimeSpan {
  const value = fields[key];
  const [, amount = '', unit = ''] =
    typeof value === 'string' ? (/^(\d{1,9}(?:\.\d{1,9})?)(s|ms|us|ns)$/.exec(value) ?? []) : [];
  if (amount !== '' && Number(amount) > 0) return { seconds: Number(amount) * (UNITS[unit] as number) };
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return { cycles: value };
  throw new Error(`${what}: ${key} is ${shown(value)}; it must be cycles, or a time such as '2ms' or '50us'`);
}

function kindOf(fields: Fields, what: string): keyof typeof FORMS {
  const kinds = Object.keys(FORMS) as (keyof typeof FORMS)[];
  const kind = kinds.find((candidate) => FORMS[candidate].some((key) => key in fields));
  if (kind === undefined)
    throw new Error(
      `${what} says nothing; it has event and perSecond, or from, to and within, or begin and end`,
    );
  const keys = ['thread', ...FORMS[kind], ...OPTIONAL[kind]];
  const unknown = Object.keys(fields).find((key) => !keys.includes(key));
  if (unknown !== undefined)
    throw new Error(`${what} has no key ${quoted(unknown)}; there are ${keys.join(', ')}`);
  return kind;
}

function constraintFrom(value: unknown, index: number): Constraint {
  const what = `constraint ${index + 1}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${what} is ${shown(value)}; a constraint is a table`);
  const fields = value as Fields;
  const kind = kindOf(fields, what);
  const thread = nameIn(fields, 'thread', what);
  switch (kind) {
    case 'rate':
      return {
        kind,
        thread,
        event: nameIn(fields, 'event', what),
        perSecond: numberIn(fields, 'perSecond', what),
      };
    case 'delay': {
      const { always = false } = fields;
      if (typeof always !== 'boolean')
        throw new Error(`${what}: always is ${shown(always)}; it must be true or false`);
      const within = spanIn(fields, 'within', what);
      return {
        kind,
        thread,
        from: nameIn(fields, 'from', what),
        to: nameIn(fields, 'to', what),
        within,
        always,
      };
    }
    case 'section':
      return { kind, thread, begin: nameIn(fields, 'begin', what), end: nameIn(fields, 'end', what) };
  }
}

/** The constraints of a parsed file: a list, or a table with `constraints`, a list. */
export function constraintsFromData(data: unknown): readonly Constraint[] {
  const list = Array.isArray(data) ? data : (data as { constraints?: unknown } | null)?.constraints;
  if (!Array.isArray(list))
    throw new Error(`it is ${shown(data)}; constraints are a list, or a table with 'constraints', a list`);
  if (list.length === 0 || list.length > MOST_CONSTRAINTS)
    throw new Error(`it has ${list.length} constraints; there must be 1 to ${MOST_CONSTRAINTS}`);
  return list.map(constraintFrom);
}

/** A constraint in a few words. */
export function constraintText(constraint: Constraint): string {
  const { thread } = constraint;
  switch (constraint.kind) {
    case 'rate':
      return `${thread}: ${constraint.event} ${constraint.perSecond} times a second`;
    case 'delay': {
      const { within, from, to } = constraint;
      const span =
        'cycles' in within ? `${within.cycles} cycles` : `${Number((within.seconds * 1e6).toFixed(3))} us`;
      return `${thread}: ${to} within ${span} of ${from}`;
    }
    case 'section':
      return `${thread}: from ${constraint.begin} to ${constraint.end} without interruption`;
  }
}
