/** An inspection: all that a machine's memory tells, as plain data, and the choice of its parts. */
import type { System } from '../system.ts';
import { Landmarks } from './landmarks.ts';
import { attempt, isDamaged, type Maybe } from './look.ts';
import { type InspectedMemory, inspectMemory } from './memory.ts';
import { type InspectedNatives, inspectNatives } from './natives.ts';
import { type InspectedPipe, inspectPipes } from './pipes.ts';
import { type InspectedPort, inspectPorts } from './ports.ts';
import { type ProcessBlock, processBlocks } from './processes.ts';
import { Scene } from './scene.ts';
import { type InspectedScheduling, inspectScheduling } from './scheduling.ts';
import { addressSpaces, type InspectedSpace } from './spaces.ts';
import { type ThreadBlock, threadBlocks } from './threads.ts';
import { type InspectedCache, translationCaches } from './translations.ts';

/** The parts of an inspection, in the order in which they are shown. */
export const INSPECTION_PARTS = [
  'processes',
  'threads',
  'stacks',
  'registers',
  'code',
  'spaces',
  'tlb',
  'scheduling',
  'memory',
  'pipes',
  'ports',
  'natives',
] as const;
export type InspectionPart = (typeof INSPECTION_PARTS)[number];

export interface InspectionChoice {
  /** All when left out. */
  readonly parts?: readonly InspectionPart[] | undefined;
  /** Only this process and what is its own. */
  readonly process?: number | undefined;
}

/** What was found. A part that was not asked for is left out; `threads` also has stacks, registers and code. */
export interface Inspection {
  readonly machine: Maybe<MachineFacts>;
  readonly processes?: readonly Maybe<ProcessBlock>[];
  readonly threads?: readonly Maybe<ThreadBlock>[];
  readonly spaces?: readonly Maybe<InspectedSpace>[];
  readonly tlb?: readonly Maybe<InspectedCache>[];
  readonly scheduling?: Maybe<InspectedScheduling>;
  readonly memory?: Maybe<InspectedMemory>;
  readonly pipes?: readonly Maybe<InspectedPipe>[];
  readonly ports?: readonly Maybe<InspectedPort>[];
  readonly natives?: InspectedNatives;
}

export interface MachineFacts {
  readonly structure: string;
  readonly profile: string;
  readonly harts: number;
  readonly memoryBytes: number;
  readonly instructions: number;
  readonly cycles: number;
  readonly processes: number;
  readonly threads: number;
}

function machineFacts(scene: Scene): MachineFacts {
  const { system } = scene;
  let processes = 0;
  attempt(() => {
    for (const _ of scene.processes()) processes += 1;
  });
  return {
    structure: system.kernel.structure.name,
    profile: system.parts.profile.name,
    harts: system.harts.count,
    memoryBytes: system.parts.memory,
    instructions: system.executive.instructions(),
    cycles: system.executive.elapsed(),
    processes,
    threads: scene.root.threadCount,
  };
}

const THREAD_PARTS: readonly InspectionPart[] = ['threads', 'stacks', 'registers', 'code'];

/** Those of a process, and what could not be read. */
function ofProcess<T>(list: readonly Maybe<T>[], belongs: (member: T) => boolean): readonly Maybe<T>[] {
  return list.filter((member) => isDamaged(member) || belongs(member));
}

/** Looks at a machine that stands between two turns, or has failed. Never throws, and leaves no trace that counts. */
export function inspect(system: System, choice: InspectionChoice = {}): Inspection {
  const scene = new Scene(system);
  const marks = new Landmarks(scene);
  const wants = (part: InspectionPart) => choice.parts === undefined || choice.parts.includes(part);
  const { process } = choice;
  const own = process === undefined ? () => true : (pid: number) => pid === process;
  return {
    machine: attempt(() => machineFacts(scene)),
    ...(wants('processes') && { processes: ofProcess(processBlocks(scene), ({ pid }) => own(pid)) }),
    ...(THREAD_PARTS.some(wants) && {
      threads: ofProcess(threadBlocks(scene, marks), ({ pid }) => own(pid)),
    }),
    ...(wants('spaces') && {
      spaces: ofProcess(addressSpaces(scene), ({ processes }) => processes.some(own)),
    }),
    ...(wants('tlb') && { tlb: translationCaches(scene, marks) }),
    ...(wants('scheduling') && { scheduling: attempt(() => inspectScheduling(scene, marks)) }),
    ...(wants('memory') && { memory: attempt(() => inspectMemory(scene, marks)) }),
    ...(wants('pipes') && { pipes: inspectPipes(scene, marks) }),
    ...(wants('ports') && { ports: inspectPorts(scene, marks) }),
    ...(wants('natives') && { natives: inspectNatives(scene) }),
  };
}
