// Pages in messages: mapped, mapped on, flushed, granted; pagers in C.
import { describe, expect, it } from 'vitest';
import { run } from './support.ts';

const MAP = `child: before nothing
parent: maps a page: 0
child: result 0, 1 page 'from the parent' to write
grandchild: by fork nothing
child: maps it on, for reading: 0
grandchild: result 0, 1 page 'from the parent' to read
parent: finds 'from the child'
parent: flushes: 2 taken
parent: has it still: to write
child: after the flush nothing
grandchild: after the flush nothing
child: result 0, 2 pages in a window of four: nothing, nothing, to read, to read
parent: two pages for reading: 0
parent: grants a page: 0, and has ''
child: granted: result 0 'a gift' to write
child: maps what is not there: 7
child: mmap there: 1, munmap there: -1
parent: a window that is none: 23
parent: nothing is left to flush: 0
`;

const PAGER = `pager: a fault at page 0, to read
child: page 0 says 'number 0'
pager: a fault at page 1, to read
child: page 1 says 'number 1'
pager: a fault at page 2, to read
child: page 2 says 'number 2'
pager: a fault at page 3, to read
child: page 3 says 'number 3'
pager: a fault at page 0, to write
child: page 0 says 'number !'
pager: flushes 4 pages
pager: a fault at page 0, to read
child: after a flush, page 0 says 'number !'
pager: ends
child: its pager has gone
`;

describe('pages in messages', () => {
  it('are mapped, mapped on, taken back from everybody, and granted', async () => {
    const ended = await run('l4', ['/native/l4-map']);
    expect(ended.output).toBe(MAP);
  });

  it('come from a pager in C when they are touched', async () => {
    const ended = await run('l4', ['/native/l4-pager']);
    expect(ended.output).toBe(PAGER);
  });

  it.each([5501, 8003])('go on from a snapshot at %i instructions', async (snapshotAt) => {
    expect((await run('l4', ['/native/l4-map'], { snapshotAt })).output).toBe(MAP);
    expect((await run('l4', ['/native/l4-pager'], { snapshotAt })).output).toBe(PAGER);
  });
});
