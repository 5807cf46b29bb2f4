/** Generates the WebAssembly module of the interpreter: exports `fast` and `careful`. */

import { ModuleBuilder } from '../wasm/module-builder.ts';
import { generateCarefulEngine } from './careful-engine.ts';
import { generateFastEngine } from './fast-engine.ts';
import type { FastEngineOptions } from './fast-target.ts';
import type { HandlerCatalogue } from './handlers.ts';

export interface GenerationOptions extends FastEngineOptions {
  /** Size of the machine's memory in WebAssembly pages. */
  readonly memoryPages: number;
}

const IMPORTS = 'machine';

export function generateEngines(
  catalogue: HandlerCatalogue,
  options: GenerationOptions,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  module.importMemory(IMPORTS, 'memory', options.memoryPages);
  const locate = module.importFunction(IMPORTS, 'locate', {
    parameters: ['i32', 'i32', 'i32', 'i32'],
    results: ['i32'],
  });
  const stored = module.importFunction(IMPORTS, 'stored', { parameters: [], results: [] });
  const floatOperation = module.importFunction(IMPORTS, 'floatOperation', {
    parameters: ['i32', 'i64', 'i64', 'i64', 'i32'],
    results: ['i64'],
  });
  const imports = { locate, stored, floatOperation };
  module.export('fast', generateFastEngine(module, catalogue, options).index);
  module.export('careful', generateCarefulEngine(module, catalogue, imports, options).index);
  return module.toBytes();
}
