/** termios(3) as numbers: flags, control characters and their first values (asm-generic/termbits.h, tty_std_termios). */
export const InputFlag = {
  ISTRIP: 0x0020,
  INLCR: 0x0040,
  IGNCR: 0x0080,
  ICRNL: 0x0100,
  IUCLC: 0x0200,
  IXON: 0x0400,
  IXANY: 0x0800,
  IMAXBEL: 0x2000,
  IUTF8: 0x4000,
} as const;

export const OutputFlag = {
  OPOST: 0x0001,
  OLCUC: 0x0002,
  ONLCR: 0x0004,
  OCRNL: 0x0008,
  ONOCR: 0x0010,
  ONLRET: 0x0020,
  TABDLY: 0x1800,
  XTABS: 0x1800,
} as const;

export const LocalFlag = {
  ISIG: 0x0001,
  ICANON: 0x0002,
  ECHO: 0x0008,
  ECHOE: 0x0010,
  ECHOK: 0x0020,
  ECHONL: 0x0040,
  NOFLSH: 0x0080,
  TOSTOP: 0x0100,
  ECHOCTL: 0x0200,
  ECHOKE: 0x0800,
  IEXTEN: 0x8000,
} as const;

/** Indices of control characters. */
export const Character = {
  VINTR: 0,
  VQUIT: 1,
  VERASE: 2,
  VKILL: 3,
  VEOF: 4,
  VTIME: 5,
  VMIN: 6,
  VSTART: 8,
  VSTOP: 9,
  VSUSP: 10,
  VEOL: 11,
  VREPRINT: 12,
  VWERASE: 14,
  VLNEXT: 15,
  VEOL2: 16,
} as const;

/** A control character of this value is not in use. */
export const DISABLED = 0;

/**
 * The kernel's first settings: ICRNL IXON; OPOST ONLCR; B38400 CS8 CREAD HUPCL; a line with echo; ^C ^\ DEL ^U ^D and so on.
 * IUTF8 is set besides, as terminal programs of today set it.
 */
export const INITIAL = {
  inputFlags: InputFlag.ICRNL | InputFlag.IXON | InputFlag.IUTF8,
  outputFlags: OutputFlag.OPOST | OutputFlag.ONLCR,
  controlFlags: 0o2277,
  localFlags:
    LocalFlag.ISIG |
    LocalFlag.ICANON |
    LocalFlag.ECHO |
    LocalFlag.ECHOE |
    LocalFlag.ECHOK |
    LocalFlag.ECHOCTL |
    LocalFlag.ECHOKE |
    LocalFlag.IEXTEN,
  speed: 38_400,
  characters: [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0],
} as const;

/** Signals that a terminal gives rise to (asm-generic/signal.h). */
export const TerminalSignal = { SIGINT: 2, SIGQUIT: 3, SIGTSTP: 20, SIGWINCH: 28 } as const;
