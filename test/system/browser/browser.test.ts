// The same machine in a browser: same output, cycles, instructions and memory as in Node.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { builtInLayer, nodeWorld } from '../../../src/host/node/index.ts';
import { recordingConsole } from '../../support/machine.ts';
import { pageResult, type Serve } from './chromium.ts';
import { JOBS, type JobResult, runJob } from './jobs.ts';

const PREBUILT = join(import.meta.dirname, '../../../programs/prebuilt');

async function bundledPage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'page.ts')],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

function served(page: string): Serve {
  return (path) => {
    if (path === '/')
      return { type: 'text/html', body: '<!doctype html><script type="module" src="/page.js"></script>' };
    if (path === '/page.js') return { type: 'text/javascript', body: page };
    if (!path.startsWith('/prebuilt/') || path.includes('..')) return undefined;
    return {
      type: 'application/octet-stream',
      body: readFileSync(join(PREBUILT, path.slice('/prebuilt/'.length))),
    };
  };
}

async function inNode(): Promise<JobResult[]> {
  const all: JobResult[] = [];
  for (const job of JOBS) {
    const console = recordingConsole(new Uint8Array(0));
    const world = (layers: Parameters<typeof nodeWorld>[0]['layers']) => nodeWorld({ layers, console });
    all.push(await runJob(job, world, builtInLayer(), () => console.text(1) + console.text(2)));
  }
  return all;
}

describe('in headless Chromium', () => {
  it('machines do the same as in Node, to the cycle', async () => {
    const expected = await inNode();
    expect(expected.map(({ status }) => status)).toEqual(JOBS.map(() => 0));
    expect(await pageResult(served(await bundledPage()), 120_000)).toEqual({ results: expected });
  }, 180_000);
});
