// Functions that the program makes of texts: those of earlier runs are kept as one script, which V8 need not compile again. In the
// program `Function` means what is made here. A function is found by its whole text, so nothing depends on what is kept.
import { keptScript } from './script.mjs';

const KIND = 'texts';
/** Characters of all texts that are kept, at most. */
const MOST = 2_000_000;

/** The text of a script whose value is a list of texts and functions. A text is what `new Function` was given, as JSON. */
function listOf(texts) {
  const entries = texts.map((text) => {
    const words = JSON.parse(text);
    return `[${JSON.stringify(text)},function(${words.slice(0, -1).join(',')}\n){${words.at(-1)}\n}]`;
  });
  return `[${entries.join(',\n')}]`;
}

/**
 * The constructor for the program, and what keeps its texts or their code at the end of a run; it says whether there were new texts.
 * `release` lets go of what no image can hold; what is kept is then looked at again when a text is not known.
 */
export function keptTexts(kept) {
  const known = new Map();
  const added = new Set();
  let script;
  const learn = () => {
    script = keptScript(kept, kept.find(KIND, '')?.toString('utf8') ?? '[]', 'generated');
    for (const [text, made] of script.value) if (!known.has(text)) known.set(text, made);
  };
  const construct = (target, words) => {
    const text = JSON.stringify(words);
    if (script === undefined && !known.has(text)) learn();
    const made = known.get(text);
    if (made === undefined) added.add(text);
    return made ?? new target(...words);
  };
  const keep = () => {
    if (added.size === 0) {
      script?.keep(false);
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
  learn();
  return { Function: new Proxy(Function, { construct }), keep, release };
}
