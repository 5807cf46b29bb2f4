/** `polykernel schedule`: a set of jobs under a policy, or several, on paper. */
import { type Command, Option } from 'commander';
import {
  type ChosenPolicy,
  chartLines,
  comparisonText,
  csvText,
  type JobPlan,
  jobsOf,
  PAPER_QUANTUM,
  PROFILES,
  policyNamed,
  profileNamed,
  resultJson,
  resultText,
  type ScheduleResult,
  schedule,
  schedulePage,
  schedulePerfetto,
  scheduleSvg,
  specificationsIn,
} from '../../workbench/index.ts';
import { type CommandContext, type CommandDefinition, CommandFailure } from '../command-line.ts';
import { jobsInFile } from './job-file.ts';
import { checkWritable, writeOutput } from './output-file.ts';
import { isPolicyFile, loadPolicy } from './policy-file.ts';
import { wholeNumber } from './run-options.ts';

interface ScheduleCommandOptions {
  readonly policy: string;
  readonly jobs?: readonly JobPlan[];
  readonly file?: string;
  readonly harts: number;
  readonly compare?: readonly string[];
  readonly overhead?: string;
  readonly unit: number;
  readonly quantum: number;
  readonly until?: number;
  readonly seed: number;
  readonly why?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly svg?: string;
  readonly html?: string;
  readonly perfetto?: string;
}

/** Files that pictures go to, with what makes them. */
const PICTURES = [
  ['svg', scheduleSvg],
  ['html', schedulePage],
  ['perfetto', schedulePerfetto],
] as const;

function checkPictures(options: ScheduleCommandOptions): void {
  for (const [name] of PICTURES) checkWritable(`--${name}`, options[name]);
}

function writePictures(results: readonly ScheduleResult[], options: ScheduleCommandOptions): void {
  for (const [name, make] of PICTURES) {
    const file = options[name];
    if (file !== undefined) writeOutput(`--${name}`, file, make(results));
  }
}

const MOST_HARTS = 31;
const MOST_QUANTUM = 1e9;
const MOST_TIME = Number.MAX_SAFE_INTEGER;
const COLUMNS_WITHOUT_TERMINAL = 100;

/** A reader of an option's value; what it throws is said in one line, without the value, which may be long. */
function reading<T>(option: string, read: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return read(text);
    } catch (error) {
      throw new CommandFailure(`${option}: ${(error as Error).message}`, 2);
    }
  };
}

/** A specification, once it is known to name a policy; one in a file is looked at later. */
function known(specification: string): string {
  if (!isPolicyFile(specification)) policyNamed(specification);
  return specification;
}

function jobsFor(options: ScheduleCommandOptions): readonly JobPlan[] {
  const { jobs, file } = options;
  if (jobs !== undefined && file !== undefined)
    throw new CommandFailure('--jobs and --file are both given; one of them says the jobs', 2);
  if (jobs !== undefined) return jobs;
  if (file === undefined) throw new CommandFailure('no jobs: give --jobs ARRIVAL:BURST,... or --file', 2);
  return jobsInFile(file, (line) => process.stderr.write(`polykernel: ${line}\n`));
}

function runOne(
  jobs: readonly JobPlan[],
  policy: ChosenPolicy,
  options: ScheduleCommandOptions,
): ScheduleResult {
  const { harts, quantum, seed, until, unit, overhead, why = false } = options;
  try {
    return schedule(jobs, {
      policy,
      harts,
      quantum,
      seed,
      unit,
      why,
      ...(until === undefined ? {} : { until }),
      ...(overhead === undefined ? {} : { overhead: profileNamed(overhead) }),
    });
  } catch (error) {
    throw new CommandFailure((error as Error).message, 2);
  }
}

function textOf(results: readonly ScheduleResult[], options: ScheduleCommandOptions): string {
  const terminal = process.stdout.isTTY === true;
  const width = terminal ? process.stdout.columns : COLUMNS_WITHOUT_TERMINAL;
  const coloured = terminal && process.env.NO_COLOR === undefined;
  if (options.compare !== undefined) return comparisonText(results);
  return results.map((result) => resultText(result, chartLines(result, width, coloured))).join('\n');
}

function policiesFor({ compare, policy }: ScheduleCommandOptions): ChosenPolicy[] {
  const option = compare === undefined ? '--policy' : '--compare';
  return (compare ?? [policy]).map((specification) => loadPolicy(specification, option));
}

function run(options: ScheduleCommandOptions, context: CommandContext): void {
  checkPictures(options);
  const jobs = jobsFor(options);
  const policies = policiesFor(options);
  const results = policies.map((policy) => runOne(jobs, policy, options));
  if (options.json) {
    const all = results.map(resultJson);
    context.print(`${JSON.stringify(options.compare === undefined ? all[0] : all, null, 2)}\n`);
  } else if (options.csv) context.print(csvText(results));
  else context.print(textOf(results, options));
  writePictures(results, options);
}

export const scheduleCommand: CommandDefinition = {
  define(program: Command, context: CommandContext) {
    program
      .command('schedule')
      .description('a set of jobs under a scheduling policy on paper: who runs when, and the measures')
      .option(
        '--policy <NAME[:key=value,...]>',
        'the policy, by name or in a file of your own (./mine.ts), whose code is trusted',
        reading('--policy', known),
        'fcfs',
      )
      .option(
        '--jobs <JOBS>',
        'ARRIVAL:BURST[:key=value]... with commas between jobs',
        reading('--jobs', jobsOf),
      )
      .option('--file <FILE>', 'the jobs in JSON or YAML, or rt-app’s JSON; - is standard input')
      .option('--harts <N>', 'harts', wholeNumber(1, MOST_HARTS), 1)
      .option(
        '--compare <LIST>',
        'policies with commas between them, side by side',
        reading('--compare', (text) => specificationsIn(text).map(known)),
      )
      .addOption(
        new Option('--overhead <PROFILE>', 'charge hooks and switches by this profile').choices(
          PROFILES.map(({ name }) => name),
        ),
      )
      .option('--unit <CYCLES>', 'with --overhead: cycles in a unit of time', wholeNumber(1, MOST_QUANTUM), 1)
      .option(
        '--quantum <TIME>',
        'for policies without one of their own',
        wholeNumber(1, MOST_QUANTUM),
        PAPER_QUANTUM,
      )
      .option('--until <TIME>', 'periodic jobs are released before this instant', wholeNumber(1, MOST_TIME))
      .option('--seed <N>', 'of random draws', wholeNumber(0, MOST_TIME), 1)
      .option('--why', 'explain every decision')
      .addOption(new Option('--json', 'the result as JSON').conflicts('csv'))
      .option('--csv', 'the jobs as CSV')
      .option('--svg <FILE>', 'draw who ran when, for each policy, into an SVG file')
      .option(
        '--html <FILE>',
        'the same as a page with all tables, the comparison and, with --why, the decisions',
      )
      .option(
        '--perfetto <FILE>',
        'the same as a trace for ui.perfetto.dev; a unit of time is a millisecond there',
      )
      .action((options: ScheduleCommandOptions) => run(options, context));
  },
};
