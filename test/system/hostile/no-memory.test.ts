// Memory that is refused anywhere: frames and records fail by a seeded draw, wherever the kernel and the services ask for some. Programs
// may fail then, and be told so, but the machine goes on to its end: no exception of the host, no kernel panic.
import { describe, expect, it } from 'vitest';
import { builtInLayer } from '../../../src/host/node/index.ts';
import { runToEnd, System } from '../../../src/workbench/index.ts';
import { partsFor, recordingConsole } from '../../support/machine.ts';

const SCRIPT = `seq 50 | sort -rn | head -n 3; (echo a; echo b) | cat & wait; mkdir /dev/shm/x; echo hi > /dev/shm/x/f
cat /dev/shm/x/f /proc/self/status | wc -l; ls -l /proc/self/fd /bin | wc; timeout 1 sleep 0.1
find /dev | sort | tail -n 1; ln -s f /dev/shm/x/g; mv /dev/shm/x/g /dev/shm/x/h; rm -r /dev/shm/x; ps`;

/** Allocations at the boot, which must succeed. */
const BOOT = 220;

/** Numbers below 1 from a seed (Marsaglia, 'Xorshift RNGs', 2003). */
function draws(seed: number): () => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state / 2 ** 32;
  };
}

/** Lets a share of a system's allocations fail; returns how many have. */
function starve(system: System, seed: number, rate: number): () => number {
  const draw = draws(seed);
  let asked = 0;
  let refused = 0;
  const mayFail = (): boolean => {
    asked += 1;
    const fails = asked > BOOT && draw() < rate;
    if (fails) refused += 1;
    return fails;
  };
  const { frames, slab } = system.kernel;
  const frame = frames.allocate.bind(frames);
  const object = slab.allocate.bind(slab);
  frames.allocate = (...request) => (mayFail() ? 0 : frame(...request));
  slab.allocate = (...request) => (mayFail() ? 0 : object(...request));
  return () => refused;
}

async function run(command: readonly string[], memory: number, seed: number, rate: number) {
  const console = recordingConsole(new Uint8Array(0));
  const layer = builtInLayer(['bin', 'tests']);
  const options = { memory, harts: 1 + (seed % 2), directory: '/dev/shm', files: { '/tmp/empty': '' } };
  const parts = partsFor(layer, command, options, console);
  const system = System.start(parts);
  const refused = starve(system, seed, rate);
  const end = await runToEnd(system, { maxInstructions: 3e8, realPace: false });
  return { end, refused: refused(), errors: console.text(2) };
}

const MEMORY = 32 * 1024 * 1024;

describe('memory refused by chance', () => {
  for (const rate of [0.003, 0.02, 0.2])
    it(`in ${rate} of all cases`, async () => {
      let refused = 0;
      for (let seed = 1; seed <= 12; seed++) {
        const result = await run(['/bin/sh', '-c', SCRIPT], MEMORY, seed, rate);
        expect([seed, result.end.reason]).toEqual([seed, 'ended']);
        refused += result.refused;
      }
      expect(refused).toBeGreaterThan(12);
    });

  // Programs that stop at nothing they are refused: these may wait for what will never be.
  for (const name of ['exec', 'clone-forms', 'vfork-sharing', 'memory-map', 'memory-remap', 'pipes', 'fifos'])
    it(`to the test ${name}`, async () => {
      let refused = 0;
      for (let seed = 1; seed <= 8; seed++) {
        const result = await run([`/tests/${name}`], MEMORY, seed, 0.02);
        expect([seed, result.end.reason]).not.toEqual([seed, 'instructions']);
        refused += result.refused;
      }
      expect(refused).toBeGreaterThan(0);
    });
});

describe('machines that are too small', () => {
  for (let memory = 512; memory <= 3072; memory += 256)
    it(`${memory} KiB`, async () => {
      const { end, errors } = await run(['/bin/sh', '-c', SCRIPT], memory * 1024, 1, 0);
      expect(end.reason).toBe('ended');
      if (end.reason === 'ended' && end.status !== 0) expect(errors).not.toBe('');
    });
});
