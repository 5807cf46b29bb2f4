/**
 * The line discipline against the Linux kernel's: what a pseudo-terminal did (record-transcripts.py), the service must do.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { TerminalRequest } from '../../../src/services/terminal/interface.ts';
import { TerminalBench } from './terminal-bench.ts';

interface Settings {
  readonly input: number;
  readonly output: number;
  readonly local: number;
  readonly characters: { readonly [index: string]: number };
}

type Action =
  | { readonly do: 'type' | 'write'; readonly bytes: string }
  | { readonly do: 'read'; readonly size: number; readonly result: string }
  | { readonly do: 'count' | 'poll'; readonly result: number }
  | { readonly do: 'set'; readonly settings: Settings };
type Step = Action & { readonly output: string };

interface Recording {
  readonly kernel: string;
  readonly cases: readonly {
    readonly seed: number;
    readonly settings: Settings;
    readonly steps: readonly Step[];
  }[];
}

const recording = JSON.parse(readFileSync(new URL('transcripts.json', import.meta.url), 'utf8')) as Recording;

/** poll's bits that the recording asked for. */
const ASKED = 0x005;

function set(bench: TerminalBench, settings: Settings): void {
  bench.settings((words, characters) => {
    words[0] = settings.input;
    words[1] = settings.output;
    words[3] = settings.local;
    for (const [index, value] of Object.entries(settings.characters)) characters[Number(index)] = value;
  });
}

/** Does what a step did; returns what came of it, in the recording's words. */
function act(bench: TerminalBench, step: Step): unknown {
  switch (step.do) {
    case 'type':
      bench.type(Buffer.from(step.bytes, 'hex'));
      return undefined;
    case 'write':
      bench.write(Buffer.from(step.bytes, 'hex'));
      return undefined;
    case 'read': {
      const taken = bench.read(step.size, 0);
      if (taken === ErrorNumber.EAGAIN) return 'EAGAIN';
      return typeof taken === 'string' ? Buffer.from(taken, 'latin1').toString('hex') : taken;
    }
    case 'count':
      return new DataView(bench.control(TerminalRequest.FIONREAD).bytes.buffer).getUint32(0, true);
    case 'poll':
      return (bench.poll() ?? 0) & ASKED;
    case 'set':
      set(bench, step.settings);
      return undefined;
  }
}

describe(`as ${recording.kernel}`, () => {
  test.each(recording.cases)('case $seed', ({ settings, steps }) => {
    const bench = new TerminalBench();
    set(bench, settings);
    for (const [index, step] of steps.entries()) {
      const result = act(bench, step);
      const output = Buffer.from(bench.console.takeSent()).toString('hex');
      const said = `step ${index}, ${JSON.stringify(step)}`;
      const expected = 'result' in step ? step.result : undefined;
      expect(`${said}: ${result}, output ${output}`).toBe(`${said}: ${expected}, output ${step.output}`);
    }
  });
});
