/** The terminal service as code, and its boot. */

import { PAGE_SIZE } from '../../contracts/units.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { FrameUse } from '../../kernel/objects.ts';
import { type Operation, operation } from '../../kernel/operation.ts';
import type { ServiceCode } from '../../kernel/registry.ts';
import { controlOperation } from './control.ts';
import { driveOperation, startDriver } from './driver.ts';
import { TerminalUse, terminal } from './interface.ts';
import { LineBuffer } from './line-buffer.ts';
import { outputStream } from './output.ts';
import { readOperation } from './reading.ts';
import { RING, TerminalRoot } from './records.ts';
import { INITIAL, LocalFlag } from './settings.ts';
import { isTerminal, rootOf, type TerminalWiring } from './wiring.ts';
import { writeOperation } from './writing.ts';

export { deliverInput, inputHeard, inputWanted } from './input.ts';
export type { TerminalWiring } from './wiring.ts';

/** poll(2)'s bits. */
const READABLE = 0x001 | 0x040;
const WRITABLE = 0x004 | 0x100;
const HANG_UP = 0x010;

const poll = operation(terminal.poll, [], {
  begin(k, { stream }) {
    const root = rootOf(k);
    let events = 0;
    if (stream === 0 || isTerminal(root, stream)) {
      if (root.ended === 1) events |= READABLE | HANG_UP;
      else if (new LineBuffer(k, root).isReadable()) events |= READABLE;
    }
    const stopped = root.stopped === 1 && isTerminal(root, stream);
    if (outputStream(root, stream) !== 0 && !stopped) events |= WRITABLE;
    return k.done(events, root.pollQueue);
  },
});

const isTerminalOperation = operation(terminal.isTerminal, [], {
  begin: (k, { stream }) => k.done(isTerminal(rootOf(k), stream) ? 1 : 0),
});

const background = operation(terminal.background, [], {
  begin(k, { stream, session, group, use }) {
    const root = rootOf(k);
    const own = isTerminal(root, stream) && root.session !== 0 && root.session === session;
    if (!own || root.group === group) return k.done(0);
    return k.done(use === TerminalUse.write && (root.localFlags & LocalFlag.TOSTOP) === 0 ? 0 : 1);
  },
});

const adopt = operation(terminal.adopt, [], {
  begin(k, { session, group }) {
    const root = rootOf(k);
    root.session = session;
    root.group = group;
    return k.done();
  },
});

export function terminalService(wiring: TerminalWiring): ServiceCode {
  const moving: readonly Operation[] = [
    readOperation(wiring),
    writeOperation(wiring),
    controlOperation(wiring),
    driveOperation(wiring),
  ];
  return {
    name: 'terminal',
    revival: {
      lost: 'the terminal’s settings, and input that nobody had read',
      boot: (k) => bootTerminal(k, wiring),
    },
    operations: [...moving, poll, isTerminalOperation, background, adopt],
  };
}

/** Makes the service's root record and its frames. Called once, before the first program. */
export function bootTerminal(k: Kernel, wiring: TerminalWiring): void {
  const owner = k.homeOf('terminal');
  const frame = (): number => k.frames.allocate(owner, FrameUse.buffer) * PAGE_SIZE;
  const address = k.slab.allocate(owner, TerminalRoot.size);
  k.setServiceRoot('terminal', address);
  const root = TerminalRoot.at(k.store, address);
  const { terminal: streams, columns, rows } = wiring.console;
  root.terminals = streams.reduce((bits, is, stream) => bits | (is ? 1 << stream : 0), 0);
  root.inputFlags = INITIAL.inputFlags;
  root.outputFlags = INITIAL.outputFlags;
  root.controlFlags = INITIAL.controlFlags;
  root.localFlags = INITIAL.localFlags;
  root.inputSpeed = INITIAL.speed;
  root.outputSpeed = INITIAL.speed;
  k.memory.u8.set(INITIAL.characters, root.characters);
  root.rows = rows;
  root.columns = columns;
  root.hostRows = rows;
  root.hostColumns = columns;
  root.deviceRing = frame();
  root.ring = frame();
  root.staging = frame();
  root.outgoing = frame();
  root.marks = k.slab.allocate(owner, RING / 8);
  startDriver(k);
}
