// Builds a riscv64 Debian root, as a directory or a tar archive, from the archive that this machine's apt already
// trusts. Packages are downloaded and unpacked, never run: what their installation scripts would do is settled here
// (alternatives, users, a few files of /etc). The same packages give the same bytes.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import {
  type Alternative,
  type AlternativeLink,
  linkAlternatives,
  readAlternatives,
} from './alternatives.ts';
import {
  downloadPackages,
  type PrivateApt,
  preparePrivateApt,
  refreshLists,
  resolvePackages,
} from './apt.ts';
import { writeArchive, writeDirectory } from './output.ts';
import { type DebianPackage, readPackage, unpackInto } from './package.ts';
import { settle } from './settle.ts';
import { type ArchiveSource, findDebianArchive } from './source.ts';
import { FileTree } from './tree.ts';

/** Kinds of files that programs run without, and which are left out unless asked for. */
const OMISSIBLE = {
  documentation: /^usr\/share\/(?:doc|doc-base|info|lintian|bug|common-licenses|base-files\/.*md5sums)\//,
  manuals: /^usr\/share\/man\//,
  translations: /^usr\/share\/(?:locale|i18n\/locales)\//,
} as const;

/** A kind of file that is left out by default. */
export type OmissibleKind = keyof typeof OMISSIBLE;

/** The packages every root starts from: the directory layout, users, a shell, and the C library's own tools. */
export const BASE_PACKAGES: readonly string[] = ['base-files', 'base-passwd', 'dash', 'libc-bin'];

export interface DebianRootOptions {
  /** Names of Debian packages, as apt takes them (`name` or `name=version`). */
  readonly packages: readonly string[];
  /** The suite to take them from. Default: trixie. */
  readonly suite?: string;
  /** A directory to make (absent or empty), or a file whose name ends in .tar. */
  readonly output: string;
  /** Told, in a sentence, what is being done, and what could not be. */
  readonly report?: (message: string) => void;
  /** Kinds of files to keep that are left out by default. */
  readonly keep?: readonly OmissibleKind[];
  /** Where lists and packages are kept between runs. Default: POLYKERNEL_CACHE, or the user's cache directory. */
  readonly cacheDirectory?: string;
  /** The packages to start from instead of BASE_PACKAGES. */
  readonly base?: readonly string[];
  /** The archive to use instead of the one in apt's configuration. */
  readonly source?: ArchiveSource;
  /** Fetch the lists of packages even if those at hand are less than a day old. */
  readonly refresh?: boolean;
}

/** What is in a root; stored in it as /etc/polykernel-root.json. It names no host and no time. */
export interface DebianRootManifest {
  readonly format: 1;
  readonly distribution: 'debian';
  readonly suite: string;
  readonly architecture: 'riscv64';
  readonly requested: readonly string[];
  readonly omitted: readonly OmissibleKind[];
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    readonly architecture: string;
    readonly sha256: string;
  }[];
  readonly alternatives: readonly AlternativeLink[];
}

export interface DebianRoot {
  readonly output: string;
  readonly manifest: DebianRootManifest;
  readonly files: number;
  /** Sum of the sizes of the regular files, in bytes. */
  readonly bytes: number;
  /** SHA-256, in hexadecimal, over every path, attribute and content: equal for equal roots. */
  readonly digest: string;
}

/** Builds a root; see DebianRootOptions. Throws DebianToolError, saying what to do, where there is no apt or dpkg. */
export async function buildDebianRoot(options: DebianRootOptions): Promise<DebianRoot> {
  const report = options.report ?? (() => {});
  const suite = options.suite ?? 'trixie';
  const omitted = omittedKinds(options.keep ?? []);
  const packages = await obtainPackages(options, suite, report);
  report(`Unpacking ${packages.length} packages`);
  const tree = new FileTree();
  for (const { path } of baseFirst(packages)) {
    await unpackInto(tree, path, (name) => omitted.some((kind) => OMISSIBLE[kind].test(name)));
  }
  const time = Math.max(...tree.entries().map(([, inode]) => inode.time));
  settle(tree, time);
  const alternatives = linkAlternatives(tree, offersOf(packages, report), time);
  const manifest: DebianRootManifest = {
    format: 1,
    distribution: 'debian',
    suite,
    architecture: 'riscv64',
    requested: [...options.packages],
    omitted,
    packages: packages.map(({ name, version, architecture, sha256 }) => ({
      name,
      version,
      architecture,
      sha256,
    })),
    alternatives,
  };
  const content = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  tree.set('etc/polykernel-root.json', { kind: 'file', content, mode: 0o644, uid: 0, gid: 0, time });
  report(`Writing ${options.output}`);
  await write(tree, options.output, report);
  return { output: options.output, manifest, ...measure(tree) };
}

function omittedKinds(keep: readonly OmissibleKind[]): OmissibleKind[] {
  return (Object.keys(OMISSIBLE) as OmissibleKind[]).filter((kind) => !keep.includes(kind));
}

/** What was asked for can be no package, or no suite. */
export class DebianNameError extends Error {}

async function obtainPackages(
  options: DebianRootOptions,
  suite: string,
  report: (message: string) => void,
): Promise<DebianPackage[]> {
  if (!/^[a-z][\w.+-]*$/.test(suite))
    throw new DebianNameError(`'${suite}' is not the name of a Debian suite`);
  const wanted = [...(options.base ?? BASE_PACKAGES), ...options.packages];
  const wrong = wanted.find((name) => !/^[a-z0-9][a-z0-9.+-]*(?:=[\w.+:~-]+)?$/.test(name));
  if (wrong !== undefined) throw new DebianNameError(`'${wrong}' is not the name of a Debian package`);
  const source = options.source ?? (await findDebianArchive());
  const apt: PrivateApt = preparePrivateApt(resolve(options.cacheDirectory ?? defaultCache()), suite, source);
  report(`Reading the lists of ${suite} for riscv64`);
  await refreshLists(apt, options.refresh ?? false);
  const files = await resolvePackages(apt, wanted);
  const missing = files.filter(({ path }) => !existsSync(path));
  const megabytes = missing.reduce((sum, { size }) => sum + size, 0) / 1e6;
  report(`Fetching ${missing.length} of ${files.length} packages, ${megabytes.toFixed(1)} MB`);
  await downloadPackages(apt, wanted);
  const packages: DebianPackage[] = [];
  for (const { path } of files) packages.push(await readPackage(path));
  return packages;
}

function defaultCache(): string {
  const own = process.env.POLYKERNEL_CACHE;
  if (own !== undefined && own !== '') return own;
  const shared = process.env.XDG_CACHE_HOME;
  return join(shared === undefined || shared === '' ? join(homedir(), '.cache') : shared, 'polykernel');
}

/** base-files brings the links /bin, /lib and /sbin into /usr, which later packages' paths must find. */
function baseFirst(packages: readonly DebianPackage[]): DebianPackage[] {
  const isBase = ({ name }: DebianPackage) => name === 'base-files';
  return [...packages.filter(isBase), ...packages.filter((one) => !isBase(one))];
}

function offersOf(packages: readonly DebianPackage[], report: (message: string) => void): Alternative[] {
  return packages.flatMap(({ name, afterInstall }) => {
    const { offers, unread } = readAlternatives(afterInstall);
    for (const command of unread) report(`${name}: not linked, only running it would tell: ${command}`);
    return offers;
  });
}

async function write(tree: FileTree, output: string, report: (message: string) => void): Promise<void> {
  mkdirSync(dirname(resolve(output)), { recursive: true });
  if (output.endsWith('.tar')) return writeArchive(tree, output);
  const ownersSet = await writeDirectory(tree, output);
  if (!ownersSet)
    report('Only a superuser can set owners: every file in this directory is yours. A .tar keeps them.');
}

function measure(tree: FileTree): { files: number; bytes: number; digest: string } {
  const hash = createHash('sha256');
  const counted = new Set<unknown>();
  let bytes = 0;
  const entries = tree.entries();
  for (const [path, inode] of entries) {
    const { mode, uid, gid, time, kind } = inode;
    hash.update(JSON.stringify([path, kind, mode, uid, gid, time, kind === 'symlink' ? inode.target : '']));
    if (inode.kind !== 'file') continue;
    hash.update(inode.content);
    if (!counted.has(inode)) bytes += inode.content.length;
    counted.add(inode);
  }
  return { files: entries.length, bytes, digest: hash.digest('hex') };
}
