// What cpu-browser runs in Node: the kernel that the command line names, `<file> <size>`; prints what a page tells its server.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { nodeWorld, offerEngineFeatures } from '../../../src/host/node/index.ts';
import { runKernel } from './kernel.ts';

offerEngineFeatures();
const [file = '', size = ''] = process.argv.slice(2);
let text = '';
const decoder = new TextDecoder();
const console = {
  receive: () => 0,
  arrival: () => Promise.resolve(),
  send: (_stream: number, bytes: Uint8Array) => {
    text += decoder.decode(bytes, { stream: true });
  },
  terminal: [false, false, false] as const,
  columns: 80,
  rows: 24,
};
const run = await runKernel(
  { name: basename(file), size },
  readFileSync(file),
  (layers) => nodeWorld({ layers, console }),
  () => text,
);
process.stdout.write(JSON.stringify(run));
