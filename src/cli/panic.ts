/** What the command line does about a kernel panic: says all that is known, keeps the machine when asked, and status 70. */
import { writeFileSync } from 'node:fs';
import { PolicyFault, panicText, type System, takeSnapshot } from '../workbench/index.ts';
import { isPolicyFile } from './commands/policy-file.ts';
import { installedVersion } from './installation.ts';

export const PANIC_STATUS = 70;

export interface PanicContext {
  /** Kept in the snapshot, for `inspect`. */
  readonly note: unknown;
  /** Where the machine is to be kept; undefined for nowhere. */
  readonly snapshot: string | undefined;
}

function keep(system: System, { note, snapshot }: PanicContext): string {
  if (snapshot === undefined)
    return 'With --panic-snapshot FILE, the machine as it is now is kept for polykernel inspect.';
  try {
    writeFileSync(snapshot, takeSnapshot(system, note));
    return `The machine as it is now is in ${snapshot}: polykernel inspect shows it.`;
  } catch (error) {
    return `The machine could not be kept in ${snapshot}: ${(error as Error).message}`;
  }
}

/** Where a structure protects nothing, a program may have done it. */
function whoseFault({ parts }: System, error: unknown): string {
  if (error instanceof PolicyFault && isPolicyFile(parts.scheduler ?? ''))
    return `This is a fault of the policy in ${parts.scheduler}, not of polykernel and not of the program.`;
  const { name, memory = 'paged' } = parts.structure;
  if (memory !== 'paged')
    return `The structure ${name} protects nothing: a store of the program may have destroyed the system.`;
  return `This is a fault of polykernel ${installedVersion()}, not of the program. To report it, send this text and the command line.`;
}

/** Writes the text of a panic and returns the exit status. */
export function panic(system: System, error: unknown, context: PanicContext): number {
  const at = system.executive.instructions();
  const lines = [
    '',
    whoseFault(system, error),
    `The same run comes to the same fault: run --snapshot-at ${at} --snapshot FILE keeps the machine just before it,`,
    `and inspect --at ${at} shows it.`,
    keep(system, context),
  ];
  process.stderr.write(`polykernel: ${panicText(system, error)}${lines.join('\n')}\n`);
  if (process.env.POLYKERNEL_DEBUG && error instanceof Error) process.stderr.write(`\n${error.stack}\n`);
  else process.stderr.write('POLYKERNEL_DEBUG=1 shows where in its own code it failed.\n');
  return PANIC_STATUS;
}
