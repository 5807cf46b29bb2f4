/** Settings from text: `key=value,...` by a policy's parameters. Every refusal is an Error of one line that lists what there is. */
import type { AnySettings, Parameter, PolicyDefinition } from './definition.ts';

/** Longer texts are cut in messages. */
const SHOWN = 40;

/** A piece of the user's text in quotes, short enough for a line. */
export function quoted(text: string): string {
  const piece = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  // What would end the line, or not be seen, is shown by its number.
  const visible = piece.replace(
    /[\p{Cc}\p{Zl}\p{Zp}]/gu,
    (control) => `\\u{${control.charCodeAt(0).toString(16)}}`,
  );
  return `'${visible}'`;
}

/** A whole number from `least` to `most`; `what` begins the message. */
export function wholeNumberIn(
  text: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
  what: string,
): number {
  const value = /^-?\d{1,17}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new Error(
      `${what} is ${quoted(text)}; it must be a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`,
    );
  return value;
}

function settingFrom(parameter: Parameter, text: string, what: string, unit: number): AnySettings[string] {
  switch (parameter.kind) {
    case 'number':
      return wholeNumberIn(text, parameter.least, parameter.most, what);
    case 'time':
      return wholeNumberIn(text, parameter.least, parameter.most, what) * unit;
    case 'numbers':
      return text.split('/').map((part) => wholeNumberIn(part, parameter.least, undefined, what));
    case 'times':
      return text.split('/').map((part) => wholeNumberIn(part, parameter.least, undefined, what) * unit);
    case 'choice':
      if (!parameter.options.includes(text))
        throw new Error(`${what} is ${quoted(text)}; it must be ${parameter.options.join(' or ')}`);
      return text;
    case 'text':
      try {
        parameter.check(text);
      } catch (error) {
        throw new Error(`${what}: ${(error as Error).message}`);
      }
      return text;
  }
}

/** What is taken when nothing is said. */
function initialOf(parameter: Parameter, unit: number): AnySettings[string] {
  if (parameter.kind === 'time') return parameter.initial * unit;
  if (parameter.kind === 'times') return parameter.initial.map((span) => span * unit);
  return parameter.initial;
}

/** The settings of `NAME:key=value,...`, with the initial values of those left out; spans of time in units of `unit`. */
export function settingsOf({ name, parameters }: PolicyDefinition, text: string, unit: number): AnySettings {
  const keys = Object.keys(parameters);
  const settings: Record<string, AnySettings[string]> = {};
  for (const key of keys) settings[key] = initialOf(parameters[key] as Parameter, unit);
  if (text === '') return settings;
  const given = new Set<string>();
  for (const piece of text.split(',')) {
    const at = piece.indexOf('=');
    const key = at < 0 ? piece : piece.slice(0, at);
    const parameter = Object.hasOwn(parameters, key) ? parameters[key] : undefined;
    if (parameter === undefined)
      throw new Error(
        `policy ${name} has no key ${quoted(key)}; it has ${keys.length === 0 ? 'none' : keys.join(', ')}`,
      );
    if (at < 0) throw new Error(`policy ${name}: ${key} needs a value: ${key}=…`);
    if (given.has(key)) throw new Error(`policy ${name}: ${key} is given twice`);
    given.add(key);
    settings[key] = settingFrom(parameter, piece.slice(at + 1), `policy ${name}: ${key}`, unit);
  }
  return settings;
}
