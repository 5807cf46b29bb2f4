/** Time and scheduling as parts of the personality: system calls and operations. */
import type { Operation } from '../../kernel/operation.ts';
import type { SystemCall } from '../call.ts';
import { clockCalls } from './calls.ts';
import { policyCalls } from './scheduler-calls.ts';

export const timeCalls: readonly SystemCall[] = [...clockCalls];
export const schedulerCalls: readonly SystemCall[] = [...policyCalls];
export const timeOperations: readonly Operation[] = [];
