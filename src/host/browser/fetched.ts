/** Layers from what a page fetches: tar archives, packed by gzip or not, and the built-in programs. */
import type { LowerLayer } from '../../contracts/outside.ts';
import {
  checkedProgram,
  type ProgramsManifest,
  programPaths,
  programsLayer,
  USER_FOLDERS,
} from '../shared/programs.ts';
import { ArchiveError } from '../shared/tar/archive.ts';
import { tarLayer } from '../shared/tar/layer.ts';

/** Unpacks what gzip packed; other bytes are given back. @param name what errors call them. */
export async function unpacked(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) {
    throw new ArchiveError(name, 0, `gzip cannot unpack it: ${(error as Error).message}`);
  }
}

async function fetched(address: string | URL): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: the server answers ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** A read-only layer over a tar archive at an address. */
export async function fetchedTarLayer(address: string | URL): Promise<LowerLayer> {
  const name = String(address);
  return tarLayer(await unpacked(await fetched(address), name), name);
}

/** The built-in programs, from the folder at an address in which their manifest is. @param folders those for users when left out. */
export async function fetchedPrograms(
  folder: string | URL,
  folders: readonly string[] = USER_FOLDERS,
): Promise<LowerLayer> {
  const at = (path: string): string => `${String(folder).replace(/\/$/, '')}/${path}`;
  const text = new TextDecoder().decode(await fetched(at('manifest.json')));
  const manifest = JSON.parse(text) as ProgramsManifest;
  const paths = programPaths(manifest, folders);
  const bytes = await Promise.all(paths.map((path) => fetched(at(path))));
  const contents = new Map(paths.map((path, index) => [path, bytes[index] as Uint8Array]));
  for (const [path, content] of contents) checkedProgram(manifest, path, content);
  return programsLayer(manifest, folders, (path) => contents.get(path) as Uint8Array);
}
