// Functions that the program makes of texts: those of earlier runs are kept as one script, which V8 need not compile again. In the
// program `Function` means what is made here. A function is found by its whole text, so nothing depends on what is kept.
import { keptScript } from './script.mjs';

const KIND = 'functions';
/** Characters of all texts that are kept, at most. */
const MOST = 2_000_000;

/** One text for all words that `new Function` was given: how long each is, and all in a row. */
const keyOf = (words) => `${words.map((word) => word.length)}:${words.join('')}`;

/** The words of such a text. */
function wordsOf(key) {
  const end = key.indexOf(':');
  let at = end + 1;
  return key
    .slice(0, end)
    .split(',')
    .map((length) => {
      const word = key.slice(at, at + Number(length));
      at += word.length;
      return word;
    });
}

/** The text of a script whose value is a list of keys and functions. */
function listOf(keys) {
  const entries = keys.map((key) => {
    const words = wordsOf(key);
    return `[${JSON.stringify(key)},function(${words.slice(0, -1).join(',')}\n){${words.at(-1)}\n}]`;
  });
  return `[${entries.join(',\n')}]`;
}

/**
 * The constructor for the program, and what keeps its texts or their code at the end of a run; it says whether there were new texts.
 * `release` lets go of what no image can hold: what is not known by then is made as usual, and not kept.
 */
export function keptTexts(kept) {
  let script = keptScript(kept, kept.find(KIND, '')?.toString('utf8') ?? '[]', 'generated');
  const known = new Map(script.value);
  const added = new Set();
  const construct = (target, words) => {
    const key = keyOf(words);
    const made = known.get(key);
    if (made === undefined && script !== undefined) added.add(key);
    return made ?? new target(...words);
  };
  const keep = () => {
    if (added.size === 0) {
      script.keep(false);
      return false;
    }
    const all = listOf([...known.keys(), ...added]);
    const isKept = all.length <= MOST;
    if (isKept) kept.keep(KIND, '', Buffer.from(all));
    return isKept;
  };
  const release = () => {
    script = undefined;
  };
  return { Function: new Proxy(Function, { construct }), keep, release };
}
