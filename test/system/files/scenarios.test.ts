/** The scripts of test/linux/files under QEMU, on the host's own kernel: what they expect is what Linux does. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Script } from '../../linux/files/call-script.ts';
import { SCENARIOS } from '../../linux/files/scenarios.ts';

const folder = mkdtempSync(join(tmpdir(), 'polykernel-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('file calls of Linux', () => {
  for (const [index, { name, build }] of SCENARIOS.entries())
    test(name, () => {
      const script = new Script();
      const check = build(script);
      const work = join(folder, String(index));
      mkdirSync(work);
      const program = join(folder, `script-${index}`);
      writeFileSync(program, script.elf(), { mode: 0o755 });
      const output = execFileSync('qemu-riscv64-static', [program], {
        cwd: work,
        timeout: 60_000,
        maxBuffer: 2 ** 24,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const outcome = script.outcomeOf(output);
      expect([...outcome.surprises(), ...check(outcome)]).toEqual([]);
    });
});
