/**
 * Where demonstrations run their programs: a machine for each experiment, whose death is a result like others.
 *
 * How a machine is put together is the caller's (it knows where the files come from); the console is a recording one.
 */
import type { FaultPlan } from '../../contracts/faults.ts';
import { KernelRoot } from '../../kernel/objects.ts';
import type { ThreadWitness } from '../../kernel/witness.ts';
import { policyNamed } from '../../schedulers/index.ts';
import { type RecordingConsole, recordingConsole } from '../compare/recording-console.ts';
import { type RunReport, reportOf } from '../report.ts';
import { runToEnd } from '../run.ts';
import { ConstraintWatch, type Violation } from '../schedule/constraint-watch.ts';
import type { Constraint } from '../schedule/constraints.ts';
import { hintOf } from '../schedule/hints.ts';
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
  /** A policy's specification; round robin when it is left out. */
  readonly scheduler?: string;
  /** As of --hint. */
  readonly hints?: readonly string[];
  readonly harts?: number;
  readonly constraints?: readonly Constraint[];
  /** Hears what happens on harts; then there are no constraints. */
  readonly witness?: ThreadWitness;
  /** After how many instructions it goes round in circles. */
  readonly mostInstructions?: number;
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
  /** What became of the experiment's constraints. */
  readonly violations: readonly Violation[];
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
  const watch = new ConstraintWatch(experiment.constraints ?? []);
  const system = System.start(partsFor(experiment, partsOf(experiment, console, say), watch));
  machine.system = system;
  watch.attach(system);
  const { status, death } = await endOf(system, experiment.mostInstructions ?? MOST_INSTRUCTIONS);
  watch.finish(system.executive.elapsed());
  const text = (stream: 1 | 2) => new TextDecoder().decode(console.written(stream));
  return {
    output: text(1) + text(2),
    status,
    death,
    said,
    violations: watch.violations,
    report: () => reportOf(system),
    requests: (service) => requestsOf(system, service),
  };
}

/** The parts of a machine with what the experiment wants of scheduling. */
function partsFor(experiment: Experiment, parts: SystemParts, witness: ConstraintWatch): SystemParts {
  const { watched, scheduler, hints = [], harts = parts.harts } = experiment;
  const plan = { ...parts.plan, hints: hints.map(hintOf) };
  const chosen = scheduler === undefined ? {} : { policy: policyNamed(scheduler).make, scheduler };
  return { ...parts, ...chosen, plan, harts, watched, witnesses: [experiment.witness ?? witness] };
}

async function endOf(
  system: System,
  maxInstructions: number,
): Promise<{ status: number | null; death: string | null }> {
  try {
    const end = await runToEnd(system, { maxInstructions, realPace: false });
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
