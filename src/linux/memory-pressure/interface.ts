/** What the memory service asks when no frame can be had and nothing can be given up. */
import { serviceInterface } from '../../contracts/service.ts';

export const memoryPressure = serviceInterface('linux', {
  /**
   * Ends the process that uses most, or waits for one that is ending already. Value: 1 when the caller shall try again; 0 when
   * it must do without, because it is itself to end or there is nobody left to end.
   */
  relieve: { space: 'number' },
});
