/** What epoll lists are asked by others of the personality. */
import { serviceInterface } from '../../contracts/service.ts';

export const listing = serviceInterface('linux', {
  /** Value: POLLIN if anything in the list has events; second: the queue that is woken when that may have changed. */
  pollList: { list: 'number' },
});
