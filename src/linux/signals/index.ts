/** Signals as a part of the personality: system calls and operations. */
import type { SystemCall } from '../call.ts';
import { maskCalls } from './calls.ts';
import { killCalls } from './kill.ts';

export { signalOperations } from './operations.ts';

export const signalCalls: readonly SystemCall[] = [...maskCalls, ...killCalls];
