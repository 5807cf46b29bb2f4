// A process in the background that uses its terminal is stopped; in the foreground it is not.
import { describe, expect, it } from 'vitest';
import { SignalNumber } from '../../../src/linux/signals/numbers.ts';
import { CallScript } from '../support/call-script.ts';
import { Call } from '../support/numbers.ts';

const { SIGTTIN, SIGTTOU, SIGCONT } = SignalNumber;
const TIOCSPGRP = 0x5410;
const TCGETS = 0x5401;
const TCSETS = 0x5402;
const UNTRACED = 2;
const CHILD = 3;
/** CLONE_VM and SIGCHLD: what the child's calls come to is seen. */
const SHARING = 0x111;
const EIO = 5;
const bit = (signal: number) => 2 ** (signal - 1);
const stoppedBy = (signal: number) => signal * 256 + 0x7f;

/** A parent that goes on with a child in a group of its own, in the background. */
function begin(script: CallScript): void {
  script.call(Call.clone, SHARING, script.stack(), 0, 0, 0);
  script.jumpIfZero('child');
}

describe('a process in the background', () => {
  it('is stopped when it reads, and reads when it is in the foreground', async () => {
    const script = new CallScript();
    const [status, group, buffer] = [script.words(0), script.words(CHILD), script.words(0)];
    begin(script);
    const stopped = script.call(Call.wait4, CHILD, status, UNTRACED, 0);
    script.call(Call.ioctl, 0, TIOCSPGRP, group);
    script.call(Call.kill, -CHILD, SIGCONT);
    const ended = script.call(Call.wait4, CHILD, 0, 0, 0);
    // The parent is in the background now, and nobody could continue it.
    const orphaned = script.call(Call.read, 0, buffer, 8);
    script.finish();
    script.label('child');
    script.call(Call.setpgid, 0, 0);
    const read = script.call(Call.read, 0, buffer, 8);
    script.call(Call.exit, 0);
    const { result, word } = await script.run({ typed: ['ab\n'] });
    expect([stopped, ended, read, orphaned].map(result)).toEqual([CHILD, CHILD, 3, -EIO]);
    expect(word(status)).toBe(stoppedBy(SIGTTIN));
  });

  it('gets EIO when it blocks SIGTTIN, and may write and change settings when it blocks SIGTTOU', async () => {
    const script = new CallScript();
    const [status, buffer] = [script.words(0), script.words(0)];
    const settings = script.words(0, 0, 0, 0, 0, 0);
    begin(script);
    const stopped = script.call(Call.wait4, CHILD, status, UNTRACED, 0);
    script.call(Call.kill, CHILD, SignalNumber.SIGKILL);
    script.finish();
    script.label('child');
    script.call(Call.setpgid, 0, 0);
    script.call(Call.sigprocmask, 0, script.words(bit(SIGTTIN) + bit(SIGTTOU)), 0, 8);
    const read = script.call(Call.read, 0, buffer, 8);
    script.call(Call.ioctl, 0, TCGETS, settings);
    const blocked = script.call(Call.ioctl, 0, TCSETS, settings);
    script.call(Call.sigprocmask, 1, script.words(bit(SIGTTOU)), 0, 8);
    script.call(Call.ioctl, 0, TCSETS, settings);
    script.call(Call.exit, 0);
    const { result, word } = await script.run({ typed: [] });
    expect([stopped, read, blocked].map(result)).toEqual([CHILD, -EIO, 0]);
    expect(word(status)).toBe(stoppedBy(SIGTTOU));
  });

  it('is not stopped for getting the settings', async () => {
    const script = new CallScript();
    const settings = script.words(0, 0, 0, 0, 0, 0);
    begin(script);
    script.call(Call.wait4, CHILD, 0, UNTRACED, 0);
    script.finish();
    script.label('child');
    script.call(Call.setpgid, 0, 0);
    const asked = script.call(Call.ioctl, 0, TCGETS, settings);
    script.call(Call.exit, 0);
    const { result } = await script.run({ typed: [] });
    expect(result(asked)).toBe(0);
  });
});
