/**
 * How a step ends, as it is written down: a reply in the executing thread's record, or the step that goes on in its frame. Made for
 * a kernel, as execution.ts is.
 */
import { Outcome, type OutcomeNumber } from '../contracts/service.ts';
import type { PhysicalAddress } from '../contracts/units.ts';
import { MeterCells, StackFrame, Thread } from './objects.ts';
import type { OperationCodes } from './operation-code.ts';
import type { RecordStore } from './records.ts';

/** Ends the operation: with values, or with an error. */
export type Finish = (value: number, second: number, error: number) => OutcomeNumber;

/** @param cells address of the MeterCells. */
export function finishOf({ u32, f64 }: RecordStore, cells: PhysicalAddress): Finish {
  const { replyValue: VALUE, replySecond: SECOND, replyError: ERROR } = Thread.cells;
  const executor = (cells >>> 2) + MeterCells.cells.executor;
  return (value, second, error) => {
    const thread = u32[executor] as number;
    f64[(thread >>> 3) + VALUE] = value;
    f64[(thread >>> 3) + SECOND] = second;
    u32[(thread >>> 2) + ERROR] = error;
    return Outcome.done;
  };
}

/** Names the step with which the operation goes on. */
export type GoOnWith = (step: string) => void;

export function goOnWithOf(
  { u32, u16 }: RecordStore,
  cells: PhysicalAddress,
  codes: OperationCodes,
): GoOnWith {
  const { frame: FRAME } = Thread.cells;
  const { service: SERVICE, operation: OPERATION, step: STEP } = StackFrame.cells;
  const executor = (cells >>> 2) + MeterCells.cells.executor;
  return (step) => {
    const frame = (u32[((u32[executor] as number) >>> 2) + FRAME] as number) >>> 1;
    const { stepNames } = codes(u16[frame + SERVICE] as number, u16[frame + OPERATION] as number);
    // There are few of them, and the first is where it began.
    let number = stepNames.length - 1;
    while (number >= 0 && stepNames[number] !== step) number -= 1;
    if (number < 0) throw new Error(`an operation has no step '${step}'`);
    u16[frame + STEP] = number;
  };
}
