/** What must hold of every run of hostile programs. */
import { expect } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { type ElfRun, type Fate, started } from './suite.ts';

/** Errors that execve(2) documents for files that are no proper programs, or whose interpreters are none. */
const REFUSALS = new Set<number>([
  ErrorNumber.ENOEXEC,
  ErrorNumber.EINVAL,
  ErrorNumber.ENOMEM,
  ErrorNumber.ENOENT,
  ErrorNumber.EACCES,
  ErrorNumber.EIO,
  ErrorNumber.ENAMETOOLONG,
  ErrorNumber.ENOTDIR,
  ErrorNumber.ELOOP,
  ErrorNumber.ELIBBAD,
]);
/** A damaged program may ask for all memory there is: then it is the one that is ended. Its name is a number. */
const MESSAGES = /^(polykernel: out of memory: killed process \d+ \(\d+\), which used \d+ pages\n)*$/;

/** SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGPIPE, and what programs send themselves by accident. */
const LAST_SIGNAL = 64;

function isOrderly({ end, value }: Fate): boolean {
  if (end === 'refused') return REFUSALS.has(value);
  return end !== 'signal' || (value >= 1 && value <= LAST_SIGNAL);
}

export function expectOrder({ fates, witness }: ElfRun): void {
  expect([witness.end, witness.status, witness.command]).toEqual(['ended', 0, 'exit 0']);
  expect(witness.stderr).toMatch(MESSAGES);
  fates.forEach(({ number }, index) => {
    expect(number).toBe((fates[0]?.number ?? 0) + index);
  });
  expect(fates.filter((fate) => !isOrderly(fate))).toEqual([]);
  expect(started(fates)).toBeGreaterThan(fates.length / 3);
  expect(witness.testimony?.rounds).toBeGreaterThan(0);
  expect(witness.testimony?.checksum).toBe(witness.testimony?.expected);
}
