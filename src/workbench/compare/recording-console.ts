/** A console without a person: all input is there from the beginning, all output is kept. For runs that are compared. */
import type { OutsideConsole } from '../../contracts/outside.ts';

export interface RecordingConsole extends OutsideConsole {
  /** What was written to a stream so far. */
  written(stream: 1 | 2): Uint8Array;
}

const COLUMNS = 80;
const ROWS = 24;

export function recordingConsole(input: Uint8Array): RecordingConsole {
  const output: { readonly [stream: number]: Uint8Array[] } = { 1: [], 2: [] };
  let at = 0;
  return {
    receive(into) {
      const count = Math.min(into.length, input.length - at);
      into.set(input.subarray(at, at + count));
      at += count;
      return count === 0 && into.length > 0 ? -1 : count;
    },
    arrival: () => Promise.resolve(),
    send: (stream, bytes) => {
      output[stream]?.push(bytes.slice());
    },
    terminal: [false, false, false],
    columns: COLUMNS,
    rows: ROWS,
    written: (stream) => joined(output[stream] ?? []),
  };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const piece of pieces) {
    all.set(piece, end);
    end += piece.length;
  }
  return all;
}
