// L4's interface for programs: synchronous messages, as C programs see them.
import { describe, expect, it } from 'vitest';
import { run } from './support.ts';

const STRINGS = `server: result 0, 100000 bytes, 0 wrong, words 1 to 8
client: result 0, 10 bytes 'thank you', words 10 to 80
client: a string that is cut: 4
server: result 20, 8 bytes 'much too'
server: result 21, 0 bytes 'much too'
client: a string from nowhere: 5
client: a description from nowhere: 5
client: to nobody there: 1, to itself: 1
server: result 0, and ends without an answer
client: its server ends: 17
client: and is gone: 1
parent: nothing comes: 18
parent: nobody takes it: 2 and 2
parent: a signal: 19
parent: its partner is killed: 17
`;

describe('synchronous messages', () => {
  it.each(['l4', 'l4:without=fastPath', 'l4:without=directSwitch,registerMessages,temporaryMapping'])(
    'are calls and replies between parent and child under %s',
    async (structure) => {
      const ended = await run(structure, ['/native/l4-ping-pong', '50']);
      expect(ended.output).toBe(
        'child: result 0, count 51, answered by its parent: 1\nparent: result 0, child ended with 0\n',
      );
    },
  );

  it('carry strings, and say what goes wrong', async () => {
    const ended = await run('l4', ['/native/l4-strings']);
    expect(ended.output).toBe(STRINGS);
  });

  it.each([2500, 160_000])('go on from a snapshot at %i instructions', async (snapshotAt) => {
    const ended = await run('l4', ['/native/l4-strings'], { snapshotAt });
    expect(ended.output).toBe(STRINGS);
  });

  it('are the same on several harts', async () => {
    const ended = await run('l4', ['/native/l4-ping-pong', '200'], { harts: 3 });
    expect(ended.output).toContain('count 201');
  });
});
