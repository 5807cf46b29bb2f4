// The unikernel: unmodified programs, threads, no second process, and no protection.
import { describe, expect, it } from 'vitest';
import { run } from '../dos/support.ts';

describe('a unikernel', () => {
  it.each([['/bin/hello'], ['/bin/hello-pie'], ['/bin/sha256sum', '/bin/sort'], ['/bin/primes', '5000']])(
    'runs unmodified programs as they are: %s',
    async (...command) => {
      const [here, there] = [await run('unikernel', command), await run('monolithic', command)];
      expect([here.crash, here.output, here.status]).toEqual(['', there.output, there.status]);
    },
  );

  it('runs threads', async () => {
    const { output } = await run('unikernel', ['/tests/threads']);
    expect(output).toMatch(/^counted to 8000, results 2000 2000 2000 2000\natomic addition: 20000\n/);
  });

  it('has no second process', async () => {
    const subshell = await run('unikernel', ['/bin/sh', '-c', 'echo $(echo in a subshell)']);
    expect(subshell.output).toContain('cannot fork: Function not implemented');
    const child = await run('unikernel', ['/demos/load-and-execute', '0']);
    expect(child.output).toContain('/bin/hello: Function not implemented');
  });

  it('lets its program reach the tables of the system, which dies of what it stores there', async () => {
    const { output, crash } = await run('unikernel', ['/demos/stray-window']);
    expect(output).toMatch(
      /^the kernel has \d+ frames, and what it knows of them lies in the program's reach\n$/,
    );
    expect(crash).toMatch(/^the system’s tables are damaged: one of them leads to address 0x/);
  });

  it('crosses nothing', async () => {
    const ended = await run('unikernel', ['/bin/sha256sum', '/bin/sort'], { modelTranslation: true });
    const { crossings, primitives } = ended.report();
    expect([crossings.trap ?? 0, crossings.ipc ?? 0]).toEqual([0, 0]);
    expect(primitives.tlbMiss.count).toBeGreaterThan(0);
  });
});

describe('under the monolithic structure', () => {
  it('there is no window: the program is killed', async () => {
    const { output, status } = await run('monolithic', ['/demos/stray-window']);
    expect([output, status]).toEqual(['', 139]);
  });
});
