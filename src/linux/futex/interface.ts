/** What the rest of the personality asks of futexes. */
import { serviceInterface } from '../../contracts/service.ts';

export const futexes = serviceInterface('linux', {
  /** The calling thread ends: its robust list is walked, and its clear_child_tid address cleared and woken. */
  leave: {},
});
