/** What the host's WebAssembly can do beyond the core, found out by trying. Results never depend on it. */

import { ModuleBuilder } from './module-builder.ts';

/** The square of this needs more than the bits of a double. */
const LONG = 1 + 2 ** -52;

function multiplyAddModule(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const { index, body } = module.defineFunction({ parameters: ['f64', 'f64', 'f64'], results: ['f64'] });
  for (const operand of [0, 1, 2]) {
    body.get(operand);
    body.splat('f64');
  }
  body.fusedMultiplyAdd('f64');
  module.export('multiplyAdd', index);
  return module.toBytes();
}

/** Does `relaxed_madd` exist, and round once? A host does one or the other always. */
export function hostFusesMultiplyAdd(): boolean {
  const bytes = multiplyAddModule();
  if (!WebAssembly.validate(bytes)) return false;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const multiplyAdd = exports.multiplyAdd as (a: number, b: number, c: number) => number;
  return multiplyAdd(LONG, LONG, -(LONG * LONG)) !== 0;
}
