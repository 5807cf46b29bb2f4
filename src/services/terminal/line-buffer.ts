/**
 * The line buffer: a ring of bytes with marks where lines end. The end-of-file character leaves a mark on a zero byte, which
 * a reader never sees: it ends a line without being part of it.
 */
import { Primitive } from '../../contracts/accounting.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { RING } from './records.ts';
import { Character, DISABLED } from './settings.ts';
import { isCanonical, isTerminal, type RootView } from './wiring.ts';

export class LineBuffer {
  readonly #k: Kernel;
  readonly #root: RootView;
  readonly #ring: number;
  readonly #marks: number;

  /** A view for one step. */
  constructor(k: Kernel, root: RootView) {
    this.#k = k;
    this.#root = root;
    this.#ring = root.ring;
    this.#marks = root.marks;
  }

  byte(position: number): number {
    return this.#k.memory.u8[this.#ring + (position % RING)] as number;
  }

  /** The physical address of a position, and the bytes from it that lie together. */
  place(position: number): { address: number; together: number } {
    const index = position % RING;
    return { address: this.#ring + index, together: RING - index };
  }

  /** Can another byte be taken? A full buffer that holds no whole line takes one and loses the one before. */
  hasRoom(): boolean {
    const { head, tail } = this.#root;
    return head - tail < RING - 1 || this.#isOneLongLine();
  }

  append(byte: number, endsLine: boolean): void {
    const root = this.#root;
    if (root.head - root.tail >= RING && this.#isOneLongLine()) root.head -= 1;
    const { head } = root;
    this.#k.memory.u8[this.#ring + (head % RING)] = byte;
    this.mark(head, endsLine);
    root.head = head + 1;
    if (endsLine) root.lineEnd = head + 1;
  }

  mark(position: number, set: boolean): void {
    const index = position % RING;
    const cell = this.#marks + (index >>> 3);
    const bit = 1 << (index & 7);
    const { u8 } = this.#k.memory;
    const old = u8[cell] as number;
    u8[cell] = set ? old | bit : old & ~bit;
  }

  isMarked(position: number): boolean {
    const index = position % RING;
    return (((this.#k.memory.u8[this.#marks + (index >>> 3)] as number) >>> (index & 7)) & 1) === 1;
  }

  /**
   * The next part of a line that fits in `room` bytes: how many to give, and how many of the ring that uses up. An
   * end-of-file mark right behind a part that fits exactly goes with it.
   */
  nextLine(room: number): { count: number; used: number } {
    const { tail, lineEnd } = this.#root;
    const limit = Math.min(room + 1, lineEnd - tail);
    let at = 0;
    while (at < limit && !this.isMarked(tail + at)) at += 1;
    this.#k.meter.charge(Primitive.wordExamined, Math.ceil((at + 1) / 8));
    if (at === limit) return { count: Math.min(room, limit), used: Math.min(room, limit) };
    if (this.byte(tail + at) === DISABLED) return { count: at, used: at + 1 };
    return at < room ? { count: at + 1, used: at + 1 } : { count: room, used: room };
  }

  /** Bytes that a reader could have now. */
  available(): number {
    const root = this.#root;
    return (isCanonical(root) ? root.lineEnd : root.head) - root.tail;
  }

  /** Is there enough for poll to say so: one byte, or VMIN when there is no VTIME? */
  isReadable(): boolean {
    const root = this.#root;
    if (!isTerminal(root, 0) || isCanonical(root)) return this.available() > 0;
    const { u8 } = this.#k.memory;
    const least = u8[root.characters + Character.VMIN] as number;
    const time = u8[root.characters + Character.VTIME] as number;
    return this.available() >= (time === 0 && least > 0 ? least : 1);
  }

  /** Bytes for FIONREAD: in a canonical terminal, whole lines without their end-of-file marks. */
  countForReader(): number {
    const { tail } = this.#root;
    const count = this.available();
    if (!isCanonical(this.#root)) return count;
    let hidden = 0;
    for (let at = tail; at < tail + count; at++)
      if (this.isMarked(at) && this.byte(at) === DISABLED) hidden += 1;
    return count - hidden;
  }

  clear(): void {
    const root = this.#root;
    const { head } = root;
    this.#k.memory.u8.fill(0, this.#marks, this.#marks + RING / 8);
    root.tail = head;
    root.lineEnd = head;
    root.literal = 0;
  }

  /** The mode has changed: what was typed in the other one is a line, or no longer lines. */
  changeMode(): void {
    const root = this.#root;
    const { head, tail } = root;
    this.#k.memory.u8.fill(0, this.#marks, this.#marks + RING / 8);
    root.literal = 0;
    const isLine = isCanonical(root) && head > tail;
    if (isLine) this.mark(head - 1, true);
    root.lineEnd = isLine ? head : tail;
  }

  #isOneLongLine(): boolean {
    const root = this.#root;
    return isCanonical(root) && root.lineEnd === root.tail;
  }
}
