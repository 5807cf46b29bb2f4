// The list of conformance programs is whole: each has a transcript and stands in one group.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { GROUPS } from './programs.ts';
import { NOT_YET } from './variants.ts';

const folder = fileURLToPath(new URL('../../programs/tests/', import.meta.url));
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.c'))
  .map((name) => name.slice(0, -2))
  .sort();

it('every program stands in one group', () => {
  expect(Object.values(GROUPS).flat().sort()).toEqual(names);
});

it('has nothing to wait for that is not there', () => {
  expect(names).toEqual(expect.arrayContaining(Object.keys(NOT_YET)));
});
