// The frame that every command stands in: parses the arguments, finds the command, turns whatever goes
// wrong into one line on standard error and an exit status. Commands throw `CommandFailure` for what a user
// can put right; anything else that is thrown is a defect of polykernel and is said to be one.
//   0  done      1  the command failed      2  the arguments make no sense      70  a defect of polykernel
// A command whose status is the guest program's own returns it from its action by way of `setExitStatus`.
import { Command, CommanderError } from 'commander';
import { installedVersion } from './installation.ts';

/** One command: `define` adds it, with its options and its action, to the program. */
export interface CommandDefinition {
  readonly define: (program: Command, context: CommandContext) => void;
}

/** What a command is handed. */
export interface CommandContext {
  /** Writes text as it is to standard output. */
  readonly print: (text: string) => void;
  /** Sets the status with which the process exits when the command has ended: 0 to 255. */
  readonly setExitStatus: (status: number) => void;
}

/** Where the command line's own text goes. */
export interface CommandLineOutput {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** A failure that the user can put right. Its message is one line and names what was wrong. */
export class CommandFailure extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.name = 'CommandFailure';
    this.status = status;
  }
}

const usageStatus = 2;
const defectStatus = 70; // EX_SOFTWARE of sysexits.h

const processOutput: CommandLineOutput = {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
};

/** Of a longer line the beginning and the end are shown, which say what was wrong and what to do. */
const LONGEST_LINE = 1000;

/** Text on one line: what stands between line ends, joined by blanks; other control characters as \xNN. */
function oneLine(text: string): string {
  const whole = text.trim().replace(/\s*\n\s*/g, ' ');
  const half = LONGEST_LINE / 2;
  const line = whole.length > LONGEST_LINE ? `${whole.slice(0, half)} ... ${whole.slice(-half)}` : whole;
  return line.replace(/\p{Cc}/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function createProgram(output: CommandLineOutput): Command {
  return new Command('polykernel')
    .description('A deterministic RV64GC computer with every operating-system structure on it')
    .version(installedVersion())
    .showSuggestionAfterError(true)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: output.out,
      writeErr: output.error,
      outputError: (text, write) => write(`polykernel: ${oneLine(text).replace(/^error: /, '')}\n`),
    });
}

/** Says what went wrong and returns the exit status it stands for. */
function reportError(error: unknown, output: CommandLineOutput): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageStatus;
  if (error instanceof CommandFailure) {
    output.error(`polykernel: ${oneLine(error.message)}\n`);
    return error.status;
  }
  const message = error instanceof Error ? error.message : String(error);
  output.error(`polykernel: internal error: ${oneLine(message)} (POLYKERNEL_DEBUG=1 shows where)\n`);
  if (process.env.POLYKERNEL_DEBUG && error instanceof Error) output.error(`${error.stack}\n`);
  return defectStatus;
}

/** Defines the commands. What is returned runs one, once: the one that `args` (without the program's own name) ask for; it gives its exit status. */
export function commandLine(
  definitions: readonly CommandDefinition[],
  output: CommandLineOutput = processOutput,
): (args: readonly string[]) => Promise<number> {
  let status = 0;
  const context: CommandContext = {
    print: output.out,
    setExitStatus: (value) => {
      status = value;
    },
  };
  const program = createProgram(output);
  for (const definition of definitions) definition.define(program, context);
  return async (args) => {
    try {
      if (args.length === 0) {
        output.out(program.helpInformation());
        return 0;
      }
      await program.parseAsync([...args], { from: 'user' });
    } catch (error) {
      return reportError(error, output);
    }
    return status;
  };
}

/** Runs one command; see `commandLine`. */
export function runCommandLine(
  args: readonly string[],
  definitions: readonly CommandDefinition[],
  output?: CommandLineOutput,
): Promise<number> {
  return commandLine(definitions, output)(args);
}
