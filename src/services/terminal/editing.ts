/** Editing the line being typed: erasing a character, a word, the line, with the echo that makes it vanish (n_tty(4)'s rules). */
import type { LineBuffer } from './line-buffer.ts';
import { isContinuation, isControl, type Output } from './output.ts';
import { Character, LocalFlag } from './settings.ts';
import type { RootView } from './wiring.ts';

const BACKSPACE = 8;
const TAB = 9;
const NEWLINE = 10;
const SPACE = 32;
const UNDERLINE = 0x5f;
const CARET = 0x5e;

/** Echoes a character, control characters as ^X when ECHOCTL. The byte 255 is Linux's own mark in its echoes and goes raw. */
export function echo(root: RootView, output: Output, byte: number): void {
  if (byte === 0xff) output.putRaw(byte);
  else if (isControl(byte) && byte !== TAB && (root.localFlags & LocalFlag.ECHOCTL) !== 0)
    output.putRaw(CARET, byte ^ 0x40);
  else output.put(byte);
}

/** Letters and digits of ISO 8859-1, as Linux takes bytes also in UTF-8 (lib/ctype.c), and the underline. */
function isWordPart(byte: number): boolean {
  const letter = byte | 0x20;
  if (byte >= 0xc0) return byte !== 0xd7 && byte !== 0xf7;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x7a) || byte === UNDERLINE;
}

function rubOut(output: Output): void {
  output.put(BACKSPACE);
  output.put(SPACE);
  output.put(BACKSPACE);
}

/** Where the character before `head` begins: more than a byte before in UTF-8. */
function startOfCharacter(buffer: LineBuffer, root: RootView, head: number): number {
  const { lineEnd, inputFlags } = root;
  let at = head - 1;
  while (at > lineEnd && isContinuation(buffer.byte(at), inputFlags)) at -= 1;
  return at;
}

/** Columns by which the tab at `tab` moved the cursor when it was typed. */
function tabWidth(buffer: LineBuffer, root: RootView, tab: number): number {
  const { lineEnd, inputFlags, localFlags } = root;
  let columns = 0;
  let at = tab;
  while (at > lineEnd) {
    at -= 1;
    const byte = buffer.byte(at);
    if (byte === TAB) return 8 - (columns % 8);
    if (isControl(byte)) columns += (localFlags & LocalFlag.ECHOCTL) !== 0 ? 2 : 0;
    else if (!isContinuation(byte, inputFlags)) columns += 1;
  }
  return 8 - ((columns + root.lineColumn) % 8);
}

/** Echoes that the character at `at`, which begins with `byte`, is gone. */
function echoErased(buffer: LineBuffer, root: RootView, output: Output, at: number): void {
  const byte = buffer.byte(at);
  const showsControl = (root.localFlags & LocalFlag.ECHOCTL) !== 0;
  if (byte === TAB) output.backUp(tabWidth(buffer, root, at));
  else if (!isControl(byte)) rubOut(output);
  else if (showsControl) {
    rubOut(output);
    rubOut(output);
  }
}

/** Takes the last character of the line away. False when there is none, or only part of one. */
function eraseOne(buffer: LineBuffer, root: RootView, output: Output): boolean {
  const { head, lineEnd, localFlags, inputFlags } = root;
  if (head === lineEnd) return false;
  const at = startOfCharacter(buffer, root, head);
  if (isContinuation(buffer.byte(at), inputFlags)) return false;
  root.head = at;
  if ((localFlags & LocalFlag.ECHO) !== 0) echoErased(buffer, root, output, at);
  return true;
}

/** The ERASE character. */
export function eraseCharacter(buffer: LineBuffer, root: RootView, output: Output, typed: number): void {
  const { head, lineEnd, localFlags, inputFlags } = root;
  if (head === lineEnd) return;
  if ((localFlags & LocalFlag.ECHO) === 0 || (localFlags & LocalFlag.ECHOE) !== 0) {
    eraseOne(buffer, root, output);
    return;
  }
  const at = startOfCharacter(buffer, root, head);
  if (isContinuation(buffer.byte(at), inputFlags)) return;
  root.head = at;
  echo(root, output, typed);
}

/** The WERASE character: blanks and punctuation, then the letters, digits and underlines before them. */
export function eraseWord(buffer: LineBuffer, root: RootView, output: Output): void {
  let seen = false;
  for (;;) {
    const { head, lineEnd } = root;
    if (head === lineEnd) return;
    const part = isWordPart(buffer.byte(startOfCharacter(buffer, root, head)));
    if (seen && !part) return;
    seen ||= part;
    if (!eraseOne(buffer, root, output)) return;
  }
}

/** The KILL character: the whole line. */
export function eraseLine(buffer: LineBuffer, root: RootView, output: Output, typed: number): void {
  const { localFlags, head, lineEnd } = root;
  if (head === lineEnd) return;
  const rubbing = LocalFlag.ECHOK | LocalFlag.ECHOKE | LocalFlag.ECHOE;
  if ((localFlags & LocalFlag.ECHO) !== 0 && (localFlags & rubbing) === rubbing) {
    while (eraseOne(buffer, root, output));
    return;
  }
  root.head = lineEnd;
  if ((localFlags & LocalFlag.ECHO) === 0) return;
  echo(root, output, typed);
  if ((localFlags & LocalFlag.ECHOK) !== 0) output.put(NEWLINE);
}

/** The REPRINT character: the line once more, on a line of its own. */
export function reprint(buffer: LineBuffer, root: RootView, output: Output, typed: number): void {
  echo(root, output, typed);
  output.put(NEWLINE);
  const { head, lineEnd } = root;
  for (let at = lineEnd; at < head; at++) echo(root, output, buffer.byte(at));
}

/** The control character at an index, or DISABLED. */
export function controlCharacter(u8: Uint8Array, root: RootView, index: keyof typeof Character): number {
  return u8[root.characters + Character[index]] as number;
}
