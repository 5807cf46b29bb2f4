/** A thread's registers, as its kernel-stack page holds them. */
import { CONTEXT_FCSR, CONTEXT_FLOATS, CONTEXT_PC, CONTEXT_SIZE } from '../../contracts/machine.ts';
import { CONTEXT_OFFSET } from '../../kernel/context.ts';
import { floatRegisterName, integerRegisterName } from '../../machine/isa/register-names.ts';
import type { Scene, ThreadView } from './scene.ts';
import { columns } from './table.ts';

/** Values of 64 bits as 16 hexadecimal digits, by register name. */
export interface Registers {
  readonly pc: string;
  readonly integer: { readonly [name: string]: string };
  readonly float: { readonly [name: string]: string };
  readonly fcsr: string;
}

const REGISTERS = 32;
const PER_LINE = 4;

function digits(high: number, low: number): string {
  const half = (word: number) => word.toString(16).padStart(8, '0');
  return half(high) + half(low);
}

export function registersOf(scene: Scene, thread: ThreadView): Registers {
  const { look } = scene;
  const base = thread.stack + CONTEXT_OFFSET;
  look.check(base, CONTEXT_SIZE, 'registers');
  const at = (offset: number) => digits(look.word(base + offset + 4), look.word(base + offset));
  const file = (first: number, nameOf: (register: number) => string) =>
    Object.fromEntries(
      Array.from({ length: REGISTERS }, (_, register) => [nameOf(register), at(first + register * 8)]),
    );
  return {
    pc: at(CONTEXT_PC),
    integer: file(0, integerRegisterName),
    float: file(CONTEXT_FLOATS, floatRegisterName),
    fcsr: at(CONTEXT_FCSR),
  };
}

/** The pc as a number; exact for every address that a program can have. */
export function programCounter({ pc }: Registers): number {
  return Number.parseInt(pc, 16);
}

function fileLines(file: { readonly [name: string]: string }): string[] {
  const cells = Object.entries(file).map(([name, value]) => `${name.padEnd(4)} ${value}`);
  const rows: string[][] = [];
  for (let first = 0; first < cells.length; first += PER_LINE)
    rows.push(cells.slice(first, first + PER_LINE));
  return columns(rows);
}

/** Lines of four registers; those of floating point only when any of them holds something. */
export function registerLines({ pc, integer, float, fcsr }: Registers): string[] {
  const isFloatUsed = Object.values(float).some((value) => !/^0+$/.test(value));
  return [`pc   ${pc}`, ...fileLines(integer), ...(isFloatUsed ? [`fcsr ${fcsr}`, ...fileLines(float)] : [])];
}
