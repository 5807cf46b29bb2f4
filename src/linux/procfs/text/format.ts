/** Ways in which procfs writes things. Texts are byte strings: one character for each byte. */

/** Bytes as a byte string. */
export function latin(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** A byte string as bytes. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** At least `digits` lower-case hexadecimal digits of a safe integer. */
export function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** 64 bits in two halves as 16 hexadecimal digits, as signal sets are shown. */
export function hexHalves(low: number, high: number): string {
  return hex(high >>> 0, 8) + hex(low >>> 0, 8);
}

/** Bytes as kilobytes in a column of 8. */
export function kilobytes(bytes: number): string {
  return `${String(Math.floor(bytes / 1024)).padStart(8)} kB`;
}

/** A set of small numbers as ranges: `0-3,5`. */
export function ranges(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let at = 0; at < numbers.length; ) {
    let end = at;
    while (numbers[end + 1] === (numbers[end] as number) + 1) end += 1;
    parts.push(at === end ? `${numbers[at]}` : `${numbers[at]}-${numbers[end]}`);
    at = end + 1;
  }
  return parts.join(',');
}

const escapes: { readonly [character: string]: string } = {
  ' ': '\\040',
  '\t': '\\011',
  '\n': '\\012',
  '\\': '\\134',
};

/** Characters of a path that would break a line apart, in octal. `which` are those that are replaced. */
export function escaped(text: string, which: string): string {
  return [...text].map((character) => (which.includes(character) ? escapes[character] : character)).join('');
}
