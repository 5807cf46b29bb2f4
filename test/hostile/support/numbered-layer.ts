/** A folder of files named by numbers, made when they are read: thousands of files that nobody has to keep. */
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { type LowerLayer, type OutsideAttributes, OutsideError } from '../../../src/contracts/outside.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (path: Uint8Array): string => Buffer.from(path).toString('latin1');

function attributesOf(kind: 'file' | 'directory', size: number, identity: number): OutsideAttributes {
  return {
    kind,
    mode: 0o755,
    user: 0,
    group: 0,
    size,
    modifiedSeconds: 0,
    modifiedNanoseconds: 0,
    deviceMajor: 0,
    deviceMinor: 0,
    identity,
    links: kind === 'directory' ? 2 : 1,
  };
}

/** Files FOLDER/0 to FOLDER/(count - 1). @param contentOf must give the same bytes for the same number each time. */
export function numberedLayer(
  folder: string,
  count: number,
  contentOf: (number: number) => Uint8Array,
): LowerLayer {
  // cache: contents can be made again
  const made = new Map<number, Uint8Array>();
  const content = (number: number): Uint8Array => {
    let bytes = made.get(number);
    if (bytes === undefined) {
      bytes = contentOf(number);
      if (made.size > 16) made.clear();
      made.set(number, bytes);
    }
    return bytes;
  };
  const numberOf = (path: Uint8Array): number | undefined => {
    const match = new RegExp(`^${folder}/(0|[1-9][0-9]{0,8})$`).exec(text(path));
    const number = Number(match?.[1] ?? count);
    return number < count ? number : undefined;
  };
  return {
    description: `${count} files in ${folder}`,
    fingerprint: `numbered:${folder}:${count}`,
    list(path) {
      if (path.length === 0) return [utf8(folder)];
      if (text(path) === folder) return Array.from({ length: count }, (_, number) => utf8(`${number}`));
      throw new OutsideError(ErrorNumber.ENOTDIR, 'no folder');
    },
    attributes(path) {
      if (path.length === 0) return attributesOf('directory', 0, 1);
      if (text(path) === folder) return attributesOf('directory', 0, 2);
      const number = numberOf(path);
      return number === undefined ? undefined : attributesOf('file', content(number).length, number + 3);
    },
    read(path, offset, into) {
      const number = numberOf(path);
      if (number === undefined) throw new OutsideError(ErrorNumber.ENOENT, 'no such file');
      const part = content(number).subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
    link() {
      throw new OutsideError(ErrorNumber.EINVAL, 'no link');
    },
  };
}
