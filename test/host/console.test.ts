/** The process's streams as a console, in processes of their own; and the page's. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join as joinPath } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { BrowserConsole } from '../../src/host/browser/console.ts';
import { fetchedPrograms, fetchedTarLayer } from '../../src/host/browser/fetched.ts';
import { browserWorld } from '../../src/host/browser/world.ts';
import { nodeWorld } from '../../src/host/node/world.ts';
import { END, file, join, utf8 } from './support/tar-builder.ts';
import { temporaryFolder } from './support/temporary.ts';

const folder = temporaryFolder();

/** Programs that use a console; `nodeConsole` is bundled beside them. */
const PROGRAMS = {
  flood: `
    process.stdout; // makes a pipe one that does not block
    const console = nodeConsole();
    for (let count = 0; count < 64; count++) console.send(1, new Uint8Array(65536).fill(65 + (count % 26)));
    console.send(2, new TextEncoder().encode('all sent'));
    console.close();`,
  broken: `
    const console = nodeConsole();
    try {
      for (;;) console.send(1, new Uint8Array(65536));
    } catch (error) {
      console.send(2, new TextEncoder().encode('error ' + error.errorNumber));
    }`,
  echo: `
    const console = nodeConsole();
    const into = new Uint8Array(7);
    console.send(2, new TextEncoder().encode(JSON.stringify(console.terminal) + ' '));
    for (;;) {
      await console.arrival();
      const count = console.receive(into);
      if (count < 0) break;
      console.send(1, into.slice(0, count));
    }
    console.close();
    console.send(2, new TextEncoder().encode('end'));`,
  idle: `
    const console = nodeConsole();
    console.send(1, new TextEncoder().encode('ready\\n'));
    await console.arrival();
    const into = new Uint8Array(10);
    const count = console.receive(into);
    console.send(1, new TextEncoder().encode('got ' + into.slice(0, count).join(',') + '\\n'));
    console.close();`,
} as const;

const program = (name: keyof typeof PROGRAMS): string => joinPath(folder(), `${name}.mjs`);

beforeAll(() => {
  buildSync({
    entryPoints: [new URL('../../src/host/node/console.ts', import.meta.url).pathname],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: joinPath(folder(), 'console.mjs'),
  });
  for (const [name, code] of Object.entries(PROGRAMS))
    writeFileSync(joinPath(folder(), `${name}.mjs`), `import { nodeConsole } from './console.mjs';\n${code}`);
});

function start(name: keyof typeof PROGRAMS): ChildProcess {
  return spawn(process.execPath, [program(name)], { stdio: 'pipe' });
}

async function gathered(stream: NodeJS.ReadableStream | null): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream ?? []) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.on('exit', (code) => resolve(code)));

describe('pipes', () => {
  test('nothing is lost when the reader is slow', async () => {
    const child = start('flood');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [output, errors, code] = await Promise.all([
      gathered(child.stdout),
      gathered(child.stderr),
      ended(child),
    ]);
    expect(output.length).toBe(64 * 65536);
    for (let count = 0; count < 64; count++) expect(output[count * 65536]).toBe(65 + (count % 26));
    expect(errors.toString()).toBe('all sent');
    expect(code).toBe(0);
  });

  test('a reader that is gone is told of as EPIPE, and the process goes on', () => {
    const { status, stderr } = spawnSync('sh', [
      '-c',
      `"${process.execPath}" "${program('broken')}" | head -c 1`,
    ]);
    expect(stderr.toString()).toBe('error 32');
    expect(status).toBe(0);
  });

  test('input arrives in pieces that fit, then its end, and the process ends', async () => {
    const child = start('echo');
    child.stdin?.write('one piece ');
    await new Promise((resolve) => setTimeout(resolve, 100));
    child.stdin?.end('and another');
    const [output, errors, code] = await Promise.all([
      gathered(child.stdout),
      gathered(child.stderr),
      ended(child),
    ]);
    expect(output.toString()).toBe('one piece and another');
    expect(errors.toString()).toBe('[false,false,false] end');
    expect(code).toBe(0);
  });

  test('input from a file', () => {
    const input = joinPath(folder(), 'input');
    writeFileSync(input, 'from a file');
    const { stdout, status } = spawnSync('sh', [
      '-c',
      `"${process.execPath}" "${program('echo')}" < "${input}"`,
    ]);
    expect(stdout.toString()).toBe('from a file');
    expect(status).toBe(0);
  });
});

/** Runs a program on a pseudo-terminal, types, and reports what it printed and the terminal's modes while it ran and after. */
const ON_TERMINAL = `
import os, pty, sys, termios, time, signal
kill = sys.argv[1]
master, slave = pty.openpty()
modes = lambda: [bool(termios.tcgetattr(slave)[3] & termios.ICANON), bool(termios.tcgetattr(slave)[1] & termios.OPOST)]
before = modes()
child = os.fork()
if child == 0:
    os.setsid()
    for fd in (0, 1, 2): os.dup2(slave, fd)
    os.execv(sys.argv[2], sys.argv[2:])
out = b''
while b'ready' not in out: out += os.read(master, 100)
during = modes()
if kill == 'type': os.write(master, b'\\x03')
else: os.kill(child, getattr(signal, kill))
_, status = os.waitpid(child, 0)
os.set_blocking(master, False)
try: out += os.read(master, 1000)
except OSError: pass
print(before, during, modes(), os.waitstatus_to_exitcode(status), out)
`;

describe('a terminal', () => {
  const python = spawnSync('python3', ['-c', 'import pty']).status === 0;
  const run = (how: string): string => {
    const { stdout } = spawnSync('python3', ['-c', ON_TERMINAL, how, process.execPath, program('idle')]);
    return stdout.toString().trim();
  };

  test.skipIf(!python)('is raw while the console is open, so that ^C is a character', () => {
    expect(run('type')).toMatch(/^\[True, True\] \[False, False\] \[True, True\] 0 .*got 3/);
  });

  test.skipIf(!python).each(['SIGTERM', 'SIGINT', 'SIGHUP'])(
    'is restored on %s, which ends the process',
    (signal) => {
      const number = { SIGTERM: 15, SIGINT: 2, SIGHUP: 1 }[signal];
      expect(run(signal)).toMatch(
        new RegExp(`^\\[True, True\\] \\[False, False\\] \\[True, True\\] -${number} `),
      );
    },
  );
});

describe('a page', () => {
  test('types, ends, resizes, and is sent what is printed', async () => {
    const sent: [number, string][] = [];
    const console = new BrowserConsole({
      send: (stream, bytes) => sent.push([stream, new TextDecoder().decode(bytes)]),
    });
    const into = new Uint8Array(4);
    expect(console.receive(into)).toBe(0);
    const arrival = console.arrival();
    console.type('hé');
    console.type('llo');
    await arrival;
    expect(console.receive(into)).toBe(4);
    expect(new TextDecoder().decode(into)).toBe('hél');
    expect(console.receive(into)).toBe(2);
    console.resize(100, 30);
    expect([console.columns, console.rows]).toEqual([100, 30]);
    console.end();
    await console.arrival();
    expect(console.receive(into)).toBe(-1);
    console.send(2, utf8('out'));
    expect(sent).toEqual([[2, 'out']]);
  });

  test('fetches archives and programs', async () => {
    const program = utf8('elf');
    const manifest = {
      programs: { 'bin/x': { size: 3, sha256: createHash('sha256').update(program).digest('hex') } },
      links: {},
    };
    const served: Record<string, Uint8Array | string> = {
      '/a.tar': join(file('f', 'x'), END),
      '/a.tar.gz': gzipSync(join(file('g', 'x'), END)),
      '/bad.gz': Uint8Array.of(0x1f, 0x8b, 8, 0),
      '/programs/manifest.json': JSON.stringify(manifest),
      '/programs/bin/x': program,
    };
    const server = createServer(({ url }, response) => {
      const body = served[url ?? ''];
      if (body === undefined) response.writeHead(404).end();
      else response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      expect((await fetchedTarLayer(`${at}/a.tar`)).attributes(utf8('f'))?.size).toBe(1);
      expect((await fetchedTarLayer(`${at}/a.tar.gz`)).attributes(utf8('g'))?.size).toBe(1);
      await expect(fetchedTarLayer(`${at}/bad.gz`)).rejects.toThrow(/gzip cannot unpack it/);
      await expect(fetchedTarLayer(`${at}/none`)).rejects.toThrow(/answers 404/);
      expect((await fetchedPrograms(`${at}/programs`)).attributes(utf8('bin/x'))?.mode).toBe(0o755);
    } finally {
      server.close();
    }
  });
});

describe('pace', () => {
  const console = new BrowserConsole({ send: () => undefined });

  test('virtual time waits for nothing', async () => {
    await nodeWorld({ console, layers: [] }).pace(1e9);
    await browserWorld({ console, layers: [] }).pace(1e9);
  });

  test('real time waits', async () => {
    const world = nodeWorld({ console, layers: [], pace: 'real' });
    const started = performance.now();
    await world.pace(0.05);
    expect(performance.now() - started).toBeGreaterThanOrEqual(45);
    await world.pace(0.01);
  });
});
