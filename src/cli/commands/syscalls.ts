/** `polykernel syscalls`: the system-call table with its support. */
import type { Command } from 'commander';
import { type CallSupport, systemCallTable } from '../../workbench/index.ts';
import type { CommandContext, CommandDefinition } from '../command-line.ts';

function row({ number, name, support, note }: CallSupport): string {
  return `${String(number).padStart(3)}  ${name.padEnd(26)} ${support.padEnd(8)}${note ? ` ${note}` : ''}`.trimEnd();
}

export const syscallsCommand: CommandDefinition = {
  define(program: Command, context: CommandContext) {
    program
      .command('syscalls')
      .description('list the Linux system calls: full, partial (with what is missing) or absent (ENOSYS)')
      .option('--json', 'as JSON')
      .action(({ json }: { json?: boolean }) => {
        const table = systemCallTable();
        if (json) {
          context.print(`${JSON.stringify(table, null, 2)}\n`);
          return;
        }
        const count = (support: string) => table.filter((call) => call.support === support).length;
        context.print(`${table.map(row).join('\n')}\n`);
        context.print(`${count('full')} full, ${count('partial')} partial, ${count('absent')} absent\n`);
      });
  },
};
