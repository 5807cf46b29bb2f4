// Writes a file tree out: to a directory, or to a tar archive whose bytes depend on the tree alone.
import { createWriteStream } from 'node:fs';
import {
  chmod,
  chown,
  lchown,
  link,
  lutimes,
  mkdir,
  readdir,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Header, pack } from 'tar-stream';
import type { FileTree, Inode } from './tree.ts';

/** Writes `tree` as a tar archive (POSIX ustar and pax) at `path`; entries in path order, times the packages' own. */
export async function writeArchive(tree: FileTree, path: string): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createWriteStream(path));
  const places = new Map<Inode, string>();
  for (const [name, inode] of tree.entries()) {
    const first = places.get(inode);
    const header = headerOf(name, inode, first);
    const content = first === undefined && inode.kind === 'file' ? inode.content : Buffer.alloc(0);
    // Waiting for each entry keeps the archive from piling up in memory.
    await new Promise<void>((resolve, reject) => {
      archive.entry(header, content, (error) => (error ? reject(error) : resolve()));
    });
    if (inode.kind === 'file') places.set(inode, name);
  }
  archive.finalize();
  await written;
}

function headerOf(name: string, inode: Inode, first: string | undefined): Partial<Header> & { name: string } {
  const { mode, uid, gid, time } = inode;
  const header = { name: `./${name}`, mode, uid, gid, mtime: new Date(time * 1000) };
  if (first !== undefined) return { ...header, type: 'link', linkname: `./${first}` };
  if (inode.kind === 'symlink') return { ...header, type: 'symlink', linkname: inode.target };
  return { ...header, type: inode.kind };
}

/**
 * Writes `tree` into the directory `path`, which must be empty or absent. Owners are set only by a superuser; gives
 * whether they were.
 */
export async function writeDirectory(tree: FileTree, path: string): Promise<boolean> {
  await mkdir(path, { recursive: true });
  if ((await readdir(path)).length > 0)
    throw new Error(`${path} is not empty: name a new directory for the root`);
  const ownersSet = process.getuid?.() === 0;
  const places = new Map<Inode, string>();
  const entries = tree.entries();
  for (const [name, inode] of entries) {
    const place = join(path, name);
    const first = places.get(inode);
    if (first !== undefined) await link(first, place);
    else await writeOne(place, inode, ownersSet);
    if (inode.kind === 'file') places.set(inode, place);
  }
  // Directories last and children first: filling a directory changes its time, and its mode may forbid filling it.
  for (const [name, inode] of entries.reverse()) {
    if (inode.kind !== 'directory') continue;
    await chmod(join(path, name), inode.mode);
    await utimes(join(path, name), inode.time, inode.time);
  }
  return ownersSet;
}

async function writeOne(place: string, inode: Inode, setOwner: boolean): Promise<void> {
  switch (inode.kind) {
    case 'directory':
      await mkdir(place, { recursive: true });
      if (setOwner) await chown(place, inode.uid, inode.gid);
      return;
    case 'symlink':
      await symlink(inode.target, place);
      if (setOwner) await lchown(place, inode.uid, inode.gid);
      await lutimes(place, inode.time, inode.time);
      return;
    case 'file':
      await writeFile(place, inode.content);
      if (setOwner) await chown(place, inode.uid, inode.gid);
      // After chown, which clears the set-user-ID bit.
      await chmod(place, inode.mode);
      await utimes(place, inode.time, inode.time);
  }
}
