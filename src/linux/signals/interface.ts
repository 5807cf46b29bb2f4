/** What the rest of the personality asks of signals, beside `internal.sendSignal` and `internal.deliver`. */
import { serviceInterface } from '../../contracts/service.ts';

export const signals = serviceInterface('linux', {
  /** The calling thread's own fault: a signal that it cannot put off. `value` is the address. */
  force: { signal: 'number', code: 'number', value: 'number' },
  /** Sends a signal of the kernel's own to all processes of a group, as a terminal does. Value: how many there were. */
  sendGroup: { group: 'number', signal: 'number' },
  /** Before a process ends: its children that asked for a signal at that are sent it (PR_SET_PDEATHSIG). */
  tellChildren: { process: 'number' },
  /** After a process has ended: stopped members of groups that its end has orphaned are sent SIGHUP and SIGCONT. */
  releaseOrphans: {},
});
