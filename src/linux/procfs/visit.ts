/**
 * Visits: a thread that looks into a process over several steps keeps what it looks at from going away meanwhile.
 *
 * `visit` finds the process and counts the visitor in; its end and its exec wait until the last visitor has left, and so
 * does a change of directory. Rules of use: every visit is ended by `leave`, whatever happens in between, and a visitor
 * waits for nothing that the visited process would have to do first.
 */
import type { PhysicalAddress } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { processById } from '../processes/directory.ts';
import { LinuxProcess, Paths } from '../records.ts';
import type { ProcessView } from '../state.ts';

/** The process of a number, visited; undefined when it has ended. */
export function visit(k: Kernel, id: number): ProcessView | undefined {
  const process = processById(k, id);
  if (process === undefined) return undefined;
  process.visitors += 1;
  if (process.paths !== 0) Paths.at(k.store, process.paths).walkers += 1;
  return process;
}

/** Ends a visit to the process whose record is at `address`. */
export function leave(k: Kernel, address: PhysicalAddress): void {
  const process = LinuxProcess.at(k.store, address);
  const left = process.visitors - 1;
  if (left < 0) throw new Error('a visit ends that never began');
  process.visitors = left;
  if (left === 0) k.wake(process.unvisited);
  if (process.paths === 0) return;
  const paths = Paths.at(k.store, process.paths);
  paths.walkers -= 1;
  if (paths.walkers === 0) k.wake(paths.idle);
}

/** The record of a process that is being visited. */
export function visited(k: Kernel, address: PhysicalAddress): ProcessView {
  return LinuxProcess.at(k.store, address);
}
