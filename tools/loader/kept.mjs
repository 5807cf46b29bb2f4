// What one run of the command line keeps in its folder for the next: compiled code, generated texts, generated engines, translations. All of it
// can be made again, and nothing of it is believed: a file says of which program it is, what it holds, and has a checksum over its
// content; one that does not fit is as if it were not there. A file appears by renaming, so that two processes may keep the same
// at once, and no reader sees half of it. Where nothing can be written, every run makes everything anew.
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as zlib from 'node:zlib';

const LINE_END = 10;
/** Files of one kind at most; there is one for each kind of machine, say, or for each command. */
const MOST_OF_A_KIND = 12;
const NAMES = /^kept-[^/]*\.bin$/;

/** V8 does not look itself whether what it is handed has been damaged. Absent before Node 20.15 and 22.2: then nothing is kept. */
const checksum = zlib.crc32;

/** A short name of any text or bytes. */
const nameOf = (content) => checksum(content).toString(16);

/** @param parts `folder`: where files are kept; `program`: the program's bytes; what another one has kept is not read. */
export function keeping({ folder, program }) {
  if (checksum === undefined)
    return { find: () => undefined, keep: () => undefined, checksum: () => Number.NaN };
  const owner = `${program.length}-${nameOf(program)}`;
  const fileOf = (kind, key) => `kept-${kind}-${owner}-${nameOf(key)}.bin`;

  /** What was kept under a kind and a key, or undefined. Its bytes are the caller's own. */
  function find(kind, key) {
    let bytes;
    try {
      bytes = readFileSync(join(folder, fileOf(kind, key)));
    } catch {
      return undefined; // Nothing was kept, or it cannot be read.
    }
    const end = bytes.indexOf(LINE_END);
    const content = bytes.subarray(end + 1);
    return bytes.toString('utf8', 0, Math.max(end, 0)) === label(kind, key, content) ? content : undefined;
  }

  const label = (kind, key, content) =>
    JSON.stringify({ kind, key, owner, length: content.length, checksum: checksum(content) });

  /** Keeps bytes under a kind and a key; silently does not where it cannot. */
  function keep(kind, key, content) {
    const name = fileOf(kind, key);
    const temporary = join(folder, `.${name}.${process.pid}`);
    try {
      writeFileSync(temporary, Buffer.concat([Buffer.from(`${label(kind, key, content)}\n`), content]));
      renameSync(temporary, join(folder, name));
      tidy(kind, name);
    } catch {
      rmSync(temporary, { force: true }); // A folder that cannot be written to, or no room: it only takes longer.
    }
  }

  /** Drops what other programs have kept, and the older files of a kind when there are too many. */
  function tidy(kind, newest) {
    const names = readdirSync(folder).filter((name) => NAMES.test(name) && name !== newest);
    const kin = names.filter((name) => name.startsWith(`kept-${kind}-${owner}-`));
    const foreign = names.filter((name) => !name.includes(`-${owner}-`));
    const age = (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const oldest =
      kin.length < MOST_OF_A_KIND ? [] : kin.sort((a, b) => age(a) - age(b)).slice(0, kin.length / 2);
    for (const name of [...foreign, ...oldest]) rmSync(join(folder, name), { force: true });
  }

  return { find, keep, checksum };
}
