// Holds a source tree to the import rules of .dependency-cruiser.cjs and says each breach in one place: who
// imports whom on which line, which rule forbids it, and why.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult, type IViolation } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';

/** One forbidden import. `line` is 0 where the import's line was not found. */
export interface Breach {
  readonly rule: string;
  readonly reason: string;
  readonly from: string;
  readonly line: number;
  /** What is imported or, of a ring, every file round to the first again. */
  readonly to: readonly string[];
}

/** What was looked at, and what was found. */
export interface CruiseReport {
  readonly files: number;
  readonly imports: number;
  readonly breaches: readonly Breach[];
}

/** Applies the rules at `configuration` to `<root>/src`. */
export async function findBreaches(root: string, configuration: string): Promise<CruiseReport> {
  const options: ICruiseOptions = {
    ...(await extractOptions(resolve(configuration))),
    baseDir: resolve(root),
    validate: true,
  };
  const { output } = await cruise(['src'], options, undefined, {
    tsConfig: extractTsConfig(resolve('tsconfig.json')),
  });
  if (typeof output === 'string') throw new Error(`dependency-cruiser: ${output}`);
  const { summary } = output;
  return {
    files: summary.totalCruised,
    imports: summary.totalDependenciesCruised ?? 0,
    breaches: summary.violations.map((violation) => breachOf(root, output, violation)),
  };
}

function breachOf(root: string, result: ICruiseResult, violation: IViolation): Breach {
  const { name } = violation.rule;
  const rules = result.summary.ruleSetUsed?.forbidden ?? [];
  const cycle = violation.cycle?.map((step) => step.name) ?? [];
  const to = cycle.length > 0 ? cycle : [violation.to];
  return {
    rule: name,
    reason: rules.find((rule) => rule.name === name)?.comment ?? '',
    from: violation.from,
    line: importLine(join(root, violation.from), to[0] ?? ''),
    to,
  };
}

/** The line of `file` that imports `target`, as far as the last part of the specifier tells; 0 if none does. */
function importLine(file: string, target: string): number {
  const packageName = /node_modules\/(?:@types\/)?((?:@[^/]+\/)?[^/]+)/.exec(target)?.[1];
  const last = packageName ?? target.split('/').at(-1) ?? target;
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.findIndex((line) => /\b(?:from|import)\b.*['"]/.test(line) && line.includes(last)) + 1;
}
