// What is run: the conformance programs of programs/tests in groups by what they ask of a system, so that a structure that
// lacks something (fork, say) can leave out a group and say why.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const EXPECTED = fileURLToPath(new URL('../../programs/tests/expected/', import.meta.url));

/** Programs by subject. Every program of programs/tests is in one group. */
export const GROUPS = {
  files: [
    'calls-descriptors',
    'calls-paths',
    'descriptors',
    'directories',
    'file-locks',
    'file-status',
    'files-names',
    'files-open',
    'files-permissions',
    'files-seek',
  ],
  processes: [
    'calls-processes',
    'clone-forms',
    'clone-outlives',
    'exec',
    'exec-errors',
    'groups-sessions',
    'identity',
    'limits',
    'limits-processor',
    'names',
    'orphans',
    'text-busy',
    'usage',
    'vfork-sharing',
    'wait-status',
  ],
  memory: [
    'bad-pointers',
    'calls-memory',
    'code-changes',
    'code-mappings',
    'copy-on-write',
    'faults',
    'memory-break',
    'memory-file-end',
    'memory-map',
    'memory-protect',
    'memory-remap',
    'stack-growth',
  ],
  signals: [
    'calls-time',
    'clocks',
    'signal-files',
    'signals-basic',
    'signals-registers',
    'signals-restart',
    'signals-stack',
    'signals-wait',
    'timer-files',
    'timers',
    'vdso',
  ],
  pipes: ['epoll', 'fifos', 'pipes', 'poll-select'],
  sockets: ['sockets-internet', 'sockets-local', 'sockets-messages'],
  threads: ['commotion', 'futex', 'robust-list', 'threads'],
  library: ['library'],
} as const;

export type Group = keyof typeof GROUPS;

/** Programs that use up seconds of processor time: they run on a slow machine, on which that is few instructions. */
export const SLOW_MACHINE: ReadonlySet<string> = new Set(['limits-processor']);

/** Programs that make processes. */
export const FORKS: ReadonlySet<string> = new Set([
  'limits',
  'memory-break',
  'stack-growth',
  'usage',
  'bad-pointers',
  'calls-processes',
  'clone-forms',
  'clone-outlives',
  'code-mappings',
  'commotion',
  'copy-on-write',
  'descriptors',
  'epoll',
  'exec',
  'exec-errors',
  'faults',
  'fifos',
  'file-locks',
  'files-permissions',
  'files-seek',
  'futex',
  'groups-sessions',
  'identity',
  'limits-processor',
  'memory-file-end',
  'memory-map',
  'memory-protect',
  'memory-remap',
  'orphans',
  'pipes',
  'poll-select',
  'robust-list',
  'signal-files',
  'signals-basic',
  'signals-restart',
  'signals-stack',
  'signals-wait',
  'sockets-internet',
  'sockets-local',
  'text-busy',
  'threads',
  'timers',
  'vfork-sharing',
  'wait-status',
]);

/** What a real Linux kernel printed. */
export function expectedTranscript(program: string): string {
  return readFileSync(`${EXPECTED}${program}.txt`, 'latin1');
}
