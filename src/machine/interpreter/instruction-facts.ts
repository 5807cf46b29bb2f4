/** What decoding asks of an instruction's meaning, worked out once for each instruction. */

import { type Definition, endsStraightLine, onlyWritesRegister } from '../isa/definition.ts';
import { instructionSet } from '../isa/instruction-set.ts';
import { type Statement, visitStatements } from '../isa/statements.ts';

export interface InstructionFacts {
  /** Does it jump by its immediate? */
  readonly jumps: boolean;
  /** Does it access data? None does so twice. */
  readonly accessesData: boolean;
  /** Is rd an integer register that it writes? */
  readonly writesInteger: boolean;
  /** With rd = x0, does it do nothing? */
  readonly onlyWritesRegister: boolean;
  readonly endsStraightLine: boolean;
}

const ACCESSES: ReadonlySet<Statement['kind']> = new Set([
  'load',
  'store',
  'loadReserved',
  'storeConditional',
  'modify',
]);

function found(definition: Definition): InstructionFacts {
  let jumps = false;
  let accessesData = false;
  let writesInteger = false;
  visitStatements(definition.meaning, (statement) => {
    const { kind } = statement;
    jumps ||= kind === 'jump' || kind === 'branch';
    accessesData ||= ACCESSES.has(kind);
    writesInteger ||= kind === 'write' && statement.file === 'x';
  });
  return {
    jumps,
    accessesData,
    writesInteger,
    onlyWritesRegister: onlyWritesRegister(definition),
    endsStraightLine: endsStraightLine(definition),
  };
}

const FACTS: ReadonlyMap<Definition, InstructionFacts> = new Map(
  instructionSet.map((definition) => [definition, found(definition)]),
);

/** The facts of an instruction of the set. */
export function factsOf(definition: Definition): InstructionFacts {
  return FACTS.get(definition) ?? found(definition);
}
