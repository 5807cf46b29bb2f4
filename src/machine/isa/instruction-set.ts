/** Every instruction of the machine: RV64IMAFDC, Zicsr, Zifencei, Zba, Zbb, Zbs. */

import { atomicInstructions } from './atomic.ts';
import { bitManipulationInstructions } from './bit-manipulation.ts';
import { controlStatusInstructions } from './control-status.ts';
import type { Definition } from './definition.ts';
import { floatArithmeticInstructions } from './float-arithmetic.ts';
import { floatConversionInstructions } from './float-conversion.ts';
import { floatMoveInstructions } from './float-moves.ts';
import { integerInstructions } from './integer.ts';
import { multiplyInstructions } from './multiply.ts';

export const instructionSet: readonly Definition[] = [
  ...integerInstructions,
  ...multiplyInstructions,
  ...atomicInstructions,
  ...bitManipulationInstructions,
  ...floatMoveInstructions,
  ...floatArithmeticInstructions,
  ...floatConversionInstructions,
  ...controlStatusInstructions,
];
