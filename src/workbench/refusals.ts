/** What a machine's limits have kept from its guest, in a user's words. */
import { KernelRoot } from '../kernel/objects.ts';
import { LinuxRoot } from '../linux/records.ts';
import { missingNatives } from './native-counts.ts';
import type { System } from './system.ts';

/** One message for each limit that was reached; none when all was given that was asked for. */
export function refusalsOf(system: System): string[] {
  const { kernel, meter, layout } = system;
  const number = kernel.registry.number('linux');
  const { services } = KernelRoot.at(meter.observer, layout.root);
  const root = LinuxRoot.at(meter.observer, meter.observer.u32[(services >>> 2) + number] as number);
  const { threadLimit, refusedThreads, fileLimit, refusedFiles } = root;
  const messages: string[] = [];
  const tell = (limit: number, what: string, refused: number): void => {
    const times = refused === 1 ? 'once' : `${refused} times`;
    if (refused > 0) messages.push(`limit of ${limit} ${what} reached: another was refused ${times}`);
  };
  tell(threadLimit, 'processes and threads at once', refusedThreads);
  tell(fileLimit, 'open files at once', refusedFiles);
  return [...messages, ...missingNatives(system)];
}
