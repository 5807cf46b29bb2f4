/**
 * Features of WebAssembly that Node 20 has but does not offer by itself. Whoever uses one finds out whether it is there
 * (src/machine/wasm/host-features.ts); later versions need not be asked.
 */
import { setFlagsFromString } from 'node:v8';

const LAST_TO_BE_ASKED = 20;

/** To be called before the first machine is made. */
export function offerEngineFeatures(): void {
  if (Number.parseInt(process.versions.node, 10) <= LAST_TO_BE_ASKED)
    setFlagsFromString('--experimental-wasm-relaxed-simd --experimental-wasm-branch-hinting');
}
