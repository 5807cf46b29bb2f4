// How a build's reports are added up; above all, that nothing which went wrong counts as well.
import { expect, it } from 'vitest';
import { addTotals, countSuite } from '../../tools/ci/total.ts';

const test = (status: string) => ({ status });

function report(...files: { status: string; assertionResults: { status: string }[] }[]): string {
  const passed = files.flatMap((file) => file.assertionResults).filter(({ status }) => status === 'passed');
  return JSON.stringify({ numPassedTests: passed.length, testResults: files });
}

it('counts passed and failed tests, and no skipped ones', () => {
  const file = { status: 'failed', assertionResults: ['passed', 'failed', 'pending', 'passed'].map(test) };
  expect(countSuite(report(file), 1)).toEqual({ passed: 2, failed: 1 });
});

it('counts each check as one', () => {
  expect(countSuite('[{"passed":true},{"passed":false},{"passed":true}]', 1)).toEqual({
    passed: 2,
    failed: 1,
  });
});

it('counts a file that did not load as one failure', () => {
  const broken = { status: 'failed', assertionResults: [] };
  const whole = { status: 'passed', assertionResults: [test('passed')] };
  expect(countSuite(report(broken, whole), 1)).toEqual({ passed: 1, failed: 1 });
});

it('counts a suite that failed without a failed test as one failure', () => {
  const whole = { status: 'passed', assertionResults: [test('passed')] };
  expect(countSuite(report(whole), 1)).toEqual({ passed: 1, failed: 1 });
});

it.each([
  ['wrote no report', undefined],
  ['was cut off', '{"numPassedTests": 3, "testRes'],
  ['ran no test', '{"numPassedTests":0,"testResults":[]}'],
])('counts a suite that %s as one failure, whatever its status', (_, text) => {
  expect(countSuite(text, 0)).toEqual({ passed: 0, failed: 1 });
});

it('adds suites', () => {
  expect(
    addTotals([
      { passed: 2, failed: 1 },
      { passed: 3, failed: 0 },
    ]),
  ).toEqual({ passed: 5, failed: 1 });
});
