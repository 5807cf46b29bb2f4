/** Short memory, as the personality answers it. */
export { memoryPressure } from './interface.ts';
export { relieveOperation } from './relieve.ts';
