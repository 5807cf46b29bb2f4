/** What the bundled command line keeps beside itself for its next start, see tools/loader. Where nothing is kept, all is made anew. */
import type { Digest } from '../host/node/index.ts';
import type { KeptBytes } from '../workbench/index.ts';

/** What the loader hands to the bundle; there is none where this file runs by itself. Bytes are checked when they are found. */
declare const __kept:
  | {
      find(kind: string, key: string): Uint8Array<ArrayBuffer> | undefined;
      keep(kind: string, key: string, bytes: Uint8Array): void;
      checksum(bytes: Uint8Array): number;
    }
  | undefined;

const ENGINES = 'engines';
const DIGESTS = 'digests';
const TRANSLATIONS = 'translations';

/** Where generated engines are kept. */
export function keptEngines(): KeptBytes | undefined {
  if (typeof __kept === 'undefined') return undefined;
  const kept = __kept;
  return { find: (key) => kept.find(ENGINES, key), keep: (key, bytes) => kept.keep(ENGINES, key, bytes) };
}

/** Where translated code of a guest's command is kept. */
export function keptTranslations(command: string): KeptBytes | undefined {
  if (typeof __kept === 'undefined') return undefined;
  const kept = __kept;
  const named = (key: string) => `${command} ${key}`;
  return {
    find: (key) => kept.find(TRANSLATIONS, named(key)),
    keep: (key, bytes) => kept.keep(TRANSLATIONS, named(key), bytes),
  };
}

/** A digest that is computed once for all starts: what has the same length and checksum is taken for the same. */
export function keptDigest(digest: Digest): Digest {
  if (typeof __kept === 'undefined') return digest;
  const kept = __kept;
  return (bytes) => {
    const name = `${bytes.length} ${kept.checksum(bytes)}`;
    const found = kept.find(DIGESTS, '');
    const known: Record<string, string> = found ? JSON.parse(new TextDecoder().decode(found)) : {};
    const computed = known[name] ?? digest(bytes);
    if (known[name] === undefined)
      kept.keep(DIGESTS, '', new TextEncoder().encode(JSON.stringify({ ...known, [name]: computed })));
    return computed;
  };
}
