// Debian's alternatives: several packages offer /usr/bin/awk, and a link through /etc/alternatives picks one. Packages
// register what they offer in the script they run when installed. That script is not run here (it is for the target
// machine); its `update-alternatives --install` commands are read out of it. See update-alternatives(1).
import type { FileTree } from './tree.ts';

/** One offer: `link` is the generic name, `name` the link's name in /etc/alternatives, `path` what it leads to. */
export interface AlternativeLink {
  readonly link: string;
  readonly name: string;
  readonly path: string;
}

/** An offer with its priority (the highest wins) and the links that go with it. */
export interface Alternative extends AlternativeLink {
  readonly priority: number;
  readonly followers: readonly AlternativeLink[];
}

/** What was read from a script: the offers, and the commands whose words depend on running the script. */
export interface AlternativesRead {
  readonly offers: readonly Alternative[];
  readonly unread: readonly string[];
}

type Variables = ReadonlyMap<string, string>;

/** Reads every `update-alternatives --install` command of a shell script, once for each turn of a loop around it. */
export function readAlternatives(script: string): AlternativesRead {
  const lines = script.replaceAll(/\\\r?\n/g, ' ').split('\n');
  const offers: Alternative[] = [];
  const unread: string[] = [];
  let turns: Variables[] = [new Map()];
  let constants: Variables = new Map();
  for (const line of lines) {
    const loop = /^\s*for\s+(\w+)\s+in\s+([^;]*)/.exec(line);
    if (loop !== null) turns = loopTurns(loop[1] ?? '', loop[2] ?? '', constants);
    if (/^\s*done\b/.test(line)) turns = [new Map()];
    const assignment = /^\s*(\w+)=(\S*|"[^"]*"|'[^']*')\s*$/.exec(line);
    if (assignment !== null) constants = assign(constants, assignment[1] ?? '', assignment[2] ?? '');
    if (!/update-alternatives\b.*\s--install\s/.test(line) || /^\s*#/.test(line)) continue;
    for (const turn of turns) {
      const offer = parseCommand(line, new Map([...constants, ...turn]));
      if (offer === undefined) unread.push(line.trim().replaceAll(/\s+/g, ' '));
      else offers.push(offer);
    }
  }
  return { offers, unread };
}

/** Makes the links of each generic name's best offer in `tree`; offers whose file is not in the tree do not count. */
export function linkAlternatives(
  tree: FileTree,
  offers: readonly Alternative[],
  time: number,
): AlternativeLink[] {
  const best = new Map<string, Alternative>();
  for (const offer of offers) {
    if (tree.follow(offer.path) === undefined) continue;
    const rival = best.get(offer.name);
    if (rival === undefined || offer.priority > rival.priority) best.set(offer.name, offer);
  }
  const chosen = [...best.values()].flatMap((offer) => [offer, ...offer.followers]);
  const links = chosen
    .filter(({ path }) => tree.follow(path) !== undefined)
    .map(({ link, name, path }) => ({ link, name, path }))
    .sort((first, second) => (first.name < second.name ? -1 : 1));
  const attributes = { kind: 'symlink', mode: 0o777, uid: 0, gid: 0, time } as const;
  for (const { link, name, path } of links) {
    tree.set(`etc/alternatives/${name}`, { ...attributes, target: path });
    tree.set(link, { ...attributes, target: `/etc/alternatives/${name}` });
  }
  return links;
}

function loopTurns(variable: string, list: string, constants: Variables): Variables[] {
  const values = shellWords(list, constants) ?? [];
  return values.flatMap((value) => value?.split(/\s+/) ?? []).map((value) => new Map([[variable, value]]));
}

/** An assignment whose value must be computed makes the variable unknown. */
function assign(constants: Variables, name: string, value: string): Variables {
  const changed = new Map(constants);
  const words = shellWords(value, constants);
  if (words === undefined || words.includes(undefined)) changed.delete(name);
  else changed.set(name, words.join(' '));
  return changed;
}

function parseCommand(line: string, variables: Variables): Alternative | undefined {
  const command = /update-alternatives\b(.*)/.exec(line)?.[1] ?? '';
  const words = shellWords(command, variables);
  if (words === undefined) return undefined;
  const start = words.indexOf('--install');
  const [link, name, path, priority] = words.slice(start + 1, start + 5);
  if (start < 0 || !link?.startsWith('/') || !name || !path?.startsWith('/')) return undefined;
  if (!/^-?\d+$/.test(priority ?? '')) return undefined;
  const followers = words.flatMap((word, at) => {
    const [slave, title, target] = words.slice(at + 1, at + 4);
    return word === '--slave' && slave && title && target ? [{ link: slave, name: title, path: target }] : [];
  });
  return { link, name, path, priority: Number(priority), followers };
}

/**
 * Splits a simple shell command into words up to its end. A word that cannot be known without running the script is
 * undefined; so is the whole, if even its words cannot be told apart.
 */
function shellWords(text: string, variables: Variables): (string | undefined)[] | undefined {
  const words: (string | undefined)[] = [];
  const token = /\s*((?:[^\s"'`$|&;<>()#\\]|"[^"`\\]*"|'[^']*'|\$\w+|\$\{\w+\})+)/y;
  let end = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    words.push(expand(match[1] ?? '', variables));
    end = token.lastIndex;
  }
  const rest = text.slice(end).trimStart();
  return rest === '' || /^(?:[|&;)#<]|\d?>)/.test(rest) ? words : undefined;
}

function expand(word: string, variables: Variables): string | undefined {
  const parts = [...word.matchAll(/'([^']*)'|\$\{?(\w+)\}?|([^'$"]+)/g)];
  let text = '';
  for (const [, quoted, variable, plain] of parts) {
    const part = quoted ?? (variable === undefined ? plain : variables.get(variable));
    if (part === undefined) return undefined;
    text += part;
  }
  return text;
}
