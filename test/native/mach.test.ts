// Mach's interface for programs: ports, rights and messages, as C programs see them.
import { describe, expect, it } from 'vitest';
import { run } from './support.ts';

const RIGHTS = `send and receive have one name: 1, type 3
child: offers its port: 0x0
parent: 0x0 'my port', a right of kind 17 and type 1
parent: asks to hear of its death: 0x0
parent: writes to a port that it gives away: 0x0
parent: gives its receive right: 0x0
child: 0x0 'take over', a right of kind 16 and type 2
parent: may it still receive there: 0x10004002
child: 0x0 'kept for the new owner', by the port that was the parent's
parent: 0x0 notice 110 about the child's port: 1
parent: its name is of type 16 now
parent: writes to it: 0x10000003
parent: the port that it gave away is of type 16
parent: gives the dead name up: 0x0
parent: writes to nothing: 0x10000003
parent: a made-up name: 0x10000003
a queue holds 5 messages
an empty one, with no patience: 0x10004003
with a little: 0x10004003
a send-once right: 0x0
is of type 4
it is given up: 0x0
its port hears: 0x0 notice 107
a message that is too large: 0x1000000e
one from nowhere: 0x10000002
the port's end: 0x0
leaves a name of type 16
`;

const SETS = `a set: 0x0
is of type 8
a member: 0x0
a member: 0x0
a member of what is no set: 0x11
out of no set: 0xc
received: 0x10004003, port -1, ''
received: 0x0, port 1, 'by the second'
received: 0x10004003, port -1, ''
it comes in: 0x0
received: 0x0, port 2, 'by one outside'
received: 0x1000400a, port -1, ''
it changes its set: 0x0
received: 0x10004003, port -1, ''
received: 0x0, port 0, 'by the first'
received: 0x0, port 1, 'by a child'
the set's end: 0x0
received: 0x10004002, port -1, ''
received: 0x0, port 1, 'by itself again'
`;

describe('ports, rights and messages', () => {
  it('receives from any port of a set', async () => {
    const ended = await run('microkernel', ['/native/mach-sets']);
    expect(ended.output).toBe(SETS);
  });

  it('carries messages and answers between parent and child', async () => {
    const ended = await run('microkernel', ['/native/mach-ping-pong', '50']);
    expect(ended.output).toBe(
      'child: 50 answers, count 50, the last with id 101\nparent: child ended with 0\n',
    );
    expect(ended.status).toBe(0);
  });

  it('carries rights, tells of dead names and refuses what was not given', async () => {
    const ended = await run('microkernel', ['/native/mach-rights']);
    expect(ended.output).toBe(RIGHTS);
  });

  it('a program without the right to the Unix server cannot ask it, until the right comes back', async () => {
    const ended = await run('microkernel', ['/native/mach-sandbox']);
    expect(ended.output).toBe(`parent: its child gave it up: 0x0, write: -1 (error 1), fork: -1
parent: sends a right: 0x0
child: given back 'the right to ask', as a right of kind 17
parent: its child ended with 7
parent: a letter to the server: 0x10000003
`);
  });

  it.each([3801, 5403])(
    'goes on from a snapshot at %i instructions as if nothing were',
    async (snapshotAt) => {
      const ended = await run('microkernel', ['/native/mach-rights'], { snapshotAt });
      expect(ended.output).toBe(RIGHTS);
    },
  );

  it('is the same on several harts', async () => {
    const ended = await run('microkernel', ['/native/mach-ping-pong', '200'], { harts: 3 });
    expect(ended.output).toContain('child: 200 answers, count 200');
  });
});
