/**
 * Standard input that is a regular file: read at the instant at which the machine asks, as much as it asks for.
 *
 * So the pieces in which input arrives depend on the machine alone, and a resumed machine goes on in the same file where the
 * first one was.
 */
import { readSync } from 'node:fs';

const PIECE = 65_536;

/** Where a console's input comes from. */
export interface InputSource {
  /** As OutsideConsole.receive. */
  take(into: Uint8Array): number;
  /** As OutsideConsole.arrival. */
  arrival(): Promise<void>;
  close(): void;
  /** Lets whoever waits for input look again. */
  stir(): void;
}

/** Input from a descriptor of a regular file, from its position on, `skip` bytes left out. An error is the end of it. */
export function fileInput(descriptor: number, skip: number): InputSource {
  // scratch: the host's own position in its file, and bytes that the machine has had already
  const rest = { skip };
  const read = (into: Uint8Array): number => {
    try {
      return readSync(descriptor, into, 0, into.length, null);
    } catch {
      return 0;
    }
  };
  return {
    take(into) {
      while (rest.skip > 0) {
        const count = read(new Uint8Array(Math.min(PIECE, rest.skip)));
        if (count === 0) return -1;
        rest.skip -= count;
      }
      const count = into.length === 0 ? 0 : read(into);
      return count === 0 && into.length > 0 ? -1 : count;
    },
    arrival: () => Promise.resolve(),
    close: () => undefined,
    stir: () => undefined,
  };
}
