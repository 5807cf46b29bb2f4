/**
 * Messages in the wire format of protocol buffers (protobuf.dev/programming-guides/encoding): numbers as variable-length
 * integers, texts and messages with their lengths before them. A message is the list of its bytes, so that it can be a field
 * of another one. Numbers are whole, from 0 up to what a number holds exactly.
 */

/** The bytes of a message. */
export type Message = readonly number[];

const encoder = new TextEncoder();
const [VARINT, LENGTH_DELIMITED] = [0, 2];

function varint(value: number, bytes: number[]): void {
  let left = value;
  while (left >= 0x80) {
    bytes.push((left % 0x80) | 0x80);
    left = Math.floor(left / 0x80);
  }
  bytes.push(left);
}

/** The bytes of a whole number from 0. */
export function varintBytes(value: number): Message {
  const bytes: number[] = [];
  varint(value, bytes);
  return bytes;
}

/** A field of a message: numbers, texts and messages; `undefined` is left out. */
export type FieldValue = number | string | Message | undefined;

/** A message of fields, each a number with a value, in this order; a field may come more than once. */
export function message(...fields: readonly (readonly [field: number, value: FieldValue])[]): Message {
  const bytes: number[] = [];
  for (const [field, value] of fields) {
    if (value === undefined) continue;
    const isNumber = typeof value === 'number';
    varint(field * 8 + (isNumber ? VARINT : LENGTH_DELIMITED), bytes);
    if (isNumber) {
      varint(value, bytes);
      continue;
    }
    const content = typeof value === 'string' ? encoder.encode(value) : value;
    varint(content.length, bytes);
    for (const byte of content) bytes.push(byte);
  }
  return bytes;
}
