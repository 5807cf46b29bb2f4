// Where a jump is remembered is the same for translated code that knows its target and for code that computes it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Jump, jumpOffset } from '../../../src/machine/layout.ts';
import { pushJumpOffset } from '../../../src/machine/translator/remembered-jump.ts';
import { ModuleBuilder } from '../../../src/machine/wasm/module-builder.ts';

function compiledOffset(): (address: bigint) => number {
  const module = new ModuleBuilder();
  const { body, index } = module.defineFunction({ parameters: ['i64'], results: ['i32'] });
  pushJumpOffset(body, 0);
  module.export('offset', index);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.toBytes()));
  return exports.offset as (address: bigint) => number;
}

describe('the place of a jump', () => {
  it('is the same at compile time and at run time, and among the jumps', () => {
    const offset = compiledOffset();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (halfword) => {
        const address = halfword * 2;
        expect(jumpOffset(address)).toBe(offset(BigInt(address)));
        expect(jumpOffset(address) % Jump.size).toBe(0);
        expect(jumpOffset(address)).toBeLessThan(Jump.count * Jump.size);
      }),
    );
  });
});
