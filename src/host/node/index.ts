/** What Node offers a machine: the public entry for programs that run one in Node. */

export { memoryDisk } from '../shared/memory-disk.ts';
export { type MemoryEntry, memoryLayer } from '../shared/memory-layer.ts';
export { mergedLayer } from '../shared/merged-layer.ts';
export type { Pace } from '../shared/pace.ts';
export { type Digest, USER_FOLDERS } from '../shared/programs.ts';
export { ArchiveError } from '../shared/tar/archive.ts';
export { tarLayer } from '../shared/tar/layer.ts';
export { isTerminal, type NodeConsole, type NodeConsoleOptions, nodeConsole, writeAll } from './console.ts';
export { type DirectoryLayer, type DirectoryOptions, directoryLayer } from './directory-layer.ts';
export { offerEngineFeatures } from './engine-features.ts';
export { fileDisk } from './file-disk.ts';
export { builtInLayer, nodeDigest, serverProgram } from './programs.ts';
export { tarFileLayer, unpacked } from './tar-file.ts';
export { type NodeWorldOptions, nodeWorld } from './world.ts';
export { writableDirectoryLayer } from './writable-directory-layer.ts';
