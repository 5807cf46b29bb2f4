/** What must hold of every run of wild system calls. */
import { expect } from 'vitest';
import { systemCalls } from '../../../src/linux/table.ts';
import { type CallsRun, total } from './suite.ts';

/** Workers may use up memory; they are then the ones that are ended. */
const MESSAGES = /^(polykernel: out of memory: killed process \d+ \(call-many\), which used \d+ pages\n)*$/;

/** @param covered must every call of the table have been made? */
export function expectOrder({ counts, witness }: CallsRun, calls: number, covered: boolean): void {
  expect(witness.stderr).toMatch(MESSAGES);
  expect([witness.end, witness.status, witness.command]).toEqual(['ended', 0, 'exit 0']);
  expect(total(counts, 'tried')).toBeGreaterThanOrEqual(calls);
  expect(total(counts, 'passed')).toBeGreaterThan(total(counts, 'tried') / 3);
  const made = new Set(counts.map(({ number }) => number));
  if (covered) expect([...systemCalls.keys()].filter((number) => !made.has(number))).toEqual([]);
  expect(witness.testimony?.rounds).toBeGreaterThan(0);
  expect(witness.testimony?.checksum).toBe(witness.testimony?.expected);
}
