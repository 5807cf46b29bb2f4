// Ordinary programs under DOS: they do what they do elsewhere, as long as they want one address space only.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memoryDisk } from '../../../src/host/node/index.ts';
import { checkImage, emptyImage } from '../../services/files/ext2/image.ts';
import { run } from './support.ts';

const COMMANDS = [
  ['/bin/hello'],
  ['/bin/hello-pie'],
  ['/bin/seq', '5'],
  ['/bin/sha256sum', '/bin/sort'],
  ['/bin/sort', '-r', '/demos/null-call'],
  ['/bin/primes', '5000'],
  ['/bin/mandelbrot'],
  ['/bin/sh', '-c', 'x=3; while [ $x -gt 0 ]; do echo $x; x=$((x-1)); done; cd /bin; pwd'],
  ['/bin/env', 'A=1', '/bin/env'],
];

/** Conformance programs that need neither a second address space nor a page that faults. */
const CONFORMANCE = ['files-names', 'files-open', 'library', 'signals-registers'];

describe('programs in real memory', () => {
  it.each(COMMANDS)('do as under the monolithic structure: %s %s', async (...command) => {
    const [here, there] = [await run('dos', command), await run('monolithic', command)];
    expect(here.crash).toBe('');
    expect(here.output).toBe(there.output);
    expect(here.status).toBe(there.status);
  });

  it.each(CONFORMANCE)('print what they print on Linux: %s', async (program) => {
    const { output, status } = await run('dos', [`/tests/${program}`]);
    expect(output).toBe(readFileSync(`programs/tests/expected/${program}.txt`, 'utf8'));
    expect(status).toBe(0);
  });

  it('cross into no other domain, and translate nothing', async () => {
    const ended = await run('dos', ['/bin/sort', '/demos/null-call'], { modelTranslation: true });
    const report = ended.report();
    expect(Object.keys(report.crossings).filter((kind) => report.crossings[kind as 'trap'])).toEqual([
      'procedure',
    ]);
    expect(report.primitives.trapEntry.count + report.primitives.tlbMiss.count).toBe(0);
  });
});

describe('one program at a time', () => {
  it('refuses a copy of a process', async () => {
    const { output } = await run('dos', ['/bin/sh', '-c', 'echo before; echo $(echo in a subshell)']);
    expect(output).toBe('before\nsh: cannot fork: Function not implemented\n');
  });

  it('executes a child while its parent waits, and swaps the parent out of its way', async () => {
    const { output, status, crash } = await run('dos', ['/demos/load-and-execute', '3']);
    expect(crash).toBe('');
    expect(output).toBe(
      [
        ...[3, 2, 1, 0].map((depth) => `program ${depth} executes a child`),
        'Hello from user space.',
        'program 0 goes on: its mark is 0, its child’s status was 0',
        ...[1, 2, 3].map(
          (depth) => `program ${depth} goes on: its mark is ${depth}, its child’s status was ${depth - 1}`,
        ),
        '',
      ]
        .join('\n')
        .replaceAll('’', "'"),
    );
    expect(status).toBe(3);
  });

  it('has a shell that waits while its programs run, as COMMAND does', async () => {
    const script =
      'seq 3 > /tmp/list; A=5 env > /tmp/env; tail -n 1 /tmp/env; sort -r < /tmp/list; nosuch; echo $?; if grep -q 2 /tmp/list; then echo found; fi';
    const { output, status } = await run('dos', ['/bin/sh', '-c', script]);
    expect(output).toBe('A=5\n3\n2\n1\n127\nfound\nsh: nosuch: not found\n');
    expect(status).toBe(0);
  });

  it('gives all memory back: the chain is whole when a child has ended', async () => {
    const before = await run('dos', ['/demos/blocks']);
    expect(before.output).toMatch(
      /^block.*\nM 00001000 +13 +0 free\nM 0000f000 .* PROGRAM\n.* free\nZ .* STACK\n$/,
    );
  });
});

describe('a disk', () => {
  it('has what is swapped out, gives it back, and is in order afterwards', async () => {
    const onDisk = async (command: readonly string[]) => {
      const image = emptyImage(2048, 1024);
      const disk = memoryDisk(image, 'disk', true);
      let written = 0;
      const write = (offset: number, from: Uint8Array): void => {
        written += from.length;
        disk.write(offset, from);
      };
      const { output, status } = await run('dos', command, { disks: [{ ...disk, write }] });
      return { output, status, written, faults: checkImage(image).faults };
    };
    const quiet = await onDisk(['/bin/hello']);
    const inMemory = await run('dos', ['/demos/load-and-execute', '3']);
    const swapped = await onDisk(['/demos/load-and-execute', '3']);
    expect(swapped).toMatchObject({ output: inMemory.output, status: 3, faults: [] });
    // Four parents, each of eight pages at least.
    expect(swapped.written).toBeGreaterThan(quiet.written + 4 * 8 * 4096);
  });
});
