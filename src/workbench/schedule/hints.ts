/** Hints from text: `NAME:key=value,...`, as in --hint. Every refusal is an Error of one line. */
import { HINT_KEYS, type HintKey, type HintPlan } from '../../linux/time/hints.ts';
import { quoted, wholeNumberIn } from '../../schedulers/parts/specification.ts';

/** Bytes of a name that Linux keeps. */
const LONGEST_NAME = 15;
const KEYS = Object.keys(HINT_KEYS);

export function hintOf(text: string): HintPlan {
  const at = text.indexOf(':');
  const name = at < 0 ? text : text.slice(0, at);
  if (at < 0)
    throw new Error(`${quoted(text)} says nothing of ${quoted(name)}; a hint is NAME:key=value,...`);
  if (name === '' || new TextEncoder().encode(name).length > LONGEST_NAME || /[/\s]/.test(name))
    throw new Error(
      `the name is ${quoted(name)}; a program's name has 1 to ${LONGEST_NAME} bytes and no slash`,
    );
  const values: { [key in HintKey]?: number } = {};
  for (const piece of text.slice(at + 1).split(',')) {
    const equals = piece.indexOf('=');
    const key = equals < 0 ? piece : piece.slice(0, equals);
    if (!KEYS.includes(key)) throw new Error(`there is no key ${quoted(key)}; there are ${KEYS.join(', ')}`);
    if (equals < 0) throw new Error(`${key} needs a value: ${key}=…`);
    const [least, most] = HINT_KEYS[key as HintKey];
    if (values[key as HintKey] !== undefined) throw new Error(`${key} is given twice`);
    values[key as HintKey] = wholeNumberIn(piece.slice(equals + 1), least, most, key);
  }
  return { name, values };
}
