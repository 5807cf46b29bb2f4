// Both memory services, over page tables and over real memory, implement the whole interface.
import { expect, it } from 'vitest';
import { files } from '../../../src/services/files/interface.ts';
import { memory } from '../../../src/services/memory/interface.ts';
import { realMemoryService } from '../../../src/services/memory/real/service.ts';
import { memoryService } from '../../../src/services/memory/service.ts';

const { page, hold, release, createUnnamed, truncate, synchronise } = files;
const wiring = { backing: { page, hold, release, createUnnamed, truncate, synchronise } };

it.each([
  ['over page tables', memoryService(wiring)],
  ['over real memory', realMemoryService(wiring)],
])('the memory service %s implements every operation', (_name, { operations }) => {
  const names = operations.map(({ reference }) => reference.operation);
  expect(names).toEqual(expect.arrayContaining(Object.keys(memory)));
});
