// Stray stores: under DOS they destroy the system, each in its way; under the monolithic structure, only the program.
import { describe, expect, it } from 'vitest';
import { run } from './support.ts';

const SIGSEGV = 139;

describe('a stray store under DOS', () => {
  it('into the chain of memory control blocks: the next program cannot be loaded', async () => {
    const { output, status, crash } = await run('dos', ['/demos/stray-chain']);
    expect(output).toContain('it begins with # now\nthe next program is executed\n');
    expect(output).not.toContain('survived');
    expect(status).toBe(-1);
    expect(crash).toMatch(
      /^Memory allocation error: the memory control block at 0x[0-9a-f]+ begins with 0x23, not with M or Z\. Cannot load COMMAND, system halted$/,
    );
  });

  it('into the vector of system calls: the next one jumps into the wild', async () => {
    const { output, crash } = await run('dos', ['/demos/stray-vector']);
    expect(output).toContain('a count is set in a thing that is not there\n');
    expect(output).not.toContain('survived');
    expect(crash).toMatch(
      /^vector 0x21 at address 0x108 leads to 0x1e240, where no service begins: a system call/,
    );
  });

  it('into the vector of the timer: the next tick does', async () => {
    const { crash } = await run('dos', ['/demos/stray-vector', 'timer']);
    expect(crash).toMatch(/^vector 0x8 at address 0x40 leads to 0x1e240, where no service begins: the timer/);
  });

  it('into a cached block of a file’s index: the files service follows it and dies', async () => {
    const { output, crash } = await run('dos', ['/demos/stray-cache']);
    expect(output).toContain('begins with a\n');
    expect(output).not.toContain('survived');
    expect(crash).toMatch(/^the system’s tables are damaged: one of them leads to address 0x/);
  });

  it('into a cached block of a file’s content: everybody reads something else', async () => {
    const { output, crash } = await run('dos', ['/demos/stray-cache', 'data']);
    expect(crash).toBe('');
    expect(output).toMatch(
      /begins with a\n3 blocks of the cache are overwritten\n.*12288 bytes and begins with Z\n$/,
    );
  });

  it('into the handle table: the next use of the handle is the end', async () => {
    const { output, crash } = await run('dos', ['/demos/stray-handle']);
    expect(output).toBe('handle 1 leads to a file\n');
    expect(crash).toMatch(/^the system’s tables are damaged: one of them leads to address 0xffffff00/);
  });

  it('anywhere: the machine crashes, hangs or lives, the same way each time, and never without a word', async () => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 24; seed++) {
      const command = ['/demos/stray-random', String(seed), '4000'];
      const first = await run('dos', command);
      if (seed % 8 === 0) expect((await run('dos', command)).crash).toBe(first.crash);
      if (first.status < 0) expect(first.crash).not.toBe('');
      kinds.add(first.status < 0 ? first.crash.replace(/0x[0-9a-f]+|\d+/g, '…') : 'lives');
    }
    expect(kinds.size).toBeGreaterThan(1);
  }, 120_000);
});

describe('the same programs under the monolithic structure', () => {
  it.each(['stray-vector', 'stray-cache', 'stray-handle', 'stray-random'])(
    'are killed, and nothing else is: %s',
    async (program) => {
      const script = `/demos/${program}; echo $?; exec /bin/hello`;
      const { output, status } = await run('monolithic', ['/bin/sh', '-c', script]);
      expect(output).toMatch(new RegExp(`^${SIGSEGV}\\nHello from user space\\.\\nSIGSEGV\\n$`));
      expect(status).toBe(0);
    },
  );
});
