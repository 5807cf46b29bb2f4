/** Builds tar archives block by block, well formed or not, for tests. */
import { keyOf } from '../../../src/host/shared/names.ts';

export const BLOCK = 512;
export const END = new Uint8Array(2 * BLOCK);

export interface HeaderFields {
  readonly name: string;
  readonly type?: string;
  readonly size?: number;
  readonly mode?: number;
  readonly user?: number;
  readonly group?: number;
  readonly modified?: number;
  readonly linkName?: string;
  readonly deviceMajor?: number;
  readonly deviceMinor?: number;
  readonly prefix?: string;
  /** 'ustar\0' '00' of POSIX unless given. */
  readonly magic?: string;
}

/** One character for each byte. */
export const latin = (text: string): Uint8Array => Uint8Array.from(text, (each) => each.charCodeAt(0));
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

/** Writes the checksum of a block, as the last thing. */
export function seal(block: Uint8Array): Uint8Array {
  block.set(latin('        '), 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.set(latin(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return block;
}

export function header(fields: HeaderFields): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (offset: number, text: string): void => block.set(latin(text), offset);
  put(0, fields.name);
  put(100, octal(fields.mode ?? 0o644, 8));
  put(108, octal(fields.user ?? 0, 8));
  put(116, octal(fields.group ?? 0, 8));
  put(124, octal(fields.size ?? 0, 12));
  put(136, octal(fields.modified ?? 0, 12));
  put(156, fields.type ?? '0');
  put(157, fields.linkName ?? '');
  put(257, fields.magic ?? 'ustar\x0000');
  put(329, octal(fields.deviceMajor ?? 0, 8));
  put(337, octal(fields.deviceMinor ?? 0, 8));
  put(345, fields.prefix ?? '');
  return seal(block);
}

export function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK);
  whole.set(bytes);
  return whole;
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function file(name: string, content: string, more: Partial<HeaderFields> = {}): Uint8Array {
  const bytes = utf8(content);
  return join(header({ name, size: bytes.length, ...more }), padded(bytes));
}

export function directory(name: string, mode = 0o755): Uint8Array {
  return header({ name, type: '5', mode });
}

/** A PAX extended header. */
export function extended(records: Readonly<Record<string, string>>, type = 'x'): Uint8Array {
  const lines = Object.entries(records).map(([key, value]) => {
    const body = ` ${key}=${keyOf(utf8(value))}\n`;
    let length = body.length + 1;
    while (`${length}${body}`.length !== length) length = `${length}${body}`.length;
    return `${length}${body}`;
  });
  const bytes = latin(lines.join(''));
  return join(header({ name: 'PaxHeader', type, size: bytes.length }), padded(bytes));
}

/** A GNU long name ('L') or long link ('K'). */
export function longName(name: string, type = 'L'): Uint8Array {
  const bytes = latin(`${name}\0`);
  return join(header({ name: '././@LongLink', type, size: bytes.length }), padded(bytes));
}
