/** Pages in L4's messages. */
import type { OutcomeNumber } from '../../contracts/service.ts';
import type { Kernel } from '../kernel.ts';
import type { IpcFrame } from './ipc.ts';
import type { IpcView } from './thread-numbers.ts';

/** Maps what a sender's message names. The outcome of the step when there is more to do, else undefined. */
export function mapPages(
  _k: Kernel,
  _f: IpcFrame,
  _sender: IpcView,
  _receiver: IpcView,
): OutcomeNumber | undefined {
  return undefined;
}
