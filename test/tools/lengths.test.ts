// How files and functions are measured.
import { expect, it } from 'vitest';
import { measure } from '../../tools/lengths/measure.ts';

const text = `// A file.
export function outer(): number {
  const inner = () =>
    1;
  return inner();
}

export class Box {
  constructor() {}
  get value() {
    return [1].map((x) => x);
  }
}
`;

it('counts lines of a file and of each function, the inner ones too', () => {
  const { lines, isData, functions } = measure('box.ts', text);
  expect({ lines, isData }).toEqual({ lines: 13, isData: false });
  expect(functions).toEqual([
    { name: 'outer', line: 2, lines: 5 },
    { name: 'inner', line: 3, lines: 2 },
    { name: 'constructor', line: 9, lines: 1 },
    { name: 'value', line: 10, lines: 3 },
    { name: 'a function without a name', line: 11, lines: 1 },
  ]);
});

it('knows a data table by its first line', () => {
  expect(measure('table.ts', '// data: system calls\nexport const table = [];\n').isData).toBe(true);
  expect(measure('table.ts', '\n// data: system calls\n').isData).toBe(false);
});
