// Runs the Debian tools that this folder leans on (apt-get, apt-config, dpkg-deb) and says plainly what to do when one
// is missing or fails. Rule of use: always the C locale, never a shell, standard input closed.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** What to tell someone whose machine has no apt: the root can be built elsewhere and carried over as one file. */
const ELSEWHERE =
  'A Debian root is made with apt and dpkg from the sources that a Debian machine already trusts. Run this command on ' +
  'Debian (or in a Debian container with Node.js) with an output ending in .tar, then copy that file here.';

/** A Debian tool could not be run, or it failed; the message says which, why, and what to do. */
export class DebianToolError extends Error {
  override readonly name = 'DebianToolError';
}

/** A running tool: its standard output as a stream, and a promise that rejects unless it exits with status 0. */
export interface RunningTool {
  readonly stdout: Readable;
  readonly finished: Promise<void>;
}

/** Starts `command`; its environment is this process's, in the C locale. */
export function startTool(command: string, parameters: readonly string[]): RunningTool {
  const child = spawn(command, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', LANGUAGE: '', DEBIAN_FRONTEND: 'noninteractive' },
  });
  return { stdout: child.stdout, finished: finish(command, parameters, child) };
}

/** Runs `command` to its end and gives its standard output as text. */
export async function runTool(command: string, parameters: readonly string[]): Promise<string> {
  const tool = startTool(command, parameters);
  const chunks: Buffer[] = [];
  tool.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await tool.finished;
  return Buffer.concat(chunks).toString('utf8');
}

function finish(
  command: string,
  parameters: readonly string[],
  child: ChildProcessByStdio<null, Readable, Readable>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const complaints: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? `${command} is not installed here. ${ELSEWHERE}` : error.message;
      reject(new DebianToolError(why, { cause: error }));
    });
    child.on('close', (status, signal) => {
      if (status === 0) return resolve();
      const text = Buffer.concat(complaints).toString('utf8').trim();
      const how = signal === null ? `ended with status ${status}` : `was ended by ${signal}`;
      reject(new DebianToolError(`${[command, ...parameters].join(' ')} ${how}:\n${text}`));
    });
  });
}
