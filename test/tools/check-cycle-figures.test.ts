// The rule on figures in cycles against a fixture whose refused lines are marked.
import { expect, it } from 'vitest';
import { findCycleFigures } from '../../tools/cycles/rules.ts';
import { filesUnder, openProject } from '../../tools/source/project.ts';
import { expectedIn, foundIn } from './fixture-marks.ts';

const fixture = 'test/tools/fixtures/cycles/figures.ts';

it('refuses exactly the marked lines', () => {
  const project = openProject('.', 'tsconfig.browser.json', [fixture]);
  const findings = findCycleFigures(project, filesUnder(project, [fixture]));
  expect(expectedIn(fixture)).toHaveLength(7);
  expect(foundIn(findings, fixture)).toEqual(expectedIn(fixture));
});
