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

/** A place for bytes of one kind, where there is one at all. @param about is put before every key */
function keptBytes(kind: string, about = ''): KeptBytes | undefined {
  if (typeof __kept === 'undefined') return undefined;
  const kept = __kept;
  return {
    find: (key) => kept.find(kind, about + key),
    keep: (key, bytes) => kept.keep(kind, about + key, bytes),
  };
}

/** Where generated engines are kept. */
export const keptEngines = (): KeptBytes | undefined => keptBytes(ENGINES);

/** Where translated code of a guest's command is kept. */
export const keptTranslations = (command: string): KeptBytes | undefined =>
  keptBytes(TRANSLATIONS, `${command} `);

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
