// Figures that stand in the documents, for tests that hold them against what the code measures.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A document's text with every run of white space as one space, so that it does not matter where its lines break. */
export function pageText(name: string): string {
  const path = fileURLToPath(new URL(`../../docs/${name}.md`, import.meta.url));
  return readFileSync(path, 'utf8').replace(/\s+/g, ' ');
}

/** The rows of the first table in a document whose head has the cell, by their first cell; markup of code is left out. */
export function pageTable(name: string, head: string): Map<string, readonly string[]> {
  const path = fileURLToPath(new URL(`../../docs/${name}.md`, import.meta.url));
  const lines = readFileSync(path, 'utf8').split('\n');
  const first = lines.findIndex((line) => line.startsWith('|') && line.includes(` ${head} `));
  if (first < 0) throw new Error(`docs/${name}.md has no table with a column '${head}'`);
  const rows = lines.slice(first + 2);
  const length = rows.findIndex((line) => !line.startsWith('|'));
  const cells = (line: string) => line.split('|').map((cell) => cell.replace(/[`*]/g, '').trim());
  return new Map(
    rows.slice(0, length).map((line) => {
      const [, key = '', ...others] = cells(line);
      return [key, others.slice(0, -1)];
    }),
  );
}
