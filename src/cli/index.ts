// The command line's entry: hands the process's arguments to `runCommandLine` and exits with its status.
// Nothing else belongs here, so that tests can run the command line without a process.
import { runCommandLine } from './command-line.ts';
import { commands } from './commands/index.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), commands);
