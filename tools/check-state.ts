// `npm run check:state`: refuses mutable state outside machine memory. See state/rules.ts for the rule.

import { filesUnder, openProject, printFindings } from './source/project.ts';
import { findState } from './state/rules.ts';

const folders = ['machine', 'kernel', 'services', 'linux', 'structures', 'schedulers'];

const project = openProject('.', 'tsconfig.browser.json');
const files = filesUnder(
  project,
  folders.map((folder) => `src/${folder}/`),
);
const { findings, exempt } = findState(project, files);
printFindings(findings);
const exemptions = Object.entries(exempt).map(([marker, count]) => `${count} ${marker}`);
process.stdout.write(
  `state: ${files.length} files, ${findings.length} refused; exempt: ${exemptions.join(', ')}\n`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
