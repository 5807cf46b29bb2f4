/** Short memory, as the personality answers it. */
export { memoryPressure } from './interface.ts';
export { type Report, relieveOperation } from './relieve.ts';
