// The list of commands, in the order in which `--help` shows them. Each has a file of its own here.
import type { CommandDefinition } from '../command-line.ts';
import { compareCommand } from './compare.ts';
import { demoCommand } from './demo.ts';
import { inspectCommand } from './inspect.ts';
import { profilesCommand } from './profiles.ts';
import { resumeCommand } from './resume.ts';
import { rootCommand } from './root.ts';
import { runCommand } from './run.ts';
import { scheduleCommand } from './schedule.ts';
import { structuresCommand } from './structures.ts';
import { syscallsCommand } from './syscalls.ts';

export const commands: readonly CommandDefinition[] = [
  runCommand,
  compareCommand,
  scheduleCommand,
  demoCommand,
  resumeCommand,
  inspectCommand,
  structuresCommand,
  rootCommand,
  syscallsCommand,
  profilesCommand,
];
