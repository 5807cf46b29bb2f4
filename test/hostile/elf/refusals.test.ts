// What Linux says of each kind of defect (fs/binfmt_elf.c): what it finds before the old program has gone is an error of execve,
// what it finds afterwards ends the process by SIGSEGV.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { runBesideWitness } from '../../support/witness.ts';
import { numberedLayer } from '../support/numbered-layer.ts';

const HELLO = readFileSync(fileURLToPath(new URL('../../../programs/prebuilt/bin/hello', import.meta.url)));
const HEADERS = 64;
const ENTRY_BYTES = 56;

type Change = (view: DataView, at: (type: number) => number) => void;

function changed(change: Change, name = ''): Uint8Array {
  const bytes = new Uint8Array(HELLO.length + name.length);
  bytes.set(HELLO);
  bytes.set(new TextEncoder().encode(name), HELLO.length);
  const view = new DataView(bytes.buffer);
  const at = (type: number): number => {
    for (let entry = HEADERS; ; entry += ENTRY_BYTES) if (view.getUint32(entry, true) === type) return entry;
  };
  change(view, at);
  return bytes;
}

/** A program that names an interpreter. */
function interpreted(name: string, length = name.length): Uint8Array {
  return changed((view) => {
    view.setUint32(HEADERS, 3, true);
    view.setBigUint64(HEADERS + 8, BigInt(HELLO.length), true);
    view.setBigUint64(HEADERS + 32, BigInt(length), true);
  }, name);
}

const SEGMENT = 1;
const cases: readonly (readonly [what: string, program: Uint8Array, fate: string])[] = [
  ['a whole program', changed(() => undefined), 'exit 0'],
  ['no file behind the magic number', HELLO.subarray(0, 4), `refused ${ErrorNumber.ENOEXEC}`],
  ['another machine', changed((v) => v.setUint16(18, 62, true)), `refused ${ErrorNumber.ENOEXEC}`],
  ['an object file', changed((v) => v.setUint16(16, 1, true)), `refused ${ErrorNumber.ENOEXEC}`],
  ['no program headers', changed((v) => v.setUint16(56, 0, true)), `refused ${ErrorNumber.ENOEXEC}`],
  ['an interpreter not there', interpreted('/nowhere\0'), `refused ${ErrorNumber.ENOENT}`],
  ['an interpreter without an end', interpreted('/bin/true'), `refused ${ErrorNumber.ENOEXEC}`],
  ['an interpreter beyond the file', interpreted('/bin/true\0', 100), `refused ${ErrorNumber.EIO}`],
  ['an interpreter that is a folder', interpreted('/bin\0'), `refused ${ErrorNumber.EACCES}`],
  ['an interpreter that is no program', interpreted('/elf/1\0'), `refused ${ErrorNumber.ELIBBAD}`],
  [
    'more in the file than in memory',
    changed((v, at) => v.setBigUint64(at(SEGMENT) + 40, 1n, true)),
    'signal 11',
  ],
  [
    'a segment beyond user addresses',
    changed((v, at) => v.setBigUint64(at(SEGMENT) + 16, 2n ** 63n, true)),
    'signal 11',
  ],
  [
    'a segment not aligned to its file',
    changed((v, at) => v.setBigUint64(at(SEGMENT) + 8, 1n, true)),
    'signal 11',
  ],
  ['an entry that is no address', changed((v) => v.setBigUint64(24, 2n ** 62n, true)), 'signal 11'],
  ['an entry where nothing is', changed((v) => v.setBigUint64(24, 0n, true)), 'signal 11'],
  ['a file cut off in its code', HELLO.subarray(0, 1024), 'signal 4'],
];

describe('a program with', () => {
  it.each(cases.map(([what, , fate], number) => [what, fate, number] as const))(
    '%s: %s',
    async (_what, fate, number) => {
      const layer = numberedLayer('elf', cases.length, (index) => cases[index]?.[1] ?? new Uint8Array(0));
      const command = ['/hostile/execute-many', '/elf', `${number}`, '1', '1000'];
      const run = await runBesideWitness(command, { layer, memory: 32 * 1024 * 1024 });
      expect([run.stdout, run.stderr, run.command]).toEqual([`${number} ${fate}\n`, '', 'exit 0']);
    },
  );
});
