#!/usr/bin/env node
/* Runs the conformance programs under a real Linux kernel for riscv64, and compares their transcripts with those in
 * tests/expected (or writes them, with --write).
 *
 *     node programs/verify-on-linux.mjs --kernel IMAGE [--qemu qemu-system-riscv64] [--write] [--script FILE] [NAME...]
 *
 * The kernel boots with the prebuilt programs as its first file system; our own shell is its first process.
 * --script runs a shell script instead of the tests, and shows what it prints. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HERE = dirname(fileURLToPath(import.meta.url));
const PREBUILT = join(HERE, 'prebuilt');
const EXPECTED = join(HERE, 'tests/expected');
const BEGIN = '=== transcript of ';
const END = '=== end of transcript, status ';

/* ---- the first file system: a cpio archive in the 'newc' format ---- */

const hex = (number) => number.toString(16).padStart(8, '0');
const padded = (bytes) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

function archiveEntry(inode, name, mode, content) {
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length + 1, 0];
  return Buffer.concat([padded(Buffer.from(`070701${fields.map(hex).join('')}${name}\0`)), padded(content)]);
}

function makeArchive(files, folders) {
  const nothing = Buffer.alloc(0);
  const entries = [
    ...folders.map((name) => [name, 0o40755, nothing]),
    ...Object.entries(files).map(([name, content]) => [name, 0o100755, content]),
    ['TRAILER!!!', 0, nothing],
  ];
  return Buffer.concat(entries.map(([name, mode, content], i) => archiveEntry(i + 1, name, mode, content)));
}

/* ---- what the machine does ---- */

const SETUP = `#!/bin/sh
export PATH=/bin:/tests HOME=/ TERM=dumb
mount -t proc proc /proc
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
chmod 1777 /tmp
exec </dev/null
`;

function testScript(names) {
  const one = (name) =>
    `timeout 20 /tests/${name} > /tmp/transcript 2>&1
status=$?
echo "${BEGIN}${name}"
cat /tmp/transcript
echo "${END}$status"
`;
  return `${SETUP}${names.map(one).join('')}poweroff\n`;
}

function filesOf(path, folder) {
  return Object.fromEntries(
    readdirSync(path).map((name) => [`${folder}/${name}`, readFileSync(join(path, name))]),
  );
}

function boot(options, init) {
  const scratch = mkdtempSync(join(tmpdir(), 'guest-linux-'));
  try {
    const files = {
      ...filesOf(join(PREBUILT, 'bin'), 'bin'),
      ...filesOf(join(PREBUILT, 'tests'), 'tests'),
      ...filesOf(join(HERE, 'scenarios'), 'scenarios'),
      init: Buffer.from(init),
    };
    files['etc/passwd'] = Buffer.from('root:x:0:0::/:/bin/sh\n');
    files['bin/['] = files['bin/test'];
    writeFileSync(
      join(scratch, 'root.cpio'),
      makeArchive(files, ['bin', 'tests', 'scenarios', 'proc', 'dev', 'tmp', 'etc']),
    );
    const machine = ['-M', 'virt', '-smp', '2', '-m', '1G', '-nographic', '-no-reboot'];
    if (options.firmware) machine.push('-L', options.firmware);
    const start = ['-kernel', options.kernel, '-initrd', join(scratch, 'root.cpio')];
    const settings = ['-append', 'console=ttyS0 quiet loglevel=1 panic=-1'];
    const done = spawnSync(options.qemu, [...machine, ...start, ...settings], {
      timeout: 300_000,
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return done.stdout.toString('latin1').replaceAll('\r', '');
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/* ---- transcripts ---- */

function transcriptsOf(output) {
  const found = new Map();
  for (const part of output.split(BEGIN).slice(1)) {
    const nameEnd = part.indexOf('\n');
    const end = part.indexOf(END);
    const status = part.slice(end + END.length).match(/^\d+/);
    const text = end < 0 ? part.slice(nameEnd + 1) : part.slice(nameEnd + 1, end);
    found.set(part.slice(0, nameEnd), { text, status: status ? Number(status[0]) : -1 });
  }
  return found;
}

function firstDifference(expected, actual) {
  const left = expected.split('\n');
  const right = actual.split('\n');
  const at = left.findIndex((line, i) => line !== right[i]);
  const i = at < 0 ? left.length : at;
  return `line ${i + 1}\n    expected: ${left[i]}\n    actual:   ${right[i]}`;
}

/** Returns what is wrong with one transcript, or an empty string. */
function judge(name, transcript, write) {
  if (!transcript) return 'did not run';
  if (transcript.status !== 0) return `exit status ${transcript.status}\n${transcript.text}`;
  const path = join(EXPECTED, `${name}.txt`);
  if (write) writeFileSync(path, transcript.text, 'latin1');
  const expected = existsSync(path) ? readFileSync(path, 'latin1') : '';
  return expected === transcript.text ? '' : firstDifference(expected, transcript.text);
}

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kernel: { type: 'string' },
      qemu: { type: 'string', default: 'qemu-system-riscv64' },
      firmware: { type: 'string' },
      script: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  if (!values.kernel) throw new Error('--kernel IMAGE is needed: a Linux kernel for riscv64');
  if (values.script) {
    const script = readFileSync(values.script, 'utf8');
    process.stdout.write(boot(values, `${SETUP}${script}\npoweroff\n`));
    return;
  }
  const names = positionals.length > 0 ? positionals : readdirSync(join(PREBUILT, 'tests')).sort();
  const transcripts = transcriptsOf(boot(values, testScript(names)));
  let failed = 0;
  for (const name of names) {
    const problem = judge(name, transcripts.get(name), values.write);
    if (problem) failed++;
    console.log(problem ? `${name}: ${problem}` : `${name}: as expected`);
  }
  process.exitCode = failed > 0 ? 1 : 0;
}

main();
