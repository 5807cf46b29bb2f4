/**
 * The outside world: the only way in which anything that is not computed reaches the machine.
 *
 * Guest time, randomness and memory never depend on the host; what does (terminal input, files of the host, real pace) goes
 * through this interface, so that it can be recorded and replayed. Every call is made by the machine at an exact cycle.
 */

/** What a host file is, as far as a lower layer tells. */
export interface OutsideAttributes {
  readonly kind: 'file' | 'directory' | 'symlink' | 'fifo' | 'character' | 'block' | 'socket';
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
  readonly user: number;
  readonly group: number;
  readonly size: number;
  /** Seconds since 1970, with nanoseconds beside. */
  readonly modifiedSeconds: number;
  readonly modifiedNanoseconds: number;
  /** Major and minor of a device node. */
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  /** Paths with equal non-zero identities are one file with several links. */
  readonly identity: number;
  readonly links: number;
}

/**
 * A read-only tree of files: a host directory, a tar archive, the built-in programs. Paths are byte strings relative to
 * the root of the tree, '' for the root itself, without '.' or '..'; they never lead out of it.
 */
export interface LowerLayer {
  /** What a person calls it: shown in errors and in snapshots. */
  readonly description: string;
  /** A digest or stamp by which a resumed snapshot knows the tree again. */
  readonly fingerprint: string;
  /** The names in a directory, sorted by bytes. */
  list(path: Uint8Array): readonly Uint8Array[];
  /** Undefined when there is no such file. Symbolic links are not followed. */
  attributes(path: Uint8Array): OutsideAttributes | undefined;
  /** Fills `into` from an offset; returns the number of bytes, less than asked only at the end of the file. */
  read(path: Uint8Array, offset: number, into: Uint8Array): number;
  /** The target of a symbolic link. */
  link(path: Uint8Array): Uint8Array;
}

/** A tree of the host that may be written. Every call throws an OutsideError with an error number when the host refuses. */
export interface WritableLayer extends LowerLayer {
  write(path: Uint8Array, offset: number, from: Uint8Array): void;
  create(path: Uint8Array, attributes: OutsideAttributes, target: Uint8Array): void;
  remove(path: Uint8Array): void;
  rename(from: Uint8Array, to: Uint8Array): void;
  hardLink(from: Uint8Array, to: Uint8Array): void;
  change(path: Uint8Array, attributes: OutsideAttributes): void;
}

/** What is on a disk: bytes by range. Each call throws an OutsideError when the host refuses. */
export interface OutsideDisk {
  /** What a person calls it. */
  readonly description: string;
  /** A digest or stamp of what it holds now. */
  readonly fingerprint: string;
  /** Bytes. */
  readonly size: number;
  /** False when nothing may be written to it. */
  readonly writable: boolean;
  /** Fills `into` from an offset. */
  read(offset: number, into: Uint8Array): void;
  write(offset: number, from: Uint8Array): void;
  /** All that was written is safe from here on. */
  flush(): void;
}

/** A refusal of the host, in the error numbers of errors.ts. */
export class OutsideError extends Error {
  readonly errorNumber: number;
  constructor(errorNumber: number, message: string) {
    super(message);
    this.errorNumber = errorNumber;
  }
}

/** The console's two ends. */
export interface OutsideConsole {
  /** Bytes that have arrived and fit in `into`; 0 when none has arrived yet, -1 at the end of input. */
  receive(into: Uint8Array): number;
  /** Resolves when `receive` has something to say. */
  arrival(): Promise<void>;
  /** Stream 1 is output, 2 error output. */
  send(stream: 1 | 2, bytes: Uint8Array): void;
  /** Which of the standard streams 0, 1, 2 is a terminal, and its size. */
  readonly terminal: readonly [boolean, boolean, boolean];
  readonly columns: number;
  readonly rows: number;
}

export interface OutsideWorld {
  readonly console: OutsideConsole;
  /** The trees mounted when the machine starts, in the order in which the workbench names them. */
  readonly layers: readonly LowerLayer[];
  /** The disks of the machine, none when left out. */
  readonly disks?: readonly OutsideDisk[];
  /** Waits until virtual time `seconds` since the start is due in real time; at once under virtual pace. */
  pace(seconds: number): Promise<void>;
}

/** A free choice: which of equals first. Returns 0 to options - 1. */
export type Choose = (point: string, options: number) => number;
