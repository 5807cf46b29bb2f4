// A page in headless Chromium: served by this process, ended when the page has told its result.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CANDIDATES = [process.env.CHROME_PATH ?? '', 'chromium', 'chromium-browser', 'google-chrome'];

function chromiumPath(): string {
  const found = CANDIDATES.find((name) => name !== '' && spawnSync(name, ['--version']).status === 0);
  if (found === undefined) throw new Error('no Chromium is installed: tools/system-setup.sh installs one');
  return found;
}

/** Bytes and their kind by path; undefined when there is no such file. */
export type Serve = (
  path: string,
) => { readonly type: string; readonly body: string | Uint8Array } | undefined;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

function answer(response: ServerResponse, file: ReturnType<Serve>): void {
  response.writeHead(file === undefined ? 404 : 200, { 'content-type': file?.type ?? 'text/plain' });
  response.end(file?.body ?? 'no such file');
}

/** How the reader's system has it: pages follow by `prefers-color-scheme`. */
export type Scheme = 'light' | 'dark';
const SCHEME_NUMBER: { readonly [scheme in Scheme]: number } = { dark: 0, light: 1 };

function open(address: string, profile: string, scheme: Scheme): ChildProcess {
  const options = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--no-first-run',
    '--window-size=1280,1000',
    `--blink-settings=preferredColorScheme=${SCHEME_NUMBER[scheme]}`,
  ];
  return spawn(
    chromiumPath(),
    [...options, `--user-data-dir=${profile}`, '--remote-debugging-port=0', address],
    // A process group of its own: the browser's children end with it.
    { stdio: 'ignore', detached: true },
  );
}

/** Ends the browser with all its children. */
async function close(browser: ChildProcess | undefined): Promise<void> {
  if (browser?.pid === undefined || browser.exitCode !== null) return;
  const ended = new Promise((resolve) => browser.once('exit', resolve));
  process.kill(-browser.pid, 'SIGKILL');
  await ended;
}

const REMOVALS = 50;

/** A child may write for a moment after it was killed: what it adds meanwhile is removed by the next try. */
async function removeProfile(profile: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return rmSync(profile, { recursive: true, force: true });
    } catch (error) {
      if (attempt === REMOVALS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Opens '/' of what is served and resolves with what the page posts to /result. */
export async function pageResult(serve: Serve, timeout: number, scheme: Scheme = 'light'): Promise<unknown> {
  const profile = mkdtempSync(join(tmpdir(), 'polykernel-chromium-'));
  let browser: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  const server = createServer();
  try {
    return await new Promise((resolve, reject) => {
      server.on('request', (request, response) => {
        if (request.method !== 'POST') return answer(response, serve(request.url ?? '/'));
        void bodyOf(request).then((body) => {
          response.end();
          resolve(JSON.parse(body));
        });
      });
      server.listen(0, '127.0.0.1', () => {
        browser = open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, profile, scheme);
        browser.on('error', reject);
      });
      timer = setTimeout(() => reject(new Error(`the page told nothing in ${timeout / 1000} s`)), timeout);
    });
  } finally {
    clearTimeout(timer);
    await close(browser);
    server.closeAllConnections();
    server.close();
    await removeProfile(profile);
  }
}
