/** What must hold of every run of hostile archives. */
import { expect } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import type { TarRun } from './suite.ts';

/** Links that lead nowhere, in circles or through files, devices that nothing drives. */
const MET: ReadonlySet<number> = new Set([
  ErrorNumber.ENOENT,
  ErrorNumber.ELOOP,
  ErrorNumber.ENOTDIR,
  ErrorNumber.ENXIO,
  ErrorNumber.ENODEV,
]);

function numbersIn(errors: bigint): number[] {
  return Array.from({ length: 64 }, (_, number) => number).filter(
    (number) => (errors >> BigInt(number)) & 1n,
  );
}

export function expectOrder({ refusals, trees, seen, witness }: TarRun): void {
  for (const { message } of refusals) expect(message).toMatch(/^archive-\d+\.tar: at byte \d+: .+$/);
  expect([witness.end, witness.status, witness.command, witness.stderr]).toEqual(['ended', 0, 'exit 0', '']);
  expect(seen.length).toBe(trees);
  const strange = seen.flatMap(({ errors }) => numbersIn(errors)).filter((number) => !MET.has(number));
  expect(strange).toEqual([]);
  expect(witness.testimony?.checksum).toBe(witness.testimony?.expected);
}
