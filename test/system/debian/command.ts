// The form of one command whose behaviour polykernel must share with Linux.
//
// Rules for commands: what they print must not depend on process numbers, the time of day, inode numbers, addresses,
// the order of a directory, the size or blocks of a directory, the number of processors, or the kernel's name; no
// sockets, no terminal. Each starts in DIRECTORY, as the superuser, with the runner's environment (PATH, HOME=/root,
// TERM=dumb) and umask 022.
import type { InputFile } from '../support/qemu.ts';

/** Where every command starts; empty but for the command's own files. */
export const DIRECTORY = '/tmp';

export interface ComparedCommand {
  /** Unique; lower case with dashes. */
  readonly name: string;
  /** Debian packages that must be in the root besides those every root has. */
  readonly packages: readonly string[];
  /** The programs (or busybox applets, as `busybox sed`) that it is about. */
  readonly programs: readonly string[];
  /** Whether processes work together in it: a pipeline, a background job, a signal, a program that starts others. */
  readonly severalProcesses: boolean;
  /** The program and its parameters. */
  readonly command: readonly string[];
  readonly stdin?: string;
  /** Files to have in the root, by absolute path. */
  readonly files?: Readonly<Record<string, string | InputFile>>;
}
