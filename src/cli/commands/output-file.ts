/** Files of the host that a command writes when its work is done: looked at before it begins, so that no work is lost. */
import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandFailure } from '../command-line.ts';

const USAGE = 2;

function refusal(option: string, file: string, error: unknown): CommandFailure {
  return new CommandFailure(
    `${option} ${file || "''"}: it cannot be written: ${(error as Error).message}`,
    USAGE,
  );
}

/** Throws CommandFailure when a file that an option names could not be written now. It is not made. */
export function checkWritable(option: string, file: string | undefined): void {
  if (file === undefined) return;
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw new Error('it is a directory');
    accessSync(found === undefined ? dirname(file) : file, constants.W_OK);
    if (file === '') throw new Error('a file has a name');
  } catch (error) {
    throw refusal(option, file, error);
  }
}

/** Writes what an option wants written; what the host refuses is a CommandFailure. */
export function writeOutput(option: string, file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw refusal(option, file, error);
  }
}
