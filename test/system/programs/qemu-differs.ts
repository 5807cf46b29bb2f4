// Where QEMU's user emulation (7.2) does not behave as Linux does. The transcripts in programs/tests/expected are those
// of a real kernel (programs/verify-on-linux.mjs); lines named here are left out when they are compared with QEMU.

/** By program: labels (what stands before the first colon of a line) to leave out; or 'all', with the reason. */
export const QEMU_DIFFERS: Readonly<Record<string, readonly string[] | { readonly all: string }>> = {
  'clone-forms': { all: 'clone with other flags than those of fork, vfork and threads is refused' },
  'clone-outlives': { all: 'clone with other flags than those of fork, vfork and threads is refused' },
  'calls-descriptors': { all: 'it answers some refusals itself, and shows other flags' },
  'calls-memory': { all: 'it keeps its own map, with other limits' },
  'calls-paths': { all: 'openat2 and fchmodat2 are absent' },
  'calls-processes': { all: 'the file that a process executes and its settings are those of the emulator' },
  'calls-time': { all: 'pointers and masks are looked at in another order' },
  'signal-files': { all: 'sizes of sets are not looked at' },
  'text-busy': { all: 'what is executed is the emulator' },
  orphans: { all: 'PR_SET_CHILD_SUBREAPER is refused' },
  'robust-list': { all: 'robust lists are absent' },
  'signals-basic': { all: "a handler's mask and the order of delivery are not Linux's" },
  'vfork-sharing': { all: 'vfork is fork: nothing is shared, and the parent does not wait' },
  exec: ['  environment', '  identity'], // in reverse order; set-id bits are for the kernel that starts QEMU
  // The emulator keeps its own break, limits and advice.
  'bad-pointers': ['write(null, bad, 4)', 'nanosleep(bad, NULL)'],
  limits: [
    'root may raise the hard one',
    'a user lowers the soft one',
    'map 100 MiB of 64',
    'a child inherits limits',
  ],
  'memory-break': ['given back', 'beyond the limit on data'],
  'memory-map': ['MAP_FIXED_NOREPLACE over it'],
  'memory-protect': ['length 0'],
  'memory-remap': ['to length 0', 'unknown advice', 'across a hole', 'yet both sides are zero', 'DONTFORK'],
  // A store by one address is not noticed where the same page is executed by another, or by another process.
  'code-mappings': ['written by another address', 'written by its descriptor', '  the child executes'],
  // /proc shows the emulator in place of the program.
  names: ['/proc/self/stat', 'reaper', '/proc/self/status'],
  'stack-growth': ['limited'],
  'sockets-local': ['unknown flags'],
  // Flags of a message whose ancillary data were cut; a descriptor that is lost on its way stays open in the emulator.
  'sockets-messages': ['  flags', 'lost with its message'],
};
