/** Futexes as a part of the personality: system calls and operations. */
export { futexCalls } from './call.ts';
export { futexOperations } from './operations.ts';
