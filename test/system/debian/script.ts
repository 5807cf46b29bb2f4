// Compared commands kept as scripts, in files of their own language under scripts/. A script begins with two comments:
//   programs: the programs it is about, parted by commas; or by ` + ` if their processes work together
//   packages: the Debian packages that have them, parted by commas
// The name's ending says how it is run; its text is a parameter, so that no file and no standard input is involved.
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { ComparedCommand } from './command.ts';

const SCRIPTS = new URL('./scripts/', import.meta.url);

/** How a script is started, before its text, by the ending of its file's name. */
const STARTERS: Readonly<Record<string, readonly string[]>> = {
  '.sh': ['sh', '-c'],
  '.bash': ['bash', '-c'],
  '.py': ['python3', '-c'],
  '.pl': ['perl', '-we'],
  '.lua': ['lua5.4', '-e'],
};

/** Reads every script, in order of name. */
export function readScripts(): ComparedCommand[] {
  return readdirSync(SCRIPTS)
    .sort()
    .map((file) => parseScript(file, readFileSync(new URL(file, SCRIPTS), 'utf8')));
}

function parseScript(file: string, text: string): ComparedCommand {
  const starter = STARTERS[extname(file)];
  const programs = /^(?:#|--) programs: (.+)$/m.exec(text)?.[1];
  const packages = /^(?:#|--) packages: (.+)$/m.exec(text)?.[1];
  if (starter === undefined || programs === undefined || packages === undefined) {
    throw new Error(`${file}: not a script, or without its programs and packages`);
  }
  return {
    name: file.slice(0, -extname(file).length),
    packages: packages.split(', '),
    programs: [...new Set(programs.split(/ \+ |, /))],
    severalProcesses: programs.includes(' + '),
    // The empty line keeps a text that begins with a dash from being taken for an option.
    command: [...starter, `\n${text}`],
  };
}
