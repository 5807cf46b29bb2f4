/**
 * The terminal service's root record: settings, the device's ring, the line buffer, and who waits.
 *
 * Positions count bytes since boot and never wrap; a ring's index is a position modulo its size.
 */
import { PAGE_SIZE } from '../../contracts/units.ts';
import { WaitQueue } from '../../kernel/objects.ts';
import { record } from '../../kernel/records.ts';

/** Bytes in the line buffer and in the device's ring (N_TTY_BUF_SIZE). */
export const RING = PAGE_SIZE;

/** Control characters in a termios structure (NCCS of the kernel's). */
export const CONTROL_CHARACTERS = 19;

export const TerminalRoot = record('TerminalRoot', {
  // settings, as in struct termios2
  inputFlags: 'u32',
  outputFlags: 'u32',
  controlFlags: 'u32',
  localFlags: 'u32',
  discipline: 'u32',
  inputSpeed: 'u32',
  outputSpeed: 'u32',
  characters: { array: 'u8', length: CONTROL_CHARACTERS },
  rows: 'u16',
  columns: 'u16',
  pixelWidth: 'u16',
  pixelHeight: 'u16',
  /** The host's size when it was last looked at: a change of it changes `rows` and `columns`. */
  hostRows: 'u16',
  hostColumns: 'u16',
  /** Bit s: stream s is a terminal. */
  terminals: 'u32',
  session: 'u32',
  group: 'u32',
  /** 1 once the outside has said that no input comes any more. */
  ended: 'u32',
  /** 1 while output is stopped by the STOP character or TCXONC. */
  stopped: 'u32',
  /** 1 when the next character is taken as it is. */
  literal: 'u32',
  /** Where the cursor is, and where it was when the line being edited began. */
  column: 'u32',
  lineColumn: 'u32',
  /** The console's device: its ring of input, filled by the outside and emptied by the interrupt. */
  deviceRing: 'u32',
  deviceHead: 'integer',
  deviceTail: 'integer',
  /** The line buffer: bytes from `tail` to `head`, of which those before `lineEnd` are whole lines. */
  ring: 'u32',
  /** A bit for each place of the ring where a line ends. */
  marks: 'u32',
  head: 'integer',
  tail: 'integer',
  lineEnd: 'integer',
  /** A frame for bytes that come from a program, and one for what goes to the device. */
  staging: 'u32',
  outgoing: 'u32',
  readQueue: { embedded: WaitQueue },
  writeQueue: { embedded: WaitQueue },
  pollQueue: { embedded: WaitQueue },
  /** What the driver sleeps on, where there is one. */
  line: { embedded: WaitQueue },
});
