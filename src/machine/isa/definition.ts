/**
 * One definition per instruction: encoding, assembly syntax and meaning. Decoder, disassembler, interpreter and
 * translator are all made from these.
 */

import { FORMATS, type Format, type FormatName, type Pattern } from './encoding.ts';
import { type Statement, visitStatements } from './statements.ts';

export interface Definition {
  readonly name: string;
  readonly pattern: Pattern;
  readonly format: Format;
  /** Operands as the disassembler prints them; see disassembler.ts for the words. */
  readonly syntax: string;
  readonly meaning: readonly Statement[];
}

/** How each format prints when nothing else is said. */
const DEFAULT_SYNTAX: Record<FormatName, string> = {
  R: 'rd,rs1,rs2',
  R4: 'frd,frs1,frs2,frs3,rm',
  rounded: 'frd,frs1,frs2,rm',
  unaryRounded: 'frd,frs1,rm',
  unary: 'rd,rs1',
  I: 'rd,rs1,imm',
  shift6: 'rd,rs1,shamt',
  shift5: 'rd,rs1,shamt',
  S: 'rs2,imm(rs1)',
  B: 'rs1,rs2,target',
  U: 'rd,upper',
  J: 'rd,target',
  csr: 'rd,csr,rs1',
  fence: 'fence',
  none: '',
};

export function instruction(
  name: string,
  format: FormatName,
  pattern: Pattern,
  meaning: readonly Statement[],
  syntax: string = DEFAULT_SYNTAX[format],
): Definition {
  return { name, pattern, format: FORMATS[format], syntax, meaning };
}

/** Whether the only effect of the instruction is to write its destination register: with rd = x0 it does nothing. */
export function onlyWritesRegister(definition: Definition): boolean {
  let pure = true;
  visitStatements(definition.meaning, ({ kind, ...rest }) => {
    if (kind === 'write') pure &&= 'file' in rest && rest.file === 'x';
    else if (kind !== 'let' && kind !== 'if') pure = false;
  });
  return pure;
}

/**
 * Whether the next instruction is not simply the next to be executed. A trap under a condition does not count: what
 * follows it in the meaning is executed otherwise.
 */
export function endsStraightLine(definition: Definition): boolean {
  const last = definition.meaning.at(-1)?.kind;
  return last === 'jump' || last === 'jumpTo' || last === 'branch' || last === 'trap' || last === 'system';
}
