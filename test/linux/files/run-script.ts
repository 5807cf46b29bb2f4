/** Runs a script of calls in a machine: its files are in memory, and /tmp/work is an empty directory to work in. */
import type { OutsideConsole, OutsideWorld } from '../../../src/contracts/outside.ts';
import { memoryLayer } from '../../../src/host/shared/memory-layer.ts';
import {
  DEVICE_NODES,
  MountKind,
  profileNamed,
  roundRobin,
  runToEnd,
  System,
  structureNamed,
} from '../../../src/workbench/index.ts';
import type { Outcome, Script } from './call-script.ts';

const EPOCH = 1_700_000_000;
const MEMORY = 64 * 1024 * 1024;

/** A console whose input has ended and whose output is kept. */
function keepingConsole(kept: Uint8Array[], terminal: OutsideConsole['terminal']): OutsideConsole {
  return {
    receive: () => -1,
    arrival: () => Promise.resolve(),
    send(_stream, bytes) {
      kept.push(bytes.slice());
    },
    terminal,
    columns: 80,
    rows: 24,
  };
}

export interface ScriptOptions {
  readonly harts?: number;
  readonly seed?: number;
}

/** Runs a script to its end. Throws when the machine does not come to one. */
export async function runScript(script: Script, options: ScriptOptions = {}): Promise<Outcome> {
  const { harts = 1, seed = 1 } = options;
  const output: Uint8Array[] = [];
  const said: string[] = [];
  const layer = memoryLayer([{ path: 'script', mode: 0o755, bytes: script.elf() }, { path: 'tmp/work' }]);
  const world: OutsideWorld = {
    console: keepingConsole(output, [false, false, false]),
    layers: [layer],
    pace: () => Promise.resolve(),
  };
  const system = System.start({
    profile: profileNamed('modern'),
    structure: structureNamed('monolithic'),
    policy: (ground, store) => roundRobin(ground, store),
    harts,
    memory: MEMORY,
    modelTranslation: false,
    seed,
    world,
    plan: {
      mounts: [{ path: '/', kind: MountKind.overlay, layer: 0, flags: 0 }],
      nodes: DEVICE_NODES,
      programs: ['/script'],
      arguments: ['script'],
      environment: [],
      directory: '/tmp/work',
      user: 0,
      group: 0,
      epoch: EPOCH,
    },
    say: (message) => said.push(message),
  });
  const end = await runToEnd(system, { maxInstructions: 10_000_000, realPace: false });
  if (end.reason !== 'ended' || end.status !== 0)
    throw new Error(`the script ended badly: ${JSON.stringify(end)} ${said.join('; ')}`);
  return script.outcomeOf(Buffer.concat(output));
}
