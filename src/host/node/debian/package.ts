// Reads one .deb file (deb(5)): its control fields, the script it would run when installed, and its files. dpkg-deb
// decompresses; the tar streams are read here, so nothing is ever unpacked outside the tree.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Extract, extract } from 'tar-stream';
import { startTool } from './tool.ts';
import type { FileTree, Inode } from './tree.ts';

/** One member of a tar stream being read. */
type Entry = Extract extends AsyncIterable<infer Member> ? Member : never;

/** What a package says of itself. */
export interface DebianPackage {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** SHA-256 of the .deb file, in hexadecimal. */
  readonly sha256: string;
  /** The shell script it runs once its files are in place; '' if it has none. It is read, never run. */
  readonly afterInstall: string;
}

/** Reads the control part of the package file at `path`. */
export async function readPackage(path: string): Promise<DebianPackage> {
  const members = new Map<string, string>();
  await readTar('--ctrl-tarfile', path, async (entry) => {
    members.set(entry.header.name.replace(/^\.\//, ''), (await contentOf(entry)).toString('utf8'));
  });
  const control = members.get('control') ?? '';
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(control)?.[1] ?? '';
  return {
    path,
    name: field('Package'),
    version: field('Version'),
    architecture: field('Architecture'),
    sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
    afterInstall: members.get('postinst') ?? '',
  };
}

/** Adds the files of the package at `path` to `tree`, except those whose canonical path `omit` accepts. */
export async function unpackInto(
  tree: FileTree,
  path: string,
  omit: (path: string) => boolean,
): Promise<void> {
  await readTar('--fsys-tarfile', path, async (entry) => {
    const name = tree.canonical(entry.header.name);
    const inode = await inodeOf(tree, entry);
    if (!omit(name)) tree.set(name, inode);
  });
}

async function inodeOf(tree: FileTree, entry: Entry): Promise<Inode> {
  const { header } = entry;
  const attributes = {
    mode: header.mode & 0o7777,
    uid: header.uid,
    gid: header.gid,
    time: Math.floor(header.mtime.getTime() / 1000),
  };
  switch (header.type) {
    case 'directory':
      return { kind: 'directory', ...attributes };
    case 'symlink':
      return { kind: 'symlink', target: header.linkname, ...attributes };
    case 'file':
    case 'contiguous-file':
      return { kind: 'file', content: await contentOf(entry), ...attributes };
    case 'link': {
      const inode = tree.get(header.linkname);
      if (inode !== undefined) return inode;
      throw new Error(`${header.name} is a hard link to ${header.linkname}, which is not there`);
    }
    default:
      throw new Error(`${header.name}: a ${header.type} in a package is not supported`);
  }
}

async function contentOf(entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function readTar(part: string, path: string, read: (entry: Entry) => Promise<void>): Promise<void> {
  const tool = startTool('dpkg-deb', [part, path]);
  const archive = extract();
  tool.stdout.pipe(archive);
  // A failed tool ends its output early: its own complaint is worth more than "unexpected end of data".
  const failed = tool.finished.catch((error: Error) => {
    archive.destroy(error);
    throw error;
  });
  const entries = (async () => {
    for await (const entry of archive) {
      await read(entry);
      entry.resume();
    }
  })();
  await Promise.all([failed, entries]);
}
