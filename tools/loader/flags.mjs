// The flags of V8 that the program runs under. V8 takes what was compiled under the same flags only.

/** The last version that does not offer these features of WebAssembly by itself (src/host/node/engine-features.ts). */
const LAST_TO_BE_ASKED = 20;

export const FLAGS = [
  ...(Number.parseInt(process.versions.node, 10) <= LAST_TO_BE_ASKED
    ? ['--experimental-wasm-relaxed-simd', '--experimental-wasm-branch-hinting']
    : []),
  // Code that was only needed at the start stays, so that it is in what is kept.
  '--no-flush-bytecode',
  // Functions are optimised when they have been executed a while longer than usual.
  '--interrupt-budget=250000',
  // An accessor of a record's field is a little longer than what is always made a part of the function that calls it.
  '--max-inlined-bytecode-size-small=50',
  // What V8 inlines into a function it compiles once more there: less of it leaves a twentieth of a run's instructions away.
  '--max-inlined-bytecode-size-cumulative=300',
  // The stack of a call from one translated function to another is not looked at: how deep they nest is limited (DEEPEST_CALL in
  // src/machine/translator/region-frame.ts), far from what the host's stack holds.
  '--no-wasm-stack-checks',
  // WebAssembly is optimised when so many bytes of it have been executed, ten times as late as usual: a program that ends within some
  // milliseconds needs no optimised interpreter, whose compiling would be waited for at the exit.
  '--wasm-tiering-budget=20000000',
  // Mebibytes for what is young: a short run ends before they are full. (Node hears it in an image alone, on its command line.)
  '--min-semi-space-size=16',
];
