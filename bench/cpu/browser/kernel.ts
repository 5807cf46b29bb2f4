/** One kernel in one machine, translated: what a page and Node do alike, and how long its run takes. */
import type { OutsideWorld } from '../../../src/contracts/outside.ts';
import { type MemoryEntry, memoryLayer } from '../../../src/host/shared/memory-layer.ts';
import {
  DEVICE_NODES,
  MountKind,
  profileNamed,
  roundRobin,
  runToEnd,
  System,
  structureNamed,
  USUAL,
} from '../../../src/workbench/index.ts';

export interface KernelRun {
  readonly output: string;
  /** Seconds by the clock, without making the machine. */
  readonly seconds: number;
}

/**
 * @param name of a program whose file is `bytes`; @param size its parameter
 * @param world made of layers; @param text gives what the console was sent
 */
export async function runKernel(
  { name, size }: { readonly name: string; readonly size: string },
  bytes: Uint8Array,
  world: (layers: readonly ReturnType<typeof memoryLayer>[]) => OutsideWorld,
  text: () => string,
): Promise<KernelRun> {
  const file: MemoryEntry = { path: `bin/${name}`, mode: 0o755, bytes };
  const system = System.start({
    profile: profileNamed('modern'),
    structure: structureNamed('monolithic'),
    policy: (ground, store) => roundRobin(ground, store),
    harts: 1,
    memory: 256 * 1024 * 1024,
    modelTranslation: false,
    translate: USUAL,
    seed: 1,
    world: world([memoryLayer([file])]),
    plan: {
      mounts: [
        { path: '/', kind: MountKind.overlay, layer: 0, flags: 0 },
        { path: '/dev', kind: MountKind.memory, layer: 0, flags: 0 },
      ],
      nodes: DEVICE_NODES,
      programs: [`/bin/${name}`],
      arguments: [name, size],
      environment: [],
      directory: '/',
      user: 0,
      group: 0,
      epoch: 1_704_067_200,
    },
    say: () => undefined,
  });
  const start = performance.now();
  const end = await runToEnd(system, { maxInstructions: Number.POSITIVE_INFINITY, realPace: false });
  const seconds = (performance.now() - start) / 1000;
  if (end.reason !== 'ended' || end.status !== 0)
    throw new Error(`${name} ended by ${end.reason}: ${text()}`);
  return { output: text(), seconds };
}
