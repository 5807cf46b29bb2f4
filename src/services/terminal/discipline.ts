/**
 * The line discipline's receiving side: what each character that arrives does (termios(3); Linux's n_tty has the order).
 *
 * A Discipline is made for one interrupt and dropped with it.
 */
import type { Kernel } from '../../kernel/kernel.ts';
import { echo, eraseCharacter, eraseLine, eraseWord, reprint } from './editing.ts';
import { LineBuffer } from './line-buffer.ts';
import { Output, outputStream } from './output.ts';
import { Character, DISABLED, InputFlag, LocalFlag, TerminalSignal } from './settings.ts';
import type { RootView, TerminalWiring } from './wiring.ts';

const BACKSPACE = 8;
const NEWLINE = 10;
const RETURN = 13;
const CARET = 0x5e;

const SIGNALS = [
  [Character.VINTR, TerminalSignal.SIGINT],
  [Character.VQUIT, TerminalSignal.SIGQUIT],
  [Character.VSUSP, TerminalSignal.SIGTSTP],
] as const;

export class Discipline {
  readonly #k: Kernel;
  readonly #root: RootView;
  readonly #wiring: TerminalWiring;
  readonly #buffer: LineBuffer;
  readonly #output: Output;
  readonly #input: number;
  readonly #local: number;
  readonly #characters: Uint8Array;

  constructor(k: Kernel, root: RootView, wiring: TerminalWiring) {
    this.#k = k;
    this.#root = root;
    this.#wiring = wiring;
    this.#buffer = new LineBuffer(k, root);
    this.#output = new Output(k, root, wiring, outputStream(root, 0));
    this.#input = root.inputFlags;
    this.#local = root.localFlags;
    this.#characters = k.memory.bytes(root.characters, 19);
  }

  hasRoom(): boolean {
    return this.#buffer.hasRoom();
  }

  receive(raw: number): void {
    const byte = (this.#input & InputFlag.ISTRIP) === 0 ? raw : raw & 0x7f;
    if (this.#root.literal === 1) {
      this.#root.literal = 0;
      this.#echoAndStore(byte, false);
      return;
    }
    if (this.#flowControl(byte) || this.#signal(byte)) return;
    const mapped = this.#map(byte);
    if (mapped < 0 || (this.#has(LocalFlag.ICANON) && this.#edit(mapped))) return;
    // Outside lines, only a newline that was a carriage return is echoed as one.
    if (mapped === NEWLINE && mapped !== byte && this.#has(LocalFlag.ECHO)) {
      this.#output.put(mapped);
      this.#buffer.append(mapped, false);
    } else this.#echoAndStore(mapped, false);
  }

  /** Sends the echo on its way. */
  finish(): void {
    this.#output.flush();
  }

  #has(flag: number): boolean {
    return (this.#local & flag) !== 0;
  }

  #is(byte: number, index: number): boolean {
    return byte !== DISABLED && this.#characters[index] === byte;
  }

  /** START and STOP. With IXANY any character starts output again. */
  #flowControl(byte: number): boolean {
    if ((this.#input & InputFlag.IXON) === 0) return false;
    const starts = this.#is(byte, Character.VSTART);
    const stops = this.#is(byte, Character.VSTOP);
    if (starts) this.#output.settle();
    if (starts || (!stops && (this.#input & InputFlag.IXANY) !== 0)) this.#startOutput();
    else if (stops) this.#root.stopped = 1;
    return starts || stops;
  }

  #startOutput(): void {
    if (this.#root.stopped === 0) return;
    this.#root.stopped = 0;
    this.#k.wake(this.#root.writeQueue);
    this.#k.wake(this.#root.pollQueue);
  }

  #signal(byte: number): boolean {
    if (!this.#has(LocalFlag.ISIG)) return false;
    const found = SIGNALS.find(([index]) => this.#is(byte, index));
    if (found === undefined) return false;
    if (!this.#has(LocalFlag.NOFLSH)) {
      this.#buffer.clear();
      this.#output.discard();
    }
    if ((this.#input & InputFlag.IXON) !== 0) this.#startOutput();
    if (this.#has(LocalFlag.ECHO)) echo(this.#root, this.#output, byte);
    this.#wiring.interruptCharacter(this.#k, found[1], this.#root.group);
    return true;
  }

  /** Carriage return and newline as the settings map them; -1 when the character is dropped. */
  #map(byte: number): number {
    if (byte === RETURN) {
      if ((this.#input & InputFlag.IGNCR) !== 0) return -1;
      return (this.#input & InputFlag.ICRNL) !== 0 ? NEWLINE : byte;
    }
    return byte === NEWLINE && (this.#input & InputFlag.INLCR) !== 0 ? RETURN : byte;
  }

  /** The characters that edit or end a line. */
  #edit(byte: number): boolean {
    const [buffer, root, output] = [this.#buffer, this.#root, this.#output];
    const extended = this.#has(LocalFlag.IEXTEN);
    if (this.#is(byte, Character.VERASE)) eraseCharacter(buffer, root, output, byte);
    else if (this.#is(byte, Character.VKILL)) eraseLine(buffer, root, output, byte);
    else if (extended && this.#is(byte, Character.VWERASE)) eraseWord(buffer, root, output);
    else if (extended && this.#is(byte, Character.VLNEXT)) this.#takeNextLiterally();
    else if (extended && this.#has(LocalFlag.ECHO) && this.#is(byte, Character.VREPRINT))
      reprint(buffer, root, output, byte);
    else return this.#end(byte, extended);
    return true;
  }

  /** The characters that end a line. */
  #end(byte: number, extended: boolean): boolean {
    if (byte === NEWLINE) {
      if (this.#has(LocalFlag.ECHO | LocalFlag.ECHONL)) this.#output.put(byte);
      this.#buffer.append(byte, true);
    } else if (this.#is(byte, Character.VEOF)) this.#buffer.append(DISABLED, true);
    else if (this.#is(byte, Character.VEOL) || (extended && this.#is(byte, Character.VEOL2)))
      this.#echoAndStore(byte, true);
    else return false;
    return true;
  }

  #takeNextLiterally(): void {
    this.#root.literal = 1;
    if (!this.#has(LocalFlag.ECHO) || !this.#has(LocalFlag.ECHOCTL)) return;
    this.#output.put(CARET);
    this.#output.put(BACKSPACE);
  }

  #echoAndStore(byte: number, endsLine: boolean): void {
    if (this.#has(LocalFlag.ECHO)) {
      const { head, lineEnd } = this.#root;
      if (head === lineEnd) this.#root.lineColumn = this.#output.column;
      echo(this.#root, this.#output, byte);
    }
    this.#buffer.append(byte, endsLine);
  }
}
