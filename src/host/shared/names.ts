/**
 * Names and paths as byte strings. Inside host adapters a name is a string with one character for each byte (ISO 8859-1),
 * so that it can be a key and sorts as its bytes do; on the way in and out it is bytes again.
 */
export function keyOf(bytes: Uint8Array): string {
  let key = '';
  for (const byte of bytes) key += String.fromCharCode(byte);
  return key;
}

export function bytesOf(key: string): Uint8Array {
  const bytes = new Uint8Array(key.length);
  for (let index = 0; index < key.length; index++) bytes[index] = key.charCodeAt(index);
  return bytes;
}

/** The key of a text, whose bytes are its UTF-8. */
export function keyOfText(text: string): string {
  return keyOf(new TextEncoder().encode(text));
}

/** For messages: the text of a key, when its bytes are UTF-8. */
export function textOf(key: string): string {
  return new TextDecoder().decode(bytesOf(key));
}

/** The names along a path relative to a tree's root; none for the root itself. Empty names and '.' are dropped. */
export function namesAlong(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** The longest name and the longest path that Linux knows, in bytes. */
export const LONGEST_NAME = 255;
export const LONGEST_PATH = 4095;
