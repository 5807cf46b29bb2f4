/** A few RISC-V instructions, for guest programs that tests make up: 32-bit words with labels for jumps. */

const REGISTERS = [
  'zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6',
].flatMap((names) => names.split(' '));

export type Register = string;

function number(register: Register): number {
  const found = REGISTERS.indexOf(register);
  if (found < 0) throw new Error(`no register ${register}`);
  return found;
}

export class Assembler {
  readonly #words: (number | ((at: number) => number))[] = [];
  readonly #labels = new Map<string, number>();

  label(name: string): void {
    this.#labels.set(name, this.#words.length * 4);
  }

  /** Byte offset of a label. */
  at(name: string): number {
    const place = this.#labels.get(name);
    if (place === undefined) throw new Error(`no label ${name}`);
    return place;
  }

  #immediate(opcode: number, function3: number, to: Register, from: Register, value: number): void {
    this.#words.push((value << 20) | (number(from) << 15) | (function3 << 12) | (number(to) << 7) | opcode);
  }

  ld(to: Register, offset: number, from: Register): void {
    this.#immediate(0x03, 3, to, from, offset);
  }

  addi(to: Register, from: Register, value: number): void {
    this.#immediate(0x13, 0, to, from, value);
  }

  slli(to: Register, from: Register, bits: number): void {
    this.#immediate(0x13, 1, to, from, bits);
  }

  add(to: Register, a: Register, b: Register): void {
    this.#words.push((number(b) << 20) | (number(a) << 15) | (number(to) << 7) | 0x33);
  }

  sd(value: Register, offset: number, base: Register): void {
    const [low, high] = [offset & 31, (offset >> 5) & 127];
    this.#words.push(
      (high << 25) | (number(value) << 20) | (number(base) << 15) | (3 << 12) | (low << 7) | 0x23,
    );
  }

  /** Loads an address that is a multiple of 4,096. */
  lui(to: Register, value: number): void {
    this.#words.push((value & ~0xfff) | (number(to) << 7) | 0x37);
  }

  #branch(function3: number, a: Register, b: Register, label: string): void {
    this.#words.push((at) => {
      const offset = this.at(label) - at;
      const bits =
        (((offset >> 12) & 1) << 31) |
        (((offset >> 5) & 63) << 25) |
        (((offset >> 1) & 15) << 8) |
        (((offset >> 11) & 1) << 7);
      return bits | (number(b) << 20) | (number(a) << 15) | (function3 << 12) | 0x63;
    });
  }

  beq(a: Register, b: Register, label: string): void {
    this.#branch(0, a, b, label);
  }

  bne(a: Register, b: Register, label: string): void {
    this.#branch(1, a, b, label);
  }

  blt(a: Register, b: Register, label: string): void {
    this.#branch(4, a, b, label);
  }

  j(label: string): void {
    this.#words.push((at) => {
      const offset = this.at(label) - at;
      const bits =
        (((offset >> 20) & 1) << 31) |
        (((offset >> 1) & 1023) << 21) |
        (((offset >> 11) & 1) << 20) |
        (((offset >> 12) & 255) << 12);
      return bits | 0x6f;
    });
  }

  ecall(): void {
    this.#words.push(0x73);
  }

  ret(): void {
    this.#immediate(0x67, 0, 'zero', 'ra', 0);
  }

  bytes(): Uint8Array {
    const words = this.#words.map((word, index) => (typeof word === 'number' ? word : word(index * 4)));
    return new Uint8Array(Uint32Array.from(words).buffer);
  }
}
