// Reads what a fixture says about itself: a line that ends in `// refused: <rule>` must be refused by it.
import { readFileSync } from 'node:fs';
import type { Finding } from '../../tools/source/project.ts';

/** The lines a fixture says are refused, as `line rule`. */
export function expectedIn(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text, index) => {
      const rule = /\/\/ refused: (\S+)$/.exec(text)?.[1];
      return rule === undefined ? [] : [`${index + 1} ${rule}`];
    });
}

/** What a rule found in the fixture, in the same form. */
export function foundIn(findings: readonly Finding[], file: string): string[] {
  return findings
    .filter((finding) => finding.file === file)
    .sort((a, b) => a.line - b.line)
    .map(({ line, rule }) => `${line} ${rule}`);
}
