// `node tools/run.mjs ci-total <folder> <suite>=<status>...`: prints the total of the reports in the folder as
// its only and last line, 'N passed, N failed', and fails when anything failed.
import { existsSync, readFileSync } from 'node:fs';
import { addTotals, countSuite } from './ci/total.ts';

const [folder = '', ...suites] = process.argv.slice(2);
const totals = suites.map((suite) => {
  const [name, status] = suite.split('=');
  const path = `${folder}/${name}.json`;
  return countSuite(existsSync(path) ? readFileSync(path, 'utf8') : undefined, Number(status));
});
const { passed, failed } = addTotals(totals);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && totals.length > 0 ? 0 : 1;
