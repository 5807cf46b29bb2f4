/** FUTEX_WAKE_OP's little program: an operation on the second word, and a comparison with what was there (futex(2)). */

export interface WakeOperation {
  readonly operation: number;
  readonly argument: number;
  readonly comparison: number;
  readonly against: number;
}

const Operation = { set: 0, add: 1, or: 2, andNot: 3, exclusiveOr: 4 } as const;
const Comparison = { equal: 0, notEqual: 1, less: 2, lessOrEqual: 3, greater: 4, greaterOrEqual: 5 } as const;
const OPERATION_SHIFT = 28;
const COMPARISON_SHIFT = 24;
const ARGUMENT_SHIFT = 12;
/** Bit of the operation: the argument is a number of a bit. */
const SHIFTS_ARGUMENT = 8;

/** Twelve bits with a sign. */
function signed12(value: number): number {
  return (value << 20) >> 20;
}

/** Undefined when it names no operation or comparison. */
export function decodeWakeOperation(encoded: number): WakeOperation | undefined {
  const operation = (encoded >>> OPERATION_SHIFT) & 7;
  const comparison = (encoded >>> COMPARISON_SHIFT) & 15;
  if (operation > Operation.exclusiveOr || comparison > Comparison.greaterOrEqual) return undefined;
  const shifts = ((encoded >>> OPERATION_SHIFT) & SHIFTS_ARGUMENT) !== 0;
  const raw = signed12(encoded >>> ARGUMENT_SHIFT);
  return { operation, argument: shifts ? 1 << (raw & 31) : raw, comparison, against: signed12(encoded) };
}

/** The word that the operation leaves, unsigned. */
export function applyWakeOperation({ operation, argument }: WakeOperation, word: number): number {
  switch (operation) {
    case Operation.set:
      return argument >>> 0;
    case Operation.add:
      return (word + argument) >>> 0;
    case Operation.or:
      return (word | argument) >>> 0;
    case Operation.andNot:
      return (word & ~argument) >>> 0;
    default:
      return (word ^ argument) >>> 0;
  }
}

/** Does the word that was there meet the comparison, as signed integers? */
export function meets({ comparison, against }: WakeOperation, word: number): boolean {
  const before = word | 0;
  switch (comparison) {
    case Comparison.equal:
      return before === against;
    case Comparison.notEqual:
      return before !== against;
    case Comparison.less:
      return before < against;
    case Comparison.lessOrEqual:
      return before <= against;
    case Comparison.greater:
      return before > against;
    default:
      return before >= against;
  }
}
