/** Sockets and epoll as programs see them: the conformance programs print here what they print under Linux. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { memoryLayer } from '../../../src/host/node/index.ts';
import { runInMachine } from '../../support/machine.ts';

const PROGRAMS = fileURLToPath(new URL('../../../programs/', import.meta.url));

/** A tree with one program and a place for its files. */
function rootWith(name: string) {
  const bytes = readFileSync(`${PROGRAMS}prebuilt/tests/${name}`);
  return memoryLayer(
    [
      { path: `tests/${name}`, mode: 0o755, bytes },
      { path: 'tmp/.keep', mode: 0o644, bytes: new Uint8Array() },
      { path: 'proc/.keep', mode: 0o644, bytes: new Uint8Array() },
      { path: 'dev/.keep', mode: 0o644, bytes: new Uint8Array() },
      { path: 'dev/shm/.keep', mode: 0o644, bytes: new Uint8Array() },
      { path: 'sys/.keep', mode: 0o644, bytes: new Uint8Array() },
    ],
    'a program and room for its files',
  );
}

describe.each(['sockets-local', 'sockets-messages', 'sockets-internet', 'epoll'])('%s', (name) => {
  test.each([1, 3])('as under Linux, on %i harts', async (harts) => {
    const expected = readFileSync(`${PROGRAMS}tests/expected/${name}.txt`, 'latin1');
    const { stdout, status } = await runInMachine(rootWith(name), [`/tests/${name}`], { harts });
    expect(stdout).toBe(expected);
    expect(status).toBe(0);
  });
});
