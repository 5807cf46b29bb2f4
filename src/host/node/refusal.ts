/** What the host refuses, in the machine's error numbers. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { OutsideError } from '../../contracts/outside.ts';

/** The error number of a failed call of Node's: its code's, when the machine knows that name, else EIO. */
export function errorNumberOf(error: unknown): number {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const numbers: { readonly [name: string]: number } = ErrorNumber;
  return (code === undefined ? undefined : numbers[code]) ?? ErrorNumber.EIO;
}

/** Runs `body`; what the host refuses becomes an OutsideError. */
export function asking<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    // What has no code is not the host's refusal but a fault of ours, or says what it is already.
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new OutsideError(errorNumberOf(error), error.message);
  }
}
