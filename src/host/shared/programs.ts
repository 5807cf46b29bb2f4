/**
 * The built-in programs as a layer: what `programs/prebuilt/manifest.json` lists, each checked against its digest there
 * when it is first read. * How the bytes are come by is the caller's: files in Node, requests in a browser.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { LowerLayer } from '../../contracts/outside.ts';
import { type MemoryEntry, memoryLayer } from './memory-layer.ts';

/** The manifest, as programs/build.mjs writes it. */
export interface ProgramsManifest {
  /** Programs by path: 'bin/cat', 'tests/threads'. */
  readonly programs: { readonly [path: string]: { readonly size: number; readonly sha256: string } };
  /** Names in 'bin' that are other names of programs there. */
  readonly links: { readonly [name: string]: string };
}

/** The folders of programs for users, in Node and browser alike: a machine sees the same tree in both. */
export const USER_FOLDERS: readonly string[] = ['bin', 'demos', 'native'];

/** The manifest's paths in the folders wanted. */
export function programPaths(manifest: ProgramsManifest, folders: readonly string[]): string[] {
  return Object.keys(manifest.programs).filter((path) => folders.includes(path.split('/')[0] ?? ''));
}

/** SHA-256 in hexadecimal digits. */
export type Digest = (bytes: Uint8Array) => string;

const ownDigest: Digest = (bytes) => bytesToHex(sha256(bytes));

/** The bytes of a program, if they are those of the manifest. Throws when they are not. */
export function checkedProgram(
  manifest: ProgramsManifest,
  path: string,
  bytes: Uint8Array,
  digest: Digest = ownDigest,
): Uint8Array {
  if (digest(bytes) !== manifest.programs[path]?.sha256)
    throw new Error(
      `the built-in program '${path}' is not the one of its manifest: build the programs again`,
    );
  return bytes;
}

/**
 * @param bytes gives the bytes of a program, by path, when they are first read. @param digest a faster way to it, where the host has one.
 */
export function programsLayer(
  manifest: ProgramsManifest,
  folders: readonly string[],
  bytes: (path: string) => Uint8Array,
  digest: Digest = ownDigest,
): LowerLayer {
  const paths = programPaths(manifest, folders);
  const entries = paths.map((path): MemoryEntry => {
    const read = () => checkedProgram(manifest, path, bytes(path), digest);
    return { path, mode: 0o755, later: { size: manifest.programs[path]?.size ?? 0, bytes: read } };
  });
  const links = Object.entries(manifest.links)
    .map(([name, program]) => ({ path: `bin/${name}`, linkTo: `bin/${program}` }))
    .filter(({ linkTo }) => paths.includes(linkTo));
  return memoryLayer([...entries, ...links], 'the built-in programs');
}
