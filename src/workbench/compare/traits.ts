/**
 * The six traits by which structures are compared, each measured by running programs.
 *
 *   protection      faults contained, of those injected
 *   performance     cycles of a busy script against the monolithic structure's
 *   flexibility     services that can be replaced without the kernel's privilege, of all
 *   scalability     the same work on four harts: how many times as fast as on one
 *   agility         seconds from a file server's death until all is as before; none where it is the end
 *   responsiveness  seconds from a program's shortest request to its answer
 */
import { FAULT_KINDS, type FaultPlan } from '../../contracts/faults.ts';
import type { Structure } from '../../contracts/structure.ts';
import { type RunReport, reportOf } from '../report.ts';
import { runToEnd } from '../run.ts';
import { System, type SystemParts } from '../system.ts';

export interface Traits {
  readonly protection: { readonly contained: number; readonly injected: number };
  /** Null where the structure cannot run the script. */
  readonly performance: number | null;
  readonly flexibility: { readonly outside: number; readonly services: number };
  readonly scalability: number | null;
  readonly agility: number | null;
  readonly responsiveness: number | null;
}

/** Makes the parts of a machine for a script of the built-in shell. */
export type ScriptParts = (
  structure: Structure,
  script: string,
  harts: number,
  faults: readonly FaultPlan[],
) => SystemParts;

const BUSY = 'seq 200 | sort -rn | head -n 2; cat /bin/hello | sha256sum; primes 200 | tail -n 1';
const PARALLEL = 'primes 6000 > /a & primes 6000 > /b & primes 6000 > /c & primes 6000 > /d & wait';
/** Without other processes, so that every structure can run it. */
const ALONE = 'i=0; while [ $i -lt 40 ]; do echo $i > /x; i=$((i+1)); done; echo end';
const CALLS = 200;
const FAULTY = ['files', 'pipes', 'terminal'] as const;
const LIMIT = 100_000_000;

interface Ended {
  readonly report: RunReport;
  readonly seconds: number;
}

/** Runs a script to its end; undefined when the machine or the script did not come to a good one. */
async function run(parts: SystemParts): Promise<Ended | undefined> {
  try {
    const system = System.start(parts);
    const end = await runToEnd(system, { maxInstructions: LIMIT, realPace: false });
    if (end.reason !== 'ended' || end.status !== 0) return undefined;
    const report = reportOf(system);
    return { report, seconds: report.cycles / parts.profile.hertz };
  } catch {
    // A structure without protection ends here when a fault was injected: that is what is measured.
    return undefined;
  }
}

/** The script that a structure can run: the busy one, or the one without other processes. */
function scriptFor({ refusals }: Structure): string {
  return refusals?.fork === undefined ? BUSY : ALONE;
}

async function protection(structure: Structure, parts: ScriptParts): Promise<Traits['protection']> {
  let contained = 0;
  let injected = 0;
  for (const service of FAULTY)
    for (const kind of FAULT_KINDS) {
      const faults = [{ service, kind, at: service === 'files' ? 60 : 2 }];
      injected += 1;
      if ((await run(parts(structure, scriptFor(structure), 1, faults))) !== undefined) contained += 1;
    }
  return { contained, injected };
}

async function responsiveness(structure: Structure, parts: ScriptParts): Promise<number | null> {
  const many = await run(parts(structure, `null-call ${CALLS + 1}`, 1, []));
  const one = await run(parts(structure, 'null-call 1', 1, []));
  return many === undefined || one === undefined ? null : (many.seconds - one.seconds) / CALLS;
}

async function ratio(
  one: Promise<Ended | undefined>,
  other: Promise<Ended | undefined>,
): Promise<number | null> {
  const [first, second] = [await one, await other];
  return first === undefined || second === undefined ? null : first.seconds / second.seconds;
}

export async function measureTraits(
  structure: Structure,
  base: Structure,
  parts: ScriptParts,
): Promise<Traits> {
  const script = scriptFor(structure);
  const quiet = await run(parts(structure, script, 1, []));
  const crashed = await run(parts(structure, script, 1, [{ service: 'files', kind: 'crash', at: 60 }]));
  const forks = structure.refusals?.fork === undefined;
  const system = System.start(parts(structure, 'true', 1, []));
  const services = system.kernel.registry.services.map(({ name }) => name);
  const outside = services.filter((name) =>
    structure.domains.some((domain) => domain.name === structure.place(name) && domain.privilege === 'user'),
  );
  return {
    protection: await protection(structure, parts),
    performance: await ratio(Promise.resolve(quiet), run(parts(base, script, 1, []))),
    flexibility: { outside: outside.length, services: services.length },
    scalability: forks
      ? await ratio(run(parts(structure, PARALLEL, 1, [])), run(parts(structure, PARALLEL, 4, [])))
      : null,
    agility: quiet === undefined || crashed === undefined ? null : crashed.seconds - quiet.seconds,
    responsiveness: await responsiveness(structure, parts),
  };
}
