/** The pipes service against the Linux kernel's pipes: what record-transcripts.py saw, the service must do. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pipeService } from '../../../src/services/pipes/index.ts';
import { PipeEnd, pipes } from '../../../src/services/pipes/interface.ts';
import { type Pending, ServiceBench, supply } from '../../support/service-bench.ts';

type Step = readonly [what: string, argument: number, result: number];
interface Recording {
  readonly kernel: string;
  readonly cases: readonly { readonly seed: number; readonly steps: readonly Step[] }[];
}

const recording = JSON.parse(readFileSync(new URL('transcripts.json', import.meta.url), 'utf8')) as Recording;

class Recorded {
  readonly #bench = new ServiceBench([pipeService(supply)]);
  readonly #program = this.#bench.program({ user: 1000 });
  readonly #pipe = this.#answer(this.#program.start(pipes.create, { capacity: 0 }));

  constructor() {
    for (const end of [PipeEnd.read, PipeEnd.write])
      this.#answer(this.#program.start(pipes.open, { pipe: this.#pipe, end, wait: 0 }));
  }

  act(what: string, argument: number): number {
    const pipe = this.#pipe;
    const span = this.#program.span(0x10000, argument);
    switch (what) {
      case 'write':
        return this.#answer(this.#program.start(pipes.write, { pipe, from: span, wait: 0 }));
      case 'read':
        return this.#answer(this.#program.start(pipes.read, { pipe, into: span, wait: 0 }));
      case 'count':
        return this.#answer(this.#program.start(pipes.figures, { pipe }));
      case 'setsize':
        return this.#answer(this.#program.start(pipes.setCapacity, { pipe, capacity: argument }));
      default: {
        const end = what.endsWith('r') ? PipeEnd.read : PipeEnd.write;
        const reference = what.startsWith('poll') ? pipes.poll : pipes.close;
        return this.#answer(this.#program.start(reference, { pipe, end }));
      }
    }
  }

  #answer(pending: Pending): number {
    this.#bench.run();
    const { value, error } = pending.result as { value: number; error: number };
    return error === 0 ? value : -error;
  }
}

describe(`as ${recording.kernel}`, () => {
  test.each(recording.cases)('case $seed', ({ steps }) => {
    const recorded = new Recorded();
    for (const [index, [what, argument, result]] of steps.entries()) {
      const said = `step ${index}: ${what} ${argument}`;
      expect(`${said}: ${recorded.act(what, argument)}`).toBe(`${said}: ${result}`);
    }
  });
});
