// Every command that polykernel is compared on with Linux; see command.ts for the rules they obey.
import type { ComparedCommand } from './command.ts';
import { DIRECT_COMMANDS } from './direct.ts';
import { readScripts } from './script.ts';

export type { ComparedCommand } from './command.ts';

export const COMMANDS: readonly ComparedCommand[] = [...DIRECT_COMMANDS, ...readScripts()];

/** Packages that together hold every program the commands use. */
export const COMPARED_PACKAGES: readonly string[] = [
  ...new Set(COMMANDS.flatMap(({ packages }) => packages)),
].sort();
