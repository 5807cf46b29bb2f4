/** What the personality asks of its timekeeper. */
import { serviceInterface } from '../../contracts/service.ts';

export const timekeeping = serviceInterface('linux', {
  /** Looks after timers for ever: the timekeeper's thread does nothing else. */
  keepTime: {},
});
