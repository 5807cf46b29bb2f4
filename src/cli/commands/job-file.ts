/** The jobs in a file, or on standard input. */
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { type Constraint, constraintsFromData, type JobPlan, jobsFromData } from '../../workbench/index.ts';
import { CommandFailure } from '../command-line.ts';

/** JSON when it begins as JSON does, else YAML 1.2. Aliases are limited, so that a small file cannot stand for a huge one. */
function dataOf(text: string): unknown {
  if (/^\s*[[{]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Error(`no JSON: ${(error as Error).message}`);
    }
  }
  try {
    return parseYaml(text, { maxAliasCount: 100, prettyErrors: true });
  } catch (error) {
    throw new Error(`no YAML: ${(error as Error).message.split('\n')[0]}`);
  }
}

/** The constraints of a file. */
export function constraintsInFile(file: string): readonly Constraint[] {
  return fromFile(file, '--constraints', constraintsFromData);
}

/** @param say hears one line about what is left out. */
export function jobsInFile(file: string, say: (line: string) => void): readonly JobPlan[] {
  return fromFile(file, '--file', (data) => jobsFromData(data, say));
}

function fromFile<T>(file: string, option: string, use: (data: unknown) => T): T {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CommandFailure(`${option}: ${(error as Error).message}`, 2);
  }
  try {
    return use(dataOf(text));
  } catch (error) {
    throw new CommandFailure(`${file}: ${(error as Error).message}`, 2);
  }
}
