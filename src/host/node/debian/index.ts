// Debian roots for Node: the `root` feature's public face.
export {
  BASE_PACKAGES,
  buildDebianRoot,
  DebianNameError,
  type DebianRoot,
  type DebianRootManifest,
  type DebianRootOptions,
  type OmissibleKind,
} from './root.ts';
export type { ArchiveSource } from './source.ts';
export { DebianToolError } from './tool.ts';
