// The state rule against small fixtures: every line marked `// refused: <rule>` is refused by that rule, and
// nothing else is.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesUnder, openProject } from '../../tools/source/project.ts';
import { findState } from '../../tools/state/rules.ts';
import { expectedIn, foundIn } from './fixture-marks.ts';

const folder = 'test/tools/fixtures/state';

function fixtures(kind: 'accepted' | 'refused'): string[] {
  return readdirSync(join(folder, kind)).map((name) => `${folder}/${kind}/${name}`);
}

const all = [...fixtures('accepted'), ...fixtures('refused')];
const project = openProject('.', 'tsconfig.browser.json', all);
const report = findState(project, filesUnder(project, [`${folder}/`]));

describe('the state rule', () => {
  it.each(fixtures('refused'))('refuses exactly the marked lines of %s', (file) => {
    expect(expectedIn(file).length).toBeGreaterThan(5);
    expect(foundIn(report.findings, file)).toEqual(expectedIn(file));
  });

  it.each(fixtures('accepted'))('accepts all of %s', (file) => {
    expect(report.findings.filter((finding) => finding.file === file)).toEqual([]);
  });

  it('counts what the markers exempt', () => {
    expect(report.exempt).toEqual({ cache: 3, wiring: 2, scratch: 4 });
  });

  it('says what is wrong and what to do', () => {
    const finding = report.findings.find(
      ({ file, line }) => file.endsWith('refused/module.ts') && line === 2,
    );
    expect(finding?.message).toMatch(/'counter' is a module-level variable; keep it in a record/);
  });
});
