/** What a scenario of file calls is made of. */
import type { Outcome, Script } from './call-script.ts';
import { CWD, O } from './numbers.ts';

export interface Scenario {
  readonly name: string;
  readonly build: (s: Script) => (outcome: Outcome) => readonly string[];
}

/** A line for each value that is not what it should be. */
export function differences(pairs: {
  readonly [what: string]: readonly [got: unknown, wanted: unknown];
}): string[] {
  return Object.entries(pairs).flatMap(([what, [got, wanted]]) =>
    got === wanted ? [] : [`${what}: wanted ${wanted}, got ${got}`],
  );
}

/** A file that is open for reading and writing, with contents. */
export function makeFile(s: Script, name: string, contents = '') {
  const path = s.text(name);
  const file = s.call('openat', CWD, path, O.create | O.readWrite | O.truncate, 0o644);
  if (contents !== '') s.expect(contents.length, 'write', file, s.text(contents), contents.length);
  return { path, file };
}
