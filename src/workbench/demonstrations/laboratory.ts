/**
 * Where demonstrations run their programs: a machine for each experiment, whose death is a result like others.
 *
 * How a machine is put together is the caller's (it knows where the files come from); the console is a recording one.
 */
import type { FaultPlan } from '../../contracts/faults.ts';
import { KernelRoot } from '../../kernel/objects.ts';
import { type RecordingConsole, recordingConsole } from '../compare/recording-console.ts';
import { type RunReport, reportOf } from '../report.ts';
import { runToEnd } from '../run.ts';
import { System, type SystemParts } from '../system.ts';

export interface Experiment {
  /** A structure's specification. */
  readonly structure: string;
  readonly command: readonly string[];
  readonly profile: string;
  readonly seed: number;
  readonly faults?: readonly FaultPlan[];
  /** The bytes of a disk with ext2, which is mounted at /disk and written to. */
  readonly disk?: Uint8Array;
  /** As of SystemParts. */
  readonly watched?: SystemParts['watched'];
}

/** Something that the system said, and the cycle at which it did. */
export interface Saying {
  readonly message: string;
  readonly cycle: number;
}

export interface Outcome {
  /** What the program printed, and what it printed as errors behind it. */
  readonly output: string;
  /** The exit status, or 128 and the signal; null when the machine did not come so far. */
  readonly status: number | null;
  /** What the machine died of, or null. */
  readonly death: string | null;
  readonly said: readonly Saying[];
  /** Throws what reading damaged accounts throws. */
  readonly report: () => RunReport;
  /** Requests that a service was asked; counted only when faults are planned. */
  readonly requests: (service: string) => number;
}

/** Puts a machine together for an experiment: with translation caches modelled. */
export type PartsMaker = (
  experiment: Experiment,
  console: RecordingConsole,
  say: (message: string) => void,
) => SystemParts;

export interface Laboratory {
  run(experiment: Experiment): Promise<Outcome>;
}

/** Longer than any demonstration takes: a machine that comes so far goes round in circles. */
const MOST_INSTRUCTIONS = 200_000_000;
const NORMAL = 0x7f;
const SIGNAL_BASE = 128;

export function laboratory(partsOf: PartsMaker): Laboratory {
  return { run: (experiment) => perform(experiment, partsOf) };
}

async function perform(experiment: Experiment, partsOf: PartsMaker): Promise<Outcome> {
  const console = recordingConsole(new Uint8Array(0));
  const said: Saying[] = [];
  const machine: { system?: System } = {};
  const say = (message: string): void => {
    said.push({ message, cycle: machine.system?.executive.elapsed() ?? 0 });
  };
  const { watched } = experiment;
  const system = System.start({ ...partsOf(experiment, console, say), watched });
  machine.system = system;
  const { status, death } = await endOf(system);
  const text = (stream: 1 | 2) => new TextDecoder().decode(console.written(stream));
  return {
    output: text(1) + text(2),
    status,
    death,
    said,
    report: () => reportOf(system),
    requests: (service) => requestsOf(system, service),
  };
}

async function endOf(system: System): Promise<{ status: number | null; death: string | null }> {
  try {
    const end = await runToEnd(system, { maxInstructions: MOST_INSTRUCTIONS, realPace: false });
    if (end.reason === 'standstill') return { status: null, death: 'it came to a standstill' };
    if (end.reason === 'instructions') return { status: null, death: 'it goes round in circles' };
    const signal = end.status & NORMAL;
    return { status: signal === 0 ? end.status >>> 8 : SIGNAL_BASE + signal, death: null };
  } catch (error) {
    return { status: null, death: error instanceof Error ? error.message : String(error) };
  }
}

function requestsOf({ kernel, meter, layout }: System, service: string): number {
  const { requests } = KernelRoot.at(meter.observer, layout.root);
  return meter.observer.f64[requests / 8 + kernel.registry.number(service)] as number;
}
