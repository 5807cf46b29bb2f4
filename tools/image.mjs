// Keeps an image of the loaded command line, from which ./polykernel lets Node start (docs/decisions/0010-image.md). It is made at the end
// of a run for which there was none that fits, by Node itself in a process of its own, and used while everything is as it was noted:
//   dist/image.blob  the image
//   dist/image.txt   four lines: V8's flags, or nothing where no image can be made; the folder; what the bundle is made of; and device,
//                    inode, size and time of Node, the image, the bundle and package.json
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { FLAGS } from './loader/flags.mjs';

/** What is run before, twice, so that the code of what most runs execute is in the image. */
const USUAL =
  'cd /tmp; seq 30 | sort -rn > n; head -n 2 n & wait; test -f n && rm n; ls -l / /mnt/host; echo $((1 + 2))';
/** Milliseconds that a process may take, and after which somebody who makes an image is taken for dead. */
const PATIENCE = 60_000;
const DEAD = 5 * PATIENCE;

/** The Node that a shell would start, if it is this one; what chooses between several is none. */
function ownNode() {
  const found = execFileSync('/bin/sh', ['-c', 'command -v node'], { encoding: 'utf8' }).trim();
  return realpathSync(found) === realpathSync(process.execPath) ? found : undefined;
}

/** As ./polykernel looks at them. */
function factsOf(files) {
  return execFileSync('stat', ['-L', '--printf=%d %i %s %.9Y ', ...files], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function node(args, environment = {}) {
  const { status, stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: PATIENCE,
  });
  return { status, stdout };
}

/** Runs what is usual anew, so that the code of exactly that is kept. */
function learn(dist) {
  for (const name of readdirSync(dist))
    if (name.startsWith('kept-code-')) rmSync(join(dist, name), { force: true });
  const run = [join(dist, 'cli.js'), 'run', '--mount', `${dist}:/mnt/host:ro`, '--', 'sh', '-c', USUAL];
  const environment = { POLYKERNEL_LEARN: '1' };
  return [node(run, environment), node(run, environment)];
}

/** Makes an image and tries it; says whether it does what the bundle does. */
function make(dist, blob) {
  const [, expected] = learn(dist);
  if (expected?.status !== 0) return false;
  const entry = join(dist, 'image.cjs');
  if (node([...FLAGS, '--snapshot-blob', blob, '--build-snapshot', entry]).status !== 0) return false;
  const version = node([join(dist, 'cli.js'), '--version']);
  const found = node([...FLAGS, '--snapshot-blob', blob, 'polykernel', '--version']);
  return version.status === 0 && found.status === 0 && found.stdout === version.stdout;
}

/** Does `body` unless another process does it. */
function alone(lock, body) {
  try {
    if (Date.now() - statSync(lock).mtimeMs > DEAD) rmSync(lock);
  } catch {
    // There is none.
  }
  let descriptor;
  try {
    descriptor = openSync(lock, 'wx');
  } catch {
    return; // Another process is at it, or nothing can be written here.
  }
  try {
    body();
  } finally {
    closeSync(descriptor);
    rmSync(lock, { force: true });
  }
}

function note(dist, lines) {
  const temporary = join(dist, `.image.txt.${process.pid}`);
  writeFileSync(temporary, `${lines.join('\n')}\n`);
  renameSync(temporary, join(dist, 'image.txt'));
}

/** Is what is noted true of what is there? Then no image can be made, or it was the environment that forbade to use it. */
function isNoted(dist, place, facts) {
  const file = join(dist, 'image.txt');
  if (!existsSync(file)) return false;
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines[1] === place && lines[3] === facts;
}

/** Makes an image if there is none that fits. Whatever prevents that only makes the next start slower. */
export function makeImage(root, sources) {
  const dist = join(root, 'dist');
  const blob = join(dist, 'image.blob');
  if (process.env.NODE_OPTIONS || process.env.NODE_V8_COVERAGE || !existsSync(join(dist, 'image.cjs')))
    return;
  try {
    const own = ownNode();
    if (own === undefined) return;
    const place = realpathSync(root);
    const files = [own, blob, join(dist, 'program.cjs'), join(root, 'package.json')];
    if (existsSync(blob) && isNoted(dist, place, factsOf(files))) return;
    alone(join(dist, '.image.lock'), () => {
      const temporary = join(dist, `.image.blob.${process.pid}`);
      const isMade = make(dist, temporary);
      if (!isMade) writeFileSync(temporary, '');
      renameSync(temporary, blob);
      const kept = ['dist/cli.js', ...sources.filter((name) => existsSync(join(root, name)))];
      note(dist, [isMade ? FLAGS.join(' ') : '', place, kept.join(' '), factsOf(files)]);
    });
  } catch {
    // No shell, no stat that knows what is asked for, no room.
  }
}
