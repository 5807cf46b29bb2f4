/** The demonstrations by name. Adding one: a file beside this, and a line here. */
import { copies } from './copies.ts';
import type { Demonstration } from './demonstration.ts';
import { diskServersKilled } from './disk-servers-killed.ts';
import { dosStrayStore } from './dos-stray-store.ts';
import { fileServer } from './file-server.ts';
import { filibuster } from './filibuster.ts';
import { hybridDriver } from './hybrid-driver.ts';
import { monolithicPanic } from './monolithic-panic.ts';
import { nullCall } from './null-call.ts';
import { convoy, overcommitment, quantumCurve, starvation } from './on-paper.ts';
import { priorityInversion } from './priority-inversion.ts';
import { serverKilled } from './server-killed.ts';
import { smallSpaces } from './small-spaces.ts';
import { temperatureAlert } from './temperature-alert.ts';
import { textbook } from './textbook.ts';
import { tooMuchMilk } from './too-much-milk.ts';
import { unikernelFork } from './unikernel-fork.ts';
import { userThreads } from './user-threads.ts';
import { webServerPath } from './web-server-path.ts';

export type { Demonstration, Findings } from './demonstration.ts';
export { type Laboratory, laboratory, type PartsMaker } from './laboratory.ts';
export { findingsText } from './text.ts';

export const DEMONSTRATIONS: readonly Demonstration[] = [
  monolithicPanic,
  dosStrayStore,
  serverKilled,
  diskServersKilled,
  hybridDriver,
  unikernelFork,
  nullCall,
  copies,
  webServerPath,
  smallSpaces,
  fileServer,
  filibuster,
  temperatureAlert,
  priorityInversion,
  convoy,
  starvation,
  quantumCurve,
  overcommitment,
  tooMuchMilk,
  userThreads,
  textbook,
];

/** Throws an Error that lists what there is. */
export function demonstrationNamed(name: string): Demonstration {
  const found = DEMONSTRATIONS.find((candidate) => candidate.name === name);
  if (found === undefined)
    throw new Error(
      `no demonstration is called '${name}'; there are ${DEMONSTRATIONS.map((known) => known.name).join(', ')}`,
    );
  return found;
}
