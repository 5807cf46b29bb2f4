// `npm run check:dependencies`: refuses imports that the rules of .dependency-cruiser.cjs forbid.
import { findBreaches } from './dependencies/cruise.ts';

const { files, imports, breaches } = await findBreaches('.', '.dependency-cruiser.cjs');
for (const { rule, reason, from, line, to } of breaches) {
  process.stdout.write(`${from}:${line} imports ${to.join(' -> ')}\n    ${rule}: ${reason}\n`);
}
process.stdout.write(`dependencies: ${files} files, ${imports} imports, ${breaches.length} refused\n`);
process.exitCode = breaches.length === 0 ? 0 : 1;
