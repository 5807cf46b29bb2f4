/**
 * Signals to process groups from where no thread executes: a terminal's interrupt only notes them, and the personality's own
 * thread sends them (time/timekeeper.ts).
 */
import type { Kernel } from '../../kernel/kernel.ts';
import { record } from '../../kernel/records.ts';
import { linuxRoot } from '../state.ts';
import { ensureTimekeeper } from '../time/start.ts';

const GroupSignal = record('GroupSignal', { group: 'u32', signal: 'u32', next: 'u32' });

/** Has a signal of the kernel's sent to a process group soon; group 0 is nobody. Lost when there is no memory for the note. */
export function signalGroupLater(k: Kernel, group: number, signal: number): void {
  if (group === 0 || !ensureTimekeeper(k)) return;
  const address = k.slab.allocate(k.homeOf('linux'), GroupSignal.size);
  if (address === 0) return;
  const note = GroupSignal.at(k.store, address);
  note.group = group;
  note.signal = signal;
  const root = linuxRoot(k);
  let last = root.groupSignals;
  if (last === 0) root.groupSignals = address;
  else {
    for (let next = last; next !== 0; next = GroupSignal.at(k.store, last).next) last = next;
    GroupSignal.at(k.store, last).next = address;
  }
  k.wake(root.alarm);
}

/** Takes the oldest note, or undefined. */
export function takeGroupSignal(k: Kernel): { group: number; signal: number } | undefined {
  const root = linuxRoot(k);
  const address = root.groupSignals;
  if (address === 0) return undefined;
  const { group, signal, next } = GroupSignal.at(k.store, address);
  root.groupSignals = next;
  k.slab.release(address);
  return { group, signal };
}
