// The command line's entry: hands the process's arguments to `commandLine` and exits with its status.
// Nothing else belongs here, so that tests can run the command line without a process.
import { commandLine } from './command-line.ts';
import { commands } from './commands/index.ts';

/** Node's own status for a program that has nothing left to do before it is finished. */
const NEVER_FINISHED = 13;

/** The loader says when the program begins, which may be in another process (tools/loader/image.mjs); without one it begins at once. */
declare const __start: ((main: () => void) => void) | undefined;

const run = commandLine(commands);

// No top-level `await`: the bundle is a script, whose compiled code can be kept (tools/loader).
function main(): void {
  process.exitCode = NEVER_FINISHED;
  void run(process.argv.slice(2)).then((status) => {
    process.exitCode = status;
    // What V8 has yet to compile in the background is not waited for. Only on Linux has all output been written by now, also to pipes.
    if (process.platform === 'linux') process.exit();
  });
}

if (typeof __start === 'undefined') main();
else __start(main);
