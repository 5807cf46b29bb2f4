/** Generates the WebAssembly module of the interpreter: exports `drive` and `execute`, see driver.ts, `enter`, see region-entry.ts, context-moves.ts,
 * and, if the TLB is modelled, its refills `read` and `write`, see refill.ts. */

import { generateRefills } from '../refill/refill.ts';
import { checkRoom } from '../translator/exit-causes.ts';
import { generateLocate } from '../translator/locate-data.ts';
import { generateEnter, generateFind } from '../translator/region-entry.ts';
import { REGION_TABLE } from '../translator/region-module.ts';
import { ModuleBuilder } from '../wasm/module-builder.ts';
import { generateCarefulEngine, generateLookUp } from './careful-engine.ts';
import { generateContextMoves } from './context-moves.ts';
import { generateDriver } from './driver.ts';
import type { StopCode } from './exits.ts';
import { generateFastEngine } from './fast-engine.ts';
import { ConstantPool, type FastEngineOptions } from './fast-target.ts';
import type { HandlerCatalogue } from './handlers.ts';

export interface GenerationOptions extends FastEngineOptions {
  /** Size of the machine's memory in WebAssembly pages. */
  readonly memoryPages: number;
  /** Count where translated code is left, at `Workspace.exits`? */
  readonly countExits?: boolean;
}

const IMPORTS = 'machine';
/** For translated code. */
const REFILLS = ['read', 'write'] as const;

export interface GeneratedModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What must be in memory at `Workspace.constants`. */
  readonly constants: readonly bigint[];
}

/** The exports of the module. */
export interface GeneratedEngines {
  readonly drive: (slot: number, remaining: number) => StopCode;
  readonly start: (remaining: number) => StopCode;
  readonly execute: (slot: number) => StopCode;
  /** For translated code alone. */
  readonly find: CallableFunction;
  readonly enter: CallableFunction;
  readonly startFrom: (context: number, remaining: number) => StopCode;
  readonly loadContext: (from: number) => void;
  readonly saveContext: (to: number) => void;
  readonly locate: CallableFunction;
}

export function generateEngines(catalogue: HandlerCatalogue, options: GenerationOptions): GeneratedModule {
  const module = new ModuleBuilder();
  module.importMemory(IMPORTS, 'memory', options.memoryPages);
  module.importTable(IMPORTS, 'regions', REGION_TABLE);
  const locate = module.importFunction(IMPORTS, 'locate', {
    parameters: ['i32', 'i32', 'i32', 'i32'],
    results: ['i32'],
  });
  const stored = module.importFunction(IMPORTS, 'stored', { parameters: [], results: [] });
  const floatOperation = module.importFunction(IMPORTS, 'floatOperation', {
    parameters: ['i32', 'i64', 'i64', 'i64', 'i32'],
    results: ['i64'],
  });
  const constants = new ConstantPool();
  const imports = { locate, stored, floatOperation, lookUp: generateLookUp(module) };
  const refills = options.refill && generateRefills(module, options.refill);
  if (refills !== undefined) for (const name of REFILLS) module.export(name, refills[name]);
  const fast = generateFastEngine(module, catalogue, options, constants);
  generateCarefulEngine(module, catalogue, imports, options);
  const remembers = refills === undefined;
  generateEnter(module, generateFind(module, remembers), remembers);
  generateLocate(module);
  const exits = options.countExits === true ? catalogue.count : undefined;
  if (exits !== undefined) checkRoom(catalogue);
  const driver = { ...options, systemCall: catalogue.systemCall };
  generateContextMoves(module, generateDriver(module, fast.index, driver, refills, exits));
  return { bytes: module.toBytes(), constants: constants.patterns };
}
