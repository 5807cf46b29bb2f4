// What runs in Node and in the browser alike: a few commands under a few machines, and what is compared of each.
import type { LowerLayer, OutsideWorld } from '../../../src/contracts/outside.ts';
import {
  DEVICE_NODES,
  MountKind,
  profileNamed,
  reportOf,
  roundRobin,
  runToEnd,
  System,
  structureNamed,
} from '../../../src/workbench/index.ts';

export interface Job {
  readonly name: string;
  readonly script: string;
  readonly structure: string;
  readonly harts: number;
  readonly tlb: boolean;
}

const PIPELINE =
  'seq 500 | sort -rn | head -n 3; (echo a; echo b) | cat & wait; primes 500 | tail -n 2; echo a > /x; cat /x';

export const JOBS: readonly Job[] = [
  { name: 'a program', script: 'hello', structure: 'monolithic', harts: 1, tlb: false },
  { name: 'a pipeline', script: PIPELINE, structure: 'monolithic', harts: 2, tlb: true },
  { name: 'floating point', script: 'mandelbrot | sha256sum', structure: 'monolithic', harts: 1, tlb: false },
  { name: 'a pipeline on servers', script: PIPELINE, structure: 'microkernel', harts: 1, tlb: false },
];

export interface JobResult {
  readonly name: string;
  readonly output: string;
  readonly status: number;
  readonly cycles: number;
  readonly instructions: number;
  readonly memoryHash: string;
}

/** Output is gathered by `text`, which the host's console fills. */
export async function runJob(
  job: Job,
  world: (layers: readonly LowerLayer[]) => OutsideWorld,
  programs: LowerLayer,
  text: () => string,
): Promise<JobResult> {
  const system = System.start({
    profile: profileNamed('modern'),
    structure: structureNamed(job.structure),
    policy: (ground, store) => roundRobin(ground, store),
    harts: job.harts,
    memory: 64 * 1024 * 1024,
    modelTranslation: job.tlb,
    seed: 7,
    world: world([programs]),
    plan: {
      mounts: [
        { path: '/', kind: MountKind.overlay, layer: 0, flags: 0 },
        { path: '/dev', kind: MountKind.memory, layer: 0, flags: 0 },
      ],
      nodes: DEVICE_NODES,
      programs: ['/bin/sh'],
      arguments: ['sh', '-c', job.script],
      environment: ['PATH=/bin'],
      directory: '/',
      user: 0,
      group: 0,
      epoch: 1_704_067_200,
    },
    say: () => undefined,
  });
  const end = await runToEnd(system, { maxInstructions: 1e9, realPace: false });
  const { cycles, instructions, memoryHash } = reportOf(system);
  const status = end.reason === 'ended' ? end.status : -1;
  return { name: job.name, output: text(), status, cycles, instructions, memoryHash };
}
