// The modules of Node that few runs need are loaded when something of them is asked for: each takes milliseconds.

const LATE = new Set(['node:child_process', 'node:crypto', 'node:stream/promises', 'node:tty', 'node:zlib']);

/** `require` for the program. */
export function lateRequire(require) {
  return (name) => {
    if (!LATE.has(name)) return require(name);
    return new Proxy({}, { get: (_, property) => require(name)[property] });
  };
}
