/** `polykernel run`: starts a program in a machine of its own and ends with its status. */
import { openSync } from 'node:fs';
import type { Command } from 'commander';
import { writeAll } from '../../host/node/index.ts';
import {
  ConstraintWatch,
  type Recording,
  type RunEnd,
  type RunReport,
  recordingFile,
  recordingOf,
  refusalsOf,
  reportOf,
  runToEnd,
  ScheduleRecorder,
  Strace,
  System,
  takeSnapshot,
  timelineEnding,
  violationLines,
} from '../../workbench/index.ts';
import { type CommandContext, type CommandDefinition, CommandFailure } from '../command-line.ts';
import { watchCompilation } from '../compile-time.ts';
import { panic } from '../panic.ts';
import { scheduleTable, statsTable, translatorTable } from '../stats.ts';
import { constraintsInFile } from './job-file.ts';
import { isRealPace, machineParts, policyOf } from './machine.ts';
import { checkWritable, writeOutput } from './output-file.ts';
import { addRunOptions, addTimelineOption, type RunOptions } from './run-options.ts';

const LIMIT_STATUS = 124;
const STANDSTILL_STATUS = 125;
const SIGNAL_BASE = 128;

/** The exit status that a shell would show for the end of a run. */
export function statusOf(end: RunEnd): number {
  if (end.reason === 'instructions') return LIMIT_STATUS;
  if (end.reason === 'standstill') return STANDSTILL_STATUS;
  const signal = end.status & 0x7f;
  return signal === 0 ? (end.status >>> 8) & 0xff : SIGNAL_BASE + signal;
}

function explain(system: System, end: RunEnd, options: RunOptions): void {
  for (const message of refusalsOf(system)) process.stderr.write(`polykernel: ${message}\n`);
  if (end.reason === 'instructions')
    process.stderr.write(`polykernel: ended at the limit of ${options.maxInstructions} instructions\n`);
  if (end.reason === 'standstill')
    process.stderr.write('polykernel: every thread of the guest waits, and nothing can wake one\n');
}

function report(
  system: System,
  options: RunOptions,
  recording: Recording | undefined,
  compilation: () => number,
): void {
  if (!options.stats && options.statsJson === undefined) return;
  const figures = reportOf(system);
  if (options.statsJson !== undefined)
    writeOutput('--stats-json', options.statsJson, statsJson(figures, recording));
  if (!options.stats) return;
  process.stderr.write(statsTable(figures));
  if (recording !== undefined) process.stderr.write(scheduleTable(recording));
  const translator = system.processor.translatorFigures;
  if (translator !== undefined && options.engine === 'translator')
    process.stderr.write(translatorTable(translator, figures.instructions, compilation()));
}

function statsJson(figures: RunReport, recording: Recording | undefined): string {
  if (recording === undefined) return `${JSON.stringify(figures, null, 2)}\n`;
  const { policy, processes, averages } = recording;
  return `${JSON.stringify({ ...figures, schedule: { policy, processes, averages } }, null, 2)}\n`;
}

/** Writes the recording into the file of --timeline. */
function writeTimeline(
  { harts }: System,
  { options, program, arguments: args }: SnapshotNote,
  recording: Recording,
): void {
  const { timeline, structure, profile } = options;
  const ending = timelineEnding(timeline ?? '');
  if (timeline === undefined || ending === undefined) return;
  const setting = `${structure} on ${profile}, ${harts.count === 1 ? '1 hart' : `${harts.count} harts`}, ${recording.policy}`;
  const content = recordingFile(recording, ending, [program, ...args].join(' '), setting);
  writeOutput('--timeline', timeline, content);
}

/** Is anything to be recorded? */
function recorderFor({ stats, statsJson: file, timeline }: RunOptions): ScheduleRecorder | undefined {
  return stats || file !== undefined || timeline !== undefined ? new ScheduleRecorder() : undefined;
}

/** What a snapshot keeps so that `resume` can put the same machine together. */
export interface SnapshotNote {
  readonly options: RunOptions;
  readonly program: string;
  readonly arguments: readonly string[];
}

/** Runs up to the snapshot that was asked for, if any, and writes it. */
async function runToSnapshot(
  system: System,
  options: RunOptions,
  note: SnapshotNote,
): Promise<RunEnd | undefined> {
  const { snapshotAt, snapshot } = options;
  if (snapshotAt === undefined || snapshot === undefined) return undefined;
  const end = await runToEnd(system, { maxInstructions: snapshotAt, realPace: isRealPace(options) });
  if (end.reason !== 'instructions') {
    process.stderr.write(
      `polykernel: the program ended before ${snapshotAt} instructions: no snapshot was taken\n`,
    );
    return end;
  }
  writeOutput('--snapshot', snapshot, takeSnapshot(system, note));
  return undefined;
}

/** Runs a machine that is ready, to its end, and says what was asked for. Returns the exit status. */
export async function runMachine(
  system: System,
  note: SnapshotNote,
  recorder?: ScheduleRecorder,
): Promise<number> {
  const { options } = note;
  const limits = { maxInstructions: options.maxInstructions, realPace: isRealPace(options) };
  const compilation = options.stats === true ? watchCompilation() : () => 0;
  try {
    const end = (await runToSnapshot(system, options, note)) ?? (await runToEnd(system, limits));
    explain(system, end, options);
    // A program may have destroyed the accounts too, where nothing is protected.
    const recording = recorder === undefined ? undefined : recordingOf(system, recorder);
    report(system, options, recording, compilation);
    if (recording !== undefined) writeTimeline(system, note, recording);
    system.processor.keepTranslations();
    return statusOf(end);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    return panic(system, error, { note, snapshot: options.panicSnapshot });
  }
}

/** Throws CommandFailure for files that could not be written in the end. */
export function checkOutputs(options: Partial<RunOptions>): void {
  if ((options.snapshotAt === undefined) !== (options.snapshot === undefined))
    throw new CommandFailure('--snapshot-at and --snapshot go together: give both', 2);
  checkWritable('--snapshot', options.snapshot);
  checkWritable('--panic-snapshot', options.panicSnapshot);
  checkWritable('--stats-json', options.statsJson);
  checkWritable('--timeline', options.timeline);
  checkWritable('--strace-to', options.straceTo);
}

/** The tracer of --strace and --strace-to: lines to standard error, or to a file. */
function tracerFor({ strace, straceTo }: RunOptions): Strace | undefined {
  if (straceTo === undefined)
    return strace ? new Strace((line) => writeAll(2, Buffer.from(line))) : undefined;
  const file = openSync(straceTo, 'w');
  return new Strace((line) => writeAll(file, Buffer.from(line)));
}

function watchFor({ constraints }: RunOptions): ConstraintWatch | undefined {
  return constraints === undefined ? undefined : new ConstraintWatch(constraintsInFile(constraints));
}

/** Says of every violation when it happened and who ran. */
function tellViolations(watch: ConstraintWatch, system: System): void {
  watch.finish(system.executive.elapsed());
  for (const line of violationLines(watch, system.kernel.hertz))
    process.stderr.write(`polykernel: ${line}\n`);
  for (const mark of watch.unheard())
    process.stderr.write(`polykernel: a constraint waits for ${mark}, which was never marked\n`);
}

export const runCommand: CommandDefinition = {
  define(program: Command, context: CommandContext) {
    addTimelineOption(addRunOptions(program.command('run')))
      .description('run a Linux riscv64 program')
      .argument('<PROGRAM>', "a guest path, or a name to be found in the guest's PATH")
      .argument('[ARGUMENTS...]', 'its arguments')
      .passThroughOptions()
      .action(async (name: string, args: string[], options: RunOptions) => {
        checkOutputs(options);
        const policy = policyOf(options);
        const watch = watchFor(options);
        const recorder = recorderFor(options);
        const witnesses = [recorder, watch].filter((witness) => witness !== undefined);
        const system = System.start(
          machineParts(options, name, args, tracerFor(options), { policy, witnesses }),
        );
        watch?.attach(system);
        const status = await runMachine(system, { options, program: name, arguments: args }, recorder);
        if (watch !== undefined) tellViolations(watch, system);
        context.setExitStatus(status);
      });
  },
};
