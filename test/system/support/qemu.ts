// The oracle: runs a riscv64 Linux command in a root file tree under QEMU's user emulation and gives what it printed
// and how it ended. Each run has its own processes, hostname, network without links, and a copy-on-write view of the
// root; nothing outlives it. Needs Linux 6.7 or newer, util-linux, coreutils, bash and qemu-riscv64-static; best as superuser
// (others can give files no owner but root).
//
// Where QEMU's user emulation (7.2) was seen to differ from Linux, and what is done about it:
// - A program that dies of a signal that dumps core makes QEMU print a line of its own; it is taken out of stderr here.
//   If the guest has redirected its stderr, the line is wherever that leads.
// - The environment reaches a program in reverse order: sort what `env` prints.
// - vfork is fork: the child has its own memory. So posix_spawn of an absent program succeeds and its child exits with
//   127 (Python 3.13's subprocess uses it, and then raises no error).
// - clone3 is absent, and leaves ENOSYS in errno: Lua's os.execute then reports a failed command as that error.
// - The kernel's name and release, memory, processors and most of /proc's files are the host's.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { SANDBOX_SCRIPT } from './sandbox.ts';

/** A file to put in the root before the command runs. */
export interface InputFile {
  readonly content: string | Uint8Array;
  /** Permission bits. Default: 0o644. */
  readonly mode?: number;
}

export interface RunOptions {
  /** Standard input. Default: none, at its end at once. */
  readonly stdin?: string | Uint8Array;
  /** Files to add, by absolute path in the root; a plain string is a file's content. */
  readonly files?: Readonly<Record<string, string | InputFile>>;
  /** Working directory in the root. Default: /. */
  readonly directory?: string;
  /** Milliseconds after which the run is ended, and fails. Default: 60 000. */
  readonly timeout?: number;
  /** Path of the static QEMU. Default: /usr/bin/qemu-riscv64-static. */
  readonly qemu?: string;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status; 128 plus the signal's number if a signal ended the command. */
  readonly status: number;
}

/** Users and groups inside are those outside, all of them: a superuser may map the whole range. */
const WHOLE_RANGE = '0 0 4294967295\n';

/** Runs `command` (a program, found by PATH in the root, and its parameters) in the root directory `root`. */
export async function runUnderQemu(
  root: string,
  command: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const scratch = mkdtempSync(join(tmpdir(), 'polykernel-qemu-'));
  try {
    return await runInSandbox(stage(scratch, options), resolve(root), command, options);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

interface Stage {
  readonly files: string;
  readonly input: string;
}

function stage(scratch: string, options: RunOptions): Stage {
  const files = join(scratch, 'files');
  const input = join(scratch, 'input');
  mkdirSync(files);
  writeFileSync(input, options.stdin ?? '');
  for (const [path, file] of Object.entries(options.files ?? {})) {
    const { content, mode = 0o644 } = typeof file === 'string' ? { content: file } : file;
    const place = join(files, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, content);
    chmodSync(place, mode);
  }
  return { files, input };
}

function runInSandbox(
  { files, input }: Stage,
  root: string,
  command: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  const superuser = process.getuid?.() === 0;
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--ipc', '--uts', '--net'];
  const users = superuser ? ['--user'] : ['--user', '--map-root-user'];
  const qemu = options.qemu ?? '/usr/bin/qemu-riscv64-static';
  const parameters = [qemu, root, files, input, options.directory ?? '/', ...command];
  const child = spawn(
    'unshare',
    [...users, ...namespaces, 'bash', '-c', SANDBOX_SCRIPT, 'sandbox', ...parameters],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    },
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeout ?? 60_000);
  return collect(child, superuser).finally(() => clearTimeout(timer));
}

async function collect(child: ChildProcess, mapUsers: boolean): Promise<RunResult> {
  const channel = child.stdio[3] as Duplex;
  const words = gather(channel);
  // Only once the script says so is it in its own user namespace, whose map is the parent's to write.
  channel.once('data', () => {
    if (mapUsers) {
      writeFileSync(`/proc/${child.pid}/uid_map`, WHOLE_RANGE);
      writeFileSync(`/proc/${child.pid}/gid_map`, WHOLE_RANGE);
    }
    channel.write('go\n');
  });
  const [stdout, stderr] = [gather(child.stdout as Readable), gather(child.stderr as Readable)];
  const signal = await new Promise<string | null>((done, reject) => {
    child.on('error', reject);
    child.on('close', (_status, ending) => done(ending));
  });
  const told = words();
  const status = /^status (\d+)$/m.exec(told)?.[1];
  if (status === undefined) {
    const why = /^failed (.*)$/m.exec(told)?.[1] ?? (signal === null ? 'no status' : 'out of time');
    throw new Error(`the command could not be run under QEMU: ${why}\n${stdout()}${stderr()}`);
  }
  return { stdout: stdout(), stderr: withoutEmulatorWords(stderr()), status: Number(status) };
}

function gather(stream: Readable): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

function withoutEmulatorWords(text: string): string {
  return text.replace(/^qemu: uncaught target signal \d+ \(.*\) - core dumped\n/gm, '');
}
