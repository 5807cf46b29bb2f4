/** From a snapshot to a machine that can be looked at: nothing of the outside is needed, and nothing can be run. */
import type { OutsideWorld } from '../../contracts/outside.ts';
import { profileNamed } from '../../machine/profiles/index.ts';
import { policyNamed } from '../../schedulers/index.ts';
import { structureNamed } from '../../structures/index.ts';
import { factsOf, openSnapshot } from '../snapshot.ts';
import { SnapshotError } from '../snapshot-format.ts';
import type { System, SystemParts } from '../system.ts';

/** A world in which nothing happens. */
const STILL: OutsideWorld = {
  console: {
    receive: () => 0,
    arrival: () => new Promise(() => undefined),
    send: () => undefined,
    terminal: [false, false, false],
    columns: 80,
    rows: 24,
  },
  layers: [],
  pace: () => new Promise(() => undefined),
};

const NOTHING: SystemParts['plan'] = {
  mounts: [],
  nodes: [],
  programs: [],
  arguments: [],
  environment: [],
  directory: '/',
  user: 0,
  group: 0,
  epoch: 0,
};

/** The machine of a snapshot. Throws SnapshotError when it is none, or is damaged beyond looking. */
export function inspectableMachine(bytes: Uint8Array): System {
  const { profile, structure, scheduler, harts, memory, modelTranslation } = factsOf(bytes);
  try {
    return openSnapshot(bytes, {
      profile: profileNamed(profile),
      structure: structureNamed(structure),
      policy: policyNamed(scheduler).make,
      scheduler,
      harts,
      memory,
      modelTranslation,
      seed: 0,
      world: STILL,
      plan: NOTHING,
      say: () => undefined,
    });
  } catch (error) {
    if (error instanceof SnapshotError) throw error;
    throw new SnapshotError(`no machine can be made of it: ${(error as Error).message}`);
  }
}
