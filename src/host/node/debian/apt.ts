// A private apt: it takes the machine's network settings and keys, but has its own lists, state and downloads, an
// empty set of installed packages, and riscv64 as its architecture. It never touches the machine's own packages.
import { createHash } from 'node:crypto';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchiveSource } from './source.ts';
import { runTool } from './tool.ts';

const ARCHITECTURE = 'riscv64';
/** Lists older than this are fetched again: point releases move a suite's packages. */
const LIST_LIFETIME_IN_MILLISECONDS = 24 * 60 * 60 * 1000;

/** A private apt, ready for commands. */
export interface PrivateApt {
  readonly configuration: string;
  readonly downloads: string;
  readonly emptyDirectory: string;
  /** A file touched when the lists were last fetched. */
  readonly stamp: string;
}

/** Lays out a private apt for `suite` of `source` under `cache`; fetches nothing. */
export function preparePrivateApt(cache: string, suite: string, source: ArchiveSource): PrivateApt {
  const stanza = sourceStanza(suite, source);
  const key = createHash('sha256').update(stanza).digest('hex').slice(0, 12);
  const place = join(cache, 'debian', `${suite}-${key}`);
  const downloads = join(cache, 'debian', 'packages');
  for (const directory of ['lists/partial', 'sources', 'cache', 'nothing/partial']) {
    mkdirSync(join(place, directory), { recursive: true });
  }
  mkdirSync(join(downloads, 'partial'), { recursive: true });
  writeFileSync(join(place, 'sources/debian.sources'), stanza);
  writeFileSync(join(place, 'status'), '');
  const configuration = join(place, 'apt.conf');
  writeFileSync(configuration, configurationText(place, downloads));
  return { configuration, downloads, emptyDirectory: join(place, 'nothing'), stamp: join(place, 'fetched') };
}

/** Fetches the lists of packages if there are none, if they are old, or if `always`. */
export async function refreshLists(apt: PrivateApt, always: boolean): Promise<void> {
  const fetched = statSync(apt.stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (!always && Date.now() - fetched < LIST_LIFETIME_IN_MILLISECONDS) return;
  await runTool('apt-get', ['-c', apt.configuration, '-qq', '--error-on=any', 'update']);
  writeFileSync(apt.stamp, '');
}

/** One package file that apt would install. */
export interface PackageFile {
  readonly path: string;
  /** Its size in bytes. */
  readonly size: number;
}

/** The package files that `packages` need, with everything they depend on; in order of file name. */
export async function resolvePackages(apt: PrivateApt, packages: readonly string[]): Promise<PackageFile[]> {
  // apt leaves out of this list what it has already downloaded, so it is shown an empty place for downloads.
  const nothing = ['-o', `Dir::Cache::archives=${apt.emptyDirectory}`];
  const text = await runTool('apt-get', [...installation(apt), ...nothing, '--print-uris', ...packages]);
  const files = [...text.matchAll(/^'[^']*' (\S+) (\d+) /gm)].map((match) => ({
    path: join(apt.downloads, match[1] ?? ''),
    size: Number(match[2]),
  }));
  if (files.length === 0) throw new Error(`apt-get named no package file for ${packages.join(' ')}`);
  return files.sort((first, second) => (first.path < second.path ? -1 : 1));
}

/** Downloads what `resolvePackages` named; apt checks each file against the signed lists and keeps those it has. */
export async function downloadPackages(apt: PrivateApt, packages: readonly string[]): Promise<void> {
  await runTool('apt-get', [...installation(apt), '--download-only', ...packages]);
}

function installation(apt: PrivateApt): string[] {
  return ['-c', apt.configuration, '-qq', '--yes', '--no-install-recommends', 'install'];
}

function sourceStanza(suite: string, source: ArchiveSource): string {
  const acceptance = Object.entries(source.acceptance ?? {});
  const fields = [
    ['Types', 'deb'],
    ['URIs', source.uri],
    ['Suites', suite],
    ['Components', 'main'],
    ['Architectures', ARCHITECTURE],
    ['Targets', 'Packages'],
    ...acceptance,
    ...(source.signedBy === undefined ? [] : [['Signed-By', source.signedBy]]),
  ];
  return fields.map(([name, value]) => `${name}: ${value}\n`).join('');
}

/** apt.conf(5): read after the machine's own files, so it clears their hooks and pins, and keeps their proxies. */
function configurationText(place: string, downloads: string): string {
  const cleared = [
    ...['APT::Architectures', 'APT::Update::Pre-Invoke', 'APT::Update::Post-Invoke'],
    ...['APT::Update::Post-Invoke-Success', 'APT::Install-Recommends', 'APT::Default-Release'],
    ...['DPkg::Pre-Invoke', 'DPkg::Post-Invoke', 'DPkg::Pre-Install-Pkgs'],
  ];
  const settings = [
    ['APT::Architecture', ARCHITECTURE],
    ['APT::Architectures::', ARCHITECTURE],
    // The cache belongs to whoever runs this: apt's own unprivileged user could not write there.
    ['APT::Sandbox::User', 'root'],
    ['Acquire::Languages', 'none'],
    ['Dir::State', place],
    ['Dir::State::lists', join(place, 'lists')],
    ['Dir::State::status', join(place, 'status')],
    ['Dir::Cache', join(place, 'cache')],
    ['Dir::Cache::archives', downloads],
    ['Dir::Etc::sourcelist', '/dev/null'],
    ['Dir::Etc::sourceparts', join(place, 'sources')],
    ['Dir::Etc::preferences', '/dev/null'],
    ['Dir::Etc::preferencesparts', '/dev/null'],
  ];
  const clearing = cleared.map((name) => `#clear ${name};\n`).join('');
  return clearing + settings.map(([name, value]) => `${name} "${value}";\n`).join('');
}
