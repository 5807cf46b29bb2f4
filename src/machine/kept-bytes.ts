/** What a process keeps for later ones of the same program, where the host has a place for it. Whoever keeps it answers for the bytes. */

export interface KeptBytes {
  /** Undefined when nothing is kept, or when it is not what was kept. */
  find(key: string): Uint8Array<ArrayBuffer> | undefined;
  keep(key: string, bytes: Uint8Array): void;
}
