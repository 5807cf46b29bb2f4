/** Puts regions that were found together into one WebAssembly module: exports `0`, `1` and so on, of REGION_TYPE each. */

import { REFILL_TYPE } from '../refill/refill-frame.ts';
import { ModuleBuilder } from '../wasm/module-builder.ts';
import type { CodeSource, Region } from './control-flow.ts';
import { flowGraph } from './dominators.ts';
import { writeRegion } from './region-code.ts';
import { type DataRefills, REGION_TYPE, type TranslatorOptions } from './region-frame.ts';
import type { RegisterUse } from './register-use.ts';

export const IMPORTS = 'machine';

export function regionModule(
  regions: readonly Region[],
  source: CodeSource,
  use: RegisterUse,
  options: TranslatorOptions,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  module.importMemory(IMPORTS, 'memory', options.memoryPages);
  const enter = module.importFunction(IMPORTS, 'enter', REGION_TYPE);
  const refill = (name: keyof DataRefills): number => module.importFunction(IMPORTS, name, REFILL_TYPE);
  const refills = options.refills ? { read: refill('read'), write: refill('write') } : undefined;
  const defined = regions.map(() => module.defineFunction(REGION_TYPE));
  const indices = new Map(regions.map(({ entry }, i) => [entry, defined[i]?.index as number]));
  const functions = {
    functionOf: (address: number) => indices.get(address),
    enter,
    refills,
  };
  regions.forEach((region, i) => {
    const target = defined[i];
    if (target === undefined) return;
    writeRegion(target.body, flowGraph(region), source, use, functions, options);
    module.export(String(i), target.index);
  });
  return module.toBytes();
}

/** A module with the function that does nothing: what the table holds where no region is. */
export function idleModule(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const idle = module.defineFunction(REGION_TYPE);
  idle.body.get(0);
  idle.body.get(1);
  module.export('idle', idle.index);
  return module.toBytes();
}
