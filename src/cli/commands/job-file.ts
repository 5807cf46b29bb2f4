/** The jobs in a file, or on standard input. */
import { readFileSync } from 'node:fs';
import { type JobPlan, jobsFromData } from '../../workbench/index.ts';
import { CommandFailure } from '../command-line.ts';

/** @param say hears one line about what is left out. */
export function jobsInFile(file: string, say: (line: string) => void): readonly JobPlan[] {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CommandFailure(`--file: ${(error as Error).message}`, 2);
  }
  try {
    return jobsFromData(JSON.parse(text), say);
  } catch (error) {
    throw new CommandFailure(`${file}: ${(error as Error).message}`, 2);
  }
}
