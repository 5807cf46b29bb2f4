// A third of the compared commands.
import { compareCommands } from './compare.ts';

compareCommands(0);
