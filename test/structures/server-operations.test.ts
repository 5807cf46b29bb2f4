// The file server's program numbers its operations as the service's interface does.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { files } from '../../src/services/files/interface.ts';

const HEADER = join(import.meta.dirname, '../../programs/servers/files/operations.h');

it('the operations of the program are those of the interface, in its order', () => {
  const inProgram = [...readFileSync(HEADER, 'utf8').matchAll(/each\((\w+)\)/g)].map(([, name]) => name);
  const inInterface = Object.keys(files).map((name) =>
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  );
  expect(inProgram).toEqual(inInterface);
});
