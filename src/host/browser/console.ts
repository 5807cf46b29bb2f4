/**
 * A console for a page: the page types, and is given what the machine prints. It is a terminal unless told otherwise; a
 * terminal emulator such as xterm.js shows its bytes as they are.
 */
import type { OutsideConsole } from '../../contracts/outside.ts';

export interface BrowserConsoleOptions {
  /** Called with what the machine prints, at once and in order. The bytes are the callee's to keep. */
  readonly send: (stream: 1 | 2, bytes: Uint8Array) => void;
  /** Which of streams 0, 1, 2 is a terminal; all of them when left out. */
  readonly terminal?: readonly [boolean, boolean, boolean];
  readonly columns?: number;
  readonly rows?: number;
}

export class BrowserConsole implements OutsideConsole {
  readonly terminal: readonly [boolean, boolean, boolean];
  readonly #send: BrowserConsoleOptions['send'];
  #columns: number;
  #rows: number;
  #typed: Uint8Array[] = [];
  #ended = false;
  #wakers: (() => void)[] = [];

  constructor(options: BrowserConsoleOptions) {
    this.#send = options.send;
    this.terminal = options.terminal ?? [true, true, true];
    this.#columns = options.columns ?? 80;
    this.#rows = options.rows ?? 24;
  }

  get columns(): number {
    return this.#columns;
  }

  get rows(): number {
    return this.#rows;
  }

  /** The user has typed: text as UTF-8, or bytes. */
  type(input: string | Uint8Array): void {
    const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input.slice();
    if (bytes.length === 0) return;
    this.#typed.push(bytes);
    this.#tell();
  }

  /** No more will be typed. */
  end(): void {
    this.#ended = true;
    this.#tell();
  }

  /** The window has another size; the machine hears of it. */
  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
    this.#tell();
  }

  receive(into: Uint8Array): number {
    let done = 0;
    for (let first = this.#typed[0]; first !== undefined && done < into.length; first = this.#typed[0]) {
      const part = first.subarray(0, into.length - done);
      into.set(part, done);
      done += part.length;
      if (part.length === first.length) this.#typed.shift();
      else this.#typed[0] = first.subarray(part.length);
    }
    return done === 0 && this.#ended && into.length > 0 ? -1 : done;
  }

  async arrival(): Promise<void> {
    if (this.#typed.length > 0 || this.#ended) return;
    await new Promise<void>((resolve) => this.#wakers.push(resolve));
  }

  send(stream: 1 | 2, bytes: Uint8Array): void {
    this.#send(stream, bytes);
  }

  #tell(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}
