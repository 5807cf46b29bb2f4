/** What the rest of the personality asks of futexes. */
import { serviceInterface } from '../../contracts/service.ts';

export const futexes = serviceInterface('linux', {
  /** The calling thread ends: its robust list is walked, and its clear_child_tid address cleared and woken. */
  leave: {},
  /**
   * The name of a futex of the calling program that may be shared: value: its space, or 0 when `second` is a physical
   * address. EFAULT; EINVAL when it is not aligned.
   */
  nameShared: { address: 'number' },
});
