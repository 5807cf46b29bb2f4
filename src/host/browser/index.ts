/** What a browser offers a machine: the public entry for pages that run one. */

export { memoryDisk } from '../shared/memory-disk.ts';
export { type MemoryEntry, memoryLayer } from '../shared/memory-layer.ts';
export { mergedLayer } from '../shared/merged-layer.ts';
export type { Pace } from '../shared/pace.ts';
export { ArchiveError } from '../shared/tar/archive.ts';
export { tarLayer } from '../shared/tar/layer.ts';
export { BrowserConsole, type BrowserConsoleOptions } from './console.ts';
export { fetchedPrograms, fetchedTarLayer, unpacked } from './fetched.ts';
export { type BrowserWorldOptions, browserWorld } from './world.ts';
