/** ioctl_tty(2): settings, window size, flushing, foreground group. The structures are the kernel's, as riscv64 has them. */
import { ErrorNumber } from '../../contracts/errors.ts';
import { Access } from '../../contracts/machine.ts';
import type { OutcomeNumber, Span } from '../../contracts/service.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import { TerminalRequest as R, terminal } from './interface.ts';
import { LineBuffer } from './line-buffer.ts';
import { CONTROL_CHARACTERS } from './records.ts';
import { LocalFlag, TerminalSignal } from './settings.ts';
import { isTerminal, type RootView, rootOf, type TerminalWiring } from './wiring.ts';

/** struct termios: four flag words, the line discipline's byte, the control characters; termios2 has two speeds behind. */
const TERMIOS_SIZE = 36;
const TERMIOS2_SIZE = 44;
const LINE = 16;
const CHARACTERS = 17;
const SPEEDS = 36;
const WINDOW_SIZE = 8;

/** A request that gives bytes, takes bytes, or has a number for an argument. The place is physical; 0 says that all is well. */
interface ControlRequest {
  readonly size: number;
  readonly direction: 'gives' | 'takes' | 'number';
  run(k: Kernel, root: RootView, place: number, wiring: TerminalWiring): number;
}

function gives(size: number, run: ControlRequest['run']): ControlRequest {
  return { size, direction: 'gives', run };
}
function takes(size: number, run: ControlRequest['run']): ControlRequest {
  return { size, direction: 'takes', run };
}
function withNumber(run: ControlRequest['run']): ControlRequest {
  return { size: 0, direction: 'number', run };
}

/** A request that gives one 32-bit number. */
function givesNumber(of: (k: Kernel, root: RootView) => number): ControlRequest {
  return gives(4, (k, root, place) => {
    k.memory.u32[place >>> 2] = of(k, root);
    return 0;
  });
}

function getSettings(k: Kernel, root: RootView, place: number): number {
  const { u32, u8 } = k.memory;
  const word = place >>> 2;
  u32[word] = root.inputFlags;
  u32[word + 1] = root.outputFlags;
  u32[word + 2] = root.controlFlags;
  u32[word + 3] = root.localFlags;
  u8[place + LINE] = root.discipline;
  k.memory.copy(place + CHARACTERS, root.characters, CONTROL_CHARACTERS);
  u32[(place + SPEEDS) >>> 2] = root.inputSpeed;
  u32[(place + SPEEDS + 4) >>> 2] = root.outputSpeed;
  return 0;
}

/** Output goes out at once, so that there is nothing to drain; `flushing` drops input that was not read. */
function setSettings(size: number, flushing = false): ControlRequest {
  return takes(size, (k, root, place) => {
    const { u32 } = k.memory;
    const word = place >>> 2;
    const buffer = new LineBuffer(k, root);
    if (flushing) flushInput(k, root);
    const changed = (root.localFlags ^ (u32[word + 3] as number)) & LocalFlag.ICANON;
    root.inputFlags = u32[word] as number;
    root.outputFlags = u32[word + 1] as number;
    root.controlFlags = u32[word + 2] as number;
    root.localFlags = u32[word + 3] as number;
    k.memory.copy(root.characters, place + CHARACTERS, CONTROL_CHARACTERS);
    if (size === TERMIOS2_SIZE) {
      root.inputSpeed = u32[(place + SPEEDS) >>> 2] as number;
      root.outputSpeed = u32[(place + SPEEDS + 4) >>> 2] as number;
    }
    if (changed !== 0) buffer.changeMode();
    // A reader that waits looks at the new mode.
    k.wake(root.readQueue);
    k.wake(root.pollQueue);
    return 0;
  });
}

function flushInput(k: Kernel, root: RootView): void {
  new LineBuffer(k, root).clear();
  root.deviceTail = root.deviceHead;
}

function setWindow(k: Kernel, root: RootView, place: number, wiring: TerminalWiring): number {
  const { u16 } = k.memory;
  const at = place >>> 1;
  const [rows, columns] = [u16[at] as number, u16[at + 1] as number];
  const same = root.rows === rows && root.columns === columns;
  root.rows = rows;
  root.columns = columns;
  root.pixelWidth = u16[at + 2] as number;
  root.pixelHeight = u16[at + 3] as number;
  if (!same) wiring.interruptCharacter(k, TerminalSignal.SIGWINCH, root.group);
  return 0;
}

function getWindow(k: Kernel, root: RootView, place: number): number {
  const { u16 } = k.memory;
  u16.set([root.rows, root.columns, root.pixelWidth, root.pixelHeight], place >>> 1);
  return 0;
}

/** TCFLSH: 0 drops input, 1 output, of which none is ever waiting, 2 both. */
function flush(k: Kernel, root: RootView, what: number): number {
  if (what < 0 || what > 2) return ErrorNumber.EINVAL;
  if (what !== 1) flushInput(k, root);
  return 0;
}

/** TCXONC: 0 stops output, 1 starts it; 2 and 3 would tell the other side, and there is none to tell. */
function flow(k: Kernel, root: RootView, what: number): number {
  if (what < 0 || what > 3) return ErrorNumber.EINVAL;
  if (what === 0) root.stopped = 1;
  if (what === 1) {
    root.stopped = 0;
    k.wake(root.writeQueue);
    k.wake(root.pollQueue);
  }
  return 0;
}

const REQUESTS: { readonly [request: number]: ControlRequest } = {
  [R.TCGETS]: gives(TERMIOS_SIZE, getSettings),
  [R.TCGETS2]: gives(TERMIOS2_SIZE, getSettings),
  [R.TCSETS]: setSettings(TERMIOS_SIZE),
  [R.TCSETSW]: setSettings(TERMIOS_SIZE),
  [R.TCSETSF]: setSettings(TERMIOS_SIZE, true),
  [R.TCSETS2]: setSettings(TERMIOS2_SIZE),
  [R.TCSETSW2]: setSettings(TERMIOS2_SIZE),
  [R.TCSETSF2]: setSettings(TERMIOS2_SIZE, true),
  [R.TIOCGWINSZ]: gives(WINDOW_SIZE, getWindow),
  [R.TIOCSWINSZ]: takes(WINDOW_SIZE, setWindow),
  [R.FIONREAD]: givesNumber((k, root) => new LineBuffer(k, root).countForReader()),
  [R.TIOCOUTQ]: givesNumber(() => 0),
  [R.TIOCGETD]: givesNumber((_, root) => root.discipline),
  [R.TIOCSETD]: takes(4, (k, _, place) => (k.memory.u32[place >>> 2] === 0 ? 0 : ErrorNumber.EINVAL)),
  [R.TIOCGPGRP]: ofSession(givesNumber((_, root) => root.group)),
  [R.TIOCGSID]: ofSession(givesNumber((_, root) => root.session)),
  [R.TIOCSPGRP]: ofSession(
    takes(4, (k, root, place) => {
      const group = k.memory.i32[place >>> 2] as number;
      if (group <= 0) return ErrorNumber.EINVAL;
      root.group = group;
      return 0;
    }),
  ),
  [R.TCFLSH]: withNumber(flush),
  [R.TCXONC]: withNumber(flow),
  [R.TCSBRK]: withNumber(() => 0),
  [R.TCSBRKP]: withNumber(() => 0),
};

/** ENOTTY while the terminal is no session's. */
function ofSession(request: ControlRequest): ControlRequest {
  return {
    ...request,
    run: (k, root, place, wiring) =>
      root.session === 0 ? ErrorNumber.ENOTTY : request.run(k, root, place, wiring),
  };
}

function requestFor(root: RootView, stream: number, number: number): ControlRequest | undefined {
  const answered = isTerminal(root, stream) || (stream === 0 && number === R.FIONREAD);
  return answered ? REQUESTS[number] : undefined;
}

export function controlOperation(wiring: TerminalWiring): Operation {
  const attempt = (k: Kernel, frame: { stream: number; request: number; argument: Span }): OutcomeNumber => {
    const root = rootOf(k);
    const request = requestFor(root, frame.stream, frame.request);
    if (request === undefined) return k.fail(ErrorNumber.ENOTTY);
    const { size, direction } = request;
    const place = direction === 'number' ? frame.argument.start : root.staging;
    const span = { ...frame.argument, length: size };
    const access = direction === 'gives' ? Access.write : Access.read;
    const absent = (from: number): OutcomeNumber => {
      const address = span.start + from;
      return k.call(wiring.supply, { space: span.space, address, length: size - from, access }, 'supplied');
    };
    if (direction === 'takes') {
      const came = k.fromSpan(span, 0, place, size);
      if (came < size) return absent(came);
    }
    const error = request.run(k, root, place, wiring);
    if (error !== 0) return k.fail(error);
    if (direction === 'gives') {
      const went = k.toSpan(span, 0, place, size);
      if (went < size) return absent(went);
    }
    return k.done();
  };
  return operation(terminal.control, [], {
    begin: attempt,
    supplied(k, frame, reply) {
      if (reply.error === 0 && reply.value > 0) return attempt(k, frame);
      return k.fail(reply.error === 0 ? ErrorNumber.EFAULT : reply.error);
    },
  });
}
