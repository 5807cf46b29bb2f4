// Is a text well-formed XML, or HTML of which only some elements have no end? Independent of what makes our pages.
const VOID = new Set(['meta', 'link', 'br', 'hr', 'img', 'input']);

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** All elements in order; throws where tags do not match. */
export function elementsOf(text: string): Element[] {
  const found: Element[] = [];
  const open: string[] = [];
  const inner = text.replace(/<(style|script)>[\s\S]*?<\/\1>/g, '<$1></$1>');
  for (const [, tag = ''] of inner.matchAll(/<([^>]*)>/g)) {
    if (tag.startsWith('!')) continue;
    if (tag.startsWith('/')) {
      const last = open.pop();
      if (last !== tag.slice(1)) throw new Error(`<${tag}> ends <${last}>`);
      continue;
    }
    const [, name = '', rest = ''] = /^([a-zA-Z][\w-]*)([\s\S]*)$/.exec(tag) ?? [];
    if (name === '') throw new Error(`<${tag}> is no tag`);
    const attributes = Object.fromEntries(
      [...rest.matchAll(/([\w:-]+)="([^"<]*)"/g)].map(([, key = '', value = '']) => [key, value]),
    );
    const left = rest.replace(/\s[\w:-]+="[^"<]*"/g, '').replace(/\s(open|hidden)\b/g, '');
    if (!/^\s*\/?$/.test(left)) throw new Error(`<${tag}> has more than attributes`);
    found.push({ name, attributes });
    if (!left.includes('/') && !VOID.has(name)) open.push(name);
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> never ends`);
  return found;
}
