// `npm run check:cycles`: refuses figures in cycles outside the machine profiles. See cycles/rules.ts.
import { findCycleFigures } from './cycles/rules.ts';
import { filesUnder, openProject, printFindings, projectPath } from './source/project.ts';

const folders = ['machine', 'kernel', 'services', 'linux', 'structures', 'schedulers', 'workbench'];
const profiles = 'src/machine/profiles/';

const project = openProject('.', 'tsconfig.browser.json');
const files = filesUnder(
  project,
  folders.map((folder) => `src/${folder}/`),
).filter((file) => !projectPath(project, file).startsWith(profiles));
const findings = findCycleFigures(project, files);
printFindings(findings);
process.stdout.write(`cycles: ${files.length} files, ${findings.length} refused\n`);
process.exitCode = findings.length === 0 ? 0 : 1;
