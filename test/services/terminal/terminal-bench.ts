/** A kernel with the terminal service and a console of the test. */
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { type OutsideConsole, OutsideError } from '../../../src/contracts/outside.ts';
import {
  bootTerminal,
  deliverInput,
  type TerminalWiring,
  terminalService,
} from '../../../src/services/terminal/index.ts';
import { TerminalRequest, terminal } from '../../../src/services/terminal/interface.ts';
import {
  type Pending,
  type Program,
  type Result,
  ServiceBench,
  supply,
} from '../../support/service-bench.ts';

/** A console in the test's hands. */
export class TestConsole implements OutsideConsole {
  readonly terminal: readonly [boolean, boolean, boolean];
  columns = 80;
  rows = 24;
  /** What the streams have taken, in order. */
  readonly sent: { stream: 1 | 2; bytes: Uint8Array }[] = [];
  /** Set to have the host refuse output. */
  refuses = false;
  #typed: number[] = [];
  #ended = false;

  constructor(terminals: readonly [boolean, boolean, boolean]) {
    this.terminal = terminals;
  }

  type(bytes: Uint8Array): void {
    this.#typed.push(...bytes);
  }

  end(): void {
    this.#ended = true;
  }

  receive(into: Uint8Array): number {
    const count = Math.min(into.length, this.#typed.length);
    into.set(this.#typed.splice(0, count));
    return count === 0 && this.#ended ? -1 : count;
  }

  arrival(): Promise<void> {
    return Promise.resolve();
  }

  send(stream: 1 | 2, bytes: Uint8Array): void {
    if (this.refuses) throw new OutsideError(ErrorNumber.EPIPE, 'nobody reads');
    this.sent.push({ stream, bytes });
  }

  /** The bytes sent since the last call. */
  takeSent(stream?: 1 | 2): Uint8Array {
    const taken = this.sent.splice(0).filter((each) => stream === undefined || each.stream === stream);
    return Uint8Array.from(taken.flatMap(({ bytes }) => [...bytes]));
  }
}

const BUFFER = 0x10000;

export class TerminalBench extends ServiceBench {
  readonly console: TestConsole;
  readonly one: Program;
  readonly signals: number[];
  readonly #wiring: TerminalWiring;

  constructor(terminals: readonly [boolean, boolean, boolean] = [true, true, true]) {
    const console = new TestConsole(terminals);
    const signals: number[] = [];
    const wiring = {
      supply,
      console,
      interruptCharacter: (_: unknown, signal: number) => signals.push(signal),
    };
    super([terminalService(wiring)]);
    this.#wiring = wiring;
    this.console = console;
    this.signals = signals;
    bootTerminal(this.kernel, wiring);
    this.one = this.program();
    this.run();
  }

  /** What was typed arrives: the console's interrupt. */
  deliver(): number {
    let result = 0;
    this.executive.interrupt(0, () => {
      result = deliverInput(this.kernel, this.#wiring);
    });
    return result;
  }

  type(text: string | Uint8Array): void {
    this.console.type(typeof text === 'string' ? new TextEncoder().encode(text) : text);
    this.deliver();
    this.run();
  }

  startRead(size: number, wait = 1, program = this.one, stream = 0): Pending {
    return program.start(terminal.read, { stream, into: program.span(BUFFER, size), wait });
  }

  /** The bytes of a read that has ended, or its error. */
  taken(read: Pending, program = this.one): string | number | undefined {
    this.run();
    const { result } = read;
    if (result === undefined || result.error !== 0) return result?.error;
    return new TextDecoder('latin1').decode(program.peek(BUFFER, result.value));
  }

  read(size: number, wait = 1): string | number | undefined {
    return this.taken(this.startRead(size, wait));
  }

  write(bytes: Uint8Array | string, stream = 1, wait = 1): Result | undefined {
    const data = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
    this.one.poke(0x20000, data);
    const from = this.one.span(0x20000, data.length);
    const pending = this.one.start(terminal.write, { stream, from, wait });
    this.run();
    return pending.result;
  }

  /** An ioctl whose argument is at a fixed place. */
  control(
    request: number,
    bytes?: Uint8Array,
    stream = 0,
  ): { result: Result | undefined; bytes: Uint8Array } {
    if (bytes !== undefined) this.one.poke(0x30000, bytes);
    const argument = this.one.span(0x30000, 44);
    const pending = this.one.start(terminal.control, { stream, request, argument });
    this.run();
    return { result: pending.result, bytes: this.one.peek(0x30000, 44) };
  }

  /** An ioctl whose argument is a number. */
  controlNumber(request: number, argument: number): Result | undefined {
    const span = this.one.span(argument, 0);
    const pending = this.one.start(terminal.control, { stream: 0, request, argument: span });
    this.run();
    return pending.result;
  }

  poll(stream = 0): number | undefined {
    const pending = this.one.start(terminal.poll, { stream });
    this.run();
    return pending.result?.value;
  }

  /** Changes settings through TCGETS and TCSETS. */
  settings(
    change: (words: Uint32Array, characters: Uint8Array) => void,
    request: number = TerminalRequest.TCSETS,
  ): void {
    const { bytes } = this.control(TerminalRequest.TCGETS);
    const copy = bytes.slice();
    change(new Uint32Array(copy.buffer, 0, 4), copy.subarray(17, 36));
    this.control(request, copy);
  }
}
