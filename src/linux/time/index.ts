/** Time and scheduling as parts of the personality: system calls and operations. */
import type { Operation } from '../../kernel/operation.ts';
import type { SystemCall } from '../call.ts';
import { clockCalls } from './calls.ts';
import { intervalCalls } from './interval-calls.ts';
import { priorityCalls } from './priority-calls.ts';
import { policyCalls } from './scheduler-calls.ts';
import { timekeeperOperations } from './timekeeper.ts';
import { timerCalls } from './timer-calls.ts';

export const timeCalls: readonly SystemCall[] = [...clockCalls, ...intervalCalls, ...timerCalls];
export const schedulerCalls: readonly SystemCall[] = [...policyCalls, ...priorityCalls];
export const timeOperations: readonly Operation[] = timekeeperOperations;
