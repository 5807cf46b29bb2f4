/**
 * Output: post-processing (OPOST) and the way to the device.
 *
 * An Output is made for one step and dropped with it: it gathers bytes in the service's outgoing frame and `flush` gives
 * them to the device. The device takes 8 bytes with each write of its data register, as a paravirtual console does; that is
 * the unit that is charged.
 */
import { Primitive } from '../../contracts/accounting.ts';
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { InputFlag, OutputFlag } from './settings.ts';
import { isTerminal, type RootView, type TerminalWiring } from './wiring.ts';

const BACKSPACE = 8;
const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const DELETE = 127;
/** Bytes that one character may become. */
const LONGEST = 8;
const TAB_STOP = 8;

export function isControl(byte: number): boolean {
  return byte < SPACE || byte === DELETE;
}

/** Is this byte a later one of a character in UTF-8? */
export function isContinuation(byte: number, inputFlags: number): boolean {
  return (inputFlags & InputFlag.IUTF8) !== 0 && (byte & 0xc0) === 0x80;
}

/** Small letters of ISO 8859-1, as Linux takes bytes also in UTF-8 (lib/ctype.c), in capitals. */
function upperCase(byte: number): number {
  const isSmall = (byte >= 0x61 && byte <= 0x7a) || (byte >= 0xdf && byte !== 0xf7);
  return isSmall ? byte - 0x20 : byte;
}

/** The stream by which output to a stream leaves: the terminal's own for stream 0; 0 when there is none. */
export function outputStream(root: RootView, stream: number): 0 | 1 | 2 {
  if (stream === 1 || stream === 2) return stream;
  if (!isTerminal(root, 0)) return 0;
  if (isTerminal(root, 1)) return 1;
  return isTerminal(root, 2) ? 2 : 0;
}

// scratch: an Output lives within one step; `flush` puts its column back into the root record
export class Output {
  readonly #k: Kernel;
  readonly #root: RootView;
  readonly #wiring: TerminalWiring;
  readonly #stream: 0 | 1 | 2;
  readonly #flags: number;
  readonly #inputFlags: number;
  readonly #start: number;
  #length = 0;
  #column: number;

  constructor(k: Kernel, root: RootView, wiring: TerminalWiring, stream: 0 | 1 | 2) {
    this.#k = k;
    this.#root = root;
    this.#wiring = wiring;
    this.#stream = stream;
    this.#flags = isTerminal(root, stream) ? root.outputFlags : 0;
    this.#inputFlags = root.inputFlags;
    this.#start = root.outgoing;
    this.#column = root.column;
  }

  get column(): number {
    return this.#column;
  }

  /** Is there room for one more character before a flush? */
  get hasRoom(): boolean {
    return this.#length + LONGEST <= PAGE_SIZE;
  }

  /** A character for the terminal, processed as its settings say. */
  put(byte: number): void {
    if (!this.hasRoom) this.flush();
    if ((this.#flags & OutputFlag.OPOST) === 0) this.#emit(byte);
    else if (byte === NEWLINE) this.#newline();
    else if (byte === RETURN) this.#return();
    else if (byte === TAB) this.#tab();
    else this.#plain(byte);
  }

  /**
   * The characters at an address in memory. Without processing all that there is room for go at once; the device gets
   * portions of the same lengths.
   */
  putAll(from: PhysicalAddress, count: number): void {
    const { memory } = this.#k;
    if ((this.#flags & OutputFlag.OPOST) !== 0) {
      for (let at = from; at < from + count; at++) this.put(memory.u8[at] as number);
      return;
    }
    for (let done = 0; done < count; ) {
      if (!this.hasRoom) this.flush();
      const portion = Math.min(count - done, PAGE_SIZE - LONGEST + 1 - this.#length);
      memory.u8.copyWithin(this.#start + this.#length, from + done, from + done + portion);
      this.#length += portion;
      done += portion;
    }
  }

  /** Characters that no setting touches, each a column wide. */
  putRaw(...bytes: readonly number[]): void {
    if (!this.hasRoom) this.flush();
    for (const byte of bytes) this.#emit(byte);
    this.#column += bytes.length;
  }

  /** Moves back over columns that hold nothing any more, as when a tab is erased. */
  backUp(columns: number): void {
    for (let count = 0; count < columns; count++) {
      if (!this.hasRoom) this.flush();
      this.#emit(BACKSPACE);
      if (this.#column > 0) this.#column -= 1;
    }
  }

  /** Takes the cursor to be where it is now, whatever is discarded later. */
  settle(): void {
    this.#root.column = this.#column;
  }

  /** Drops what was gathered and not yet given to the device. */
  discard(): void {
    this.#length = 0;
    this.#column = this.#root.column;
  }

  /** Gives what was gathered to the device. Throws OutsideError when the host refuses it. */
  flush(): void {
    const length = this.#length;
    this.#length = 0;
    this.#root.column = this.#column;
    if (length === 0 || this.#stream === 0) return;
    this.#k.meter.charge(Primitive.deviceAccess, Math.ceil(length / 8));
    this.#wiring.console.send(this.#stream, this.#k.memory.bytes(this.#start, length).slice());
  }

  #emit(byte: number): void {
    this.#k.memory.u8[this.#start + this.#length] = byte;
    this.#length += 1;
  }

  #newline(): void {
    if ((this.#flags & (OutputFlag.ONLRET | OutputFlag.ONLCR)) !== 0) this.#column = 0;
    if ((this.#flags & OutputFlag.ONLCR) !== 0) this.#emit(RETURN);
    this.#emit(NEWLINE);
    this.#root.lineColumn = this.#column;
  }

  #return(): void {
    if ((this.#flags & OutputFlag.ONOCR) !== 0 && this.#column === 0) return;
    if ((this.#flags & OutputFlag.OCRNL) !== 0) {
      if ((this.#flags & OutputFlag.ONLRET) !== 0) this.#column = 0;
      this.#emit(NEWLINE);
    } else {
      this.#column = 0;
      this.#emit(RETURN);
    }
    this.#root.lineColumn = this.#column;
  }

  #tab(): void {
    const spaces = TAB_STOP - (this.#column % TAB_STOP);
    this.#column += spaces;
    if ((this.#flags & OutputFlag.TABDLY) === OutputFlag.XTABS)
      for (let count = 0; count < spaces; count++) this.#emit(SPACE);
    else this.#emit(TAB);
  }

  #plain(byte: number): void {
    if (byte === BACKSPACE && this.#column > 0) this.#column -= 1;
    const upper = (this.#flags & OutputFlag.OLCUC) !== 0 ? upperCase(byte) : byte;
    if (!isControl(byte) && !isContinuation(byte, this.#inputFlags)) this.#column += 1;
    this.#emit(upper);
  }
}
