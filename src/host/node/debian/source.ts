// Finds, in apt's own configuration, where this machine gets Debian from: the archive's address and the key that
// signs it. Nothing about any host is known in advance; sources.list(5) defines both formats read here.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DebianToolError, runTool } from './tool.ts';

/** One archive of packages, as apt would use it. */
export interface ArchiveSource {
  /** The archive's base address, as written in apt's sources (http, https, file, mirror+file and so on). */
  readonly uri: string;
  /** What apt's Signed-By says: keyring paths, fingerprints or an armoured key; undefined means apt's trusted keys. */
  readonly signedBy?: string;
  /** Other fields that decide whether apt accepts the archive (Trusted, Check-Valid-Until and the like). */
  readonly acceptance?: Readonly<Record<string, string>>;
}

/** One source of binary packages with the suites and components that the machine takes from it. */
export interface SourceEntry extends ArchiveSource {
  readonly suites: readonly string[];
  readonly components: readonly string[];
}

const ACCEPTANCE_FIELDS = ['trusted', 'check-valid-until', 'check-date', 'valid-until-max', 'allow-weak'];

/** Reads every source file of this machine's apt and picks the one that is Debian's archive. */
export async function findDebianArchive(): Promise<ArchiveSource> {
  const paths = await runTool('apt-config', [
    'shell',
    ...['SOURCE_LIST', 'Dir::Etc::sourcelist/f', 'SOURCE_PARTS', 'Dir::Etc::sourceparts/d'],
  ]);
  const value = (name: string) => new RegExp(`^${name}='(.*)'$`, 'm').exec(paths)?.[1] ?? '';
  const entries = readEntries(value('SOURCE_LIST'), value('SOURCE_PARTS'));
  return chooseDebianArchive(entries);
}

/** Picks Debian's main archive among the machine's sources: other vendors also publish for Debian's suites. */
export function chooseDebianArchive(entries: readonly SourceEntry[]): ArchiveSource {
  const ranked = entries
    .map((entry) => ({ entry, rank: debianness(entry) }))
    .filter(({ rank }) => rank > 0)
    .sort((first, second) => second.rank - first.rank);
  const best = ranked[0]?.entry;
  if (best === undefined) {
    throw new DebianToolError(
      "apt's sources on this machine name no Debian archive (component main of a Debian suite). Run this on a Debian " +
        'machine, or name an archive and the keyring that signs it.',
    );
  }
  return best;
}

function debianness(entry: SourceEntry): number {
  const isMainSuite = entry.suites.some((suite) => /^[a-z]+$/.test(suite));
  if (!entry.components.includes('main') || !isMainSuite) return 0;
  const signedByDebian = /debian-archive/.test(entry.signedBy ?? '') ? 2 : 0;
  const namedDebian = /\/debian\/?$/.test(entry.uri) ? 1 : 0;
  return signedByDebian + namedDebian;
}

function readEntries(listFile: string, partsDirectory: string): SourceEntry[] {
  const parts = namesIn(partsDirectory).map((name) => join(partsDirectory, name));
  return [listFile, ...parts].flatMap((path) => {
    const text = textOf(path);
    if (path.endsWith('.sources')) return parseStanzas(text);
    return path.endsWith('.list') ? parseLines(text) : [];
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return '';
    throw error;
  }
}

/** Either place may be missing: machines use one format or the other. */
function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Parses the one-line format: `deb [option=value ...] uri suite component...`. */
export function parseLines(text: string): SourceEntry[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (match === null) return [];
    const [, options = '', uri = '', suite = '', components = ''] = match;
    const fields = new Map<string, string>();
    for (const option of words(options)) {
      const [name = '', ...rest] = option.split('=');
      fields.set(name.toLowerCase(), rest.join('=').replaceAll(',', ' '));
    }
    return [{ uri, suites: [suite], components: words(components), ...trust(fields) }];
  });
}

/** Parses the deb822 format: stanzas of `Field: value`, continued on lines that begin with a space. */
export function parseStanzas(text: string): SourceEntry[] {
  const withoutComments = text.replace(/^#.*\n?/gm, '');
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map<string, string>();
    for (const match of stanza.matchAll(/^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm)) {
      fields.set((match[1] ?? '').toLowerCase(), match[2] ?? '');
    }
    const disabled = /^(no|false|without|off|disable)$/.test(fields.get('enabled')?.trim() ?? 'yes');
    const uri = words(fields.get('uris') ?? '')[0];
    if (disabled || uri === undefined || !words(fields.get('types') ?? '').includes('deb')) return [];
    const suites = words(fields.get('suites') ?? '');
    return [{ uri, suites, components: words(fields.get('components') ?? ''), ...trust(fields) }];
  });
}

function trust(fields: ReadonlyMap<string, string>): Pick<ArchiveSource, 'signedBy' | 'acceptance'> {
  const signedBy = fields.get('signed-by');
  const kept = ACCEPTANCE_FIELDS.flatMap((name) => {
    const value = fields.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...(signedBy === undefined ? {} : { signedBy }), acceptance: Object.fromEntries(kept) };
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
