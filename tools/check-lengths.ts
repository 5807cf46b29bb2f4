// `npm run check:lengths`: fails on a file of src over 450 lines (unless its first line begins `// data:`)
// and on a function over 60; says how many functions are under 35 lines, which should be nine in ten.
import { readdirSync, readFileSync } from 'node:fs';
import { measure } from './lengths/measure.ts';

const longestFile = 450;
const longestFunction = 60;
const shortFunction = 35;
const wantedShare = 0.9;

let failures = 0;
let functions = 0;
let short = 0;

function refuse(message: string): void {
  failures += 1;
  process.stdout.write(`${message}\n`);
}

function judge(path: string): void {
  const file = measure(path, readFileSync(path, 'utf8'));
  if (file.lines > longestFile && !file.isData) {
    refuse(
      `${path}: ${file.lines} lines, more than ${longestFile}; split it, or begin a table with '// data: what'`,
    );
  }
  for (const { name, line, lines } of file.functions) {
    functions += 1;
    if (lines < shortFunction) short += 1;
    if (lines > longestFunction) {
      refuse(`${path}:${line} ${name}: a function of ${lines} lines, more than ${longestFunction}; split it`);
    }
  }
}

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);
for (const name of sources.sort()) judge(`src/${name.replaceAll('\\', '/')}`);

const share = functions === 0 ? 1 : short / functions;
const verdict = share < wantedShare ? ` (the guide is ${wantedShare * 100}%)` : '';
process.stdout.write(
  `lengths: ${sources.length} files, ${functions} functions, ` +
    `${(share * 100).toFixed(1)}% under ${shortFunction} lines${verdict}; ${failures} refused\n`,
);
process.exitCode = failures === 0 ? 0 : 1;
