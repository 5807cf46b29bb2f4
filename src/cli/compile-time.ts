/**
 * How long the host compiles WebAssembly: measured around the machine, which itself must not know the host's clock. What V8 does
 * later, on other threads or when a function is first called, is not in it.
 */

/** From now on adds up how long modules are compiled and made instances of. Gives the seconds up to when it is asked. */
export function watchCompilation(): () => number {
  let seconds = 0;
  const timed = <T>(work: () => T): T => {
    const start = performance.now();
    try {
      return work();
    } finally {
      seconds += (performance.now() - start) / 1000;
    }
  };
  const { Module, Instance } = WebAssembly;
  const watched = <C extends typeof Module | typeof Instance>(original: C): C =>
    new Proxy(original, {
      construct: (target, parameters, newTarget) =>
        timed(() => Reflect.construct(target, parameters, newTarget) as object),
    });
  Object.assign(WebAssembly, { Module: watched(Module), Instance: watched(Instance) });
  return () => seconds;
}
