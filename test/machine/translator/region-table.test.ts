// The table of translated functions: what modules import is made anew when much of what had imported it is of no use.
import { describe, expect, it } from 'vitest';
import { REGION_TYPE } from '../../../src/machine/translator/region-frame.ts';
import { REGION_TABLE } from '../../../src/machine/translator/region-module.ts';
import { RegionTable } from '../../../src/machine/translator/region-table.ts';
import { ModuleBuilder } from '../../../src/machine/wasm/module-builder.ts';

const PAGES = 2;

function newTable(): RegionTable {
  return new RegionTable(new WebAssembly.Memory({ initial: PAGES, maximum: PAGES }), PAGES);
}

/** A function that gives what it is given. */
function region(): CallableFunction {
  const module = new ModuleBuilder();
  const { body, index } = module.defineFunction(REGION_TYPE);
  body.get(0);
  body.get(1);
  module.export('region', index);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.toBytes()));
  return exports.region as CallableFunction;
}

describe('the table of regions', () => {
  it('grows as far as it may, with the same content for engines and regions', () => {
    const regions = newTable();
    const one = region();
    const { room } = regions;
    for (let count = 0; count < room; count++) regions.add(one);
    expect(regions.room).toBe(0);
    for (const table of [regions.forEngines, regions.forRegions]) {
      expect(table.length).toBe(REGION_TABLE.maximum);
      expect(table.get(REGION_TABLE.maximum - 1)).toBe(one);
    }
  });

  it('has the idle function where one was taken away, and gives its index again', () => {
    const regions = newTable();
    const index = regions.add(region());
    regions.delete(index);
    for (const table of [regions.forEngines, regions.forRegions]) expect(table.get(index)).toBe(table.get(0));
    expect(regions.add(region())).toBe(index);
  });

  it('is worn when many modules, or large ones, are of no use; then regions get another one', () => {
    for (const [modules, bytes] of [
      [1500, 1000],
      [3, 2 ** 24],
    ] as const) {
      const regions = newTable();
      const index = regions.add(region());
      const { forEngines, forRegions } = regions;
      for (let count = 1; count < modules; count++) regions.addUseless(bytes);
      expect(regions.isWorn).toBe(false);
      regions.addUseless(bytes);
      expect(regions.isWorn).toBe(true);
      regions.clear();
      expect(regions.isWorn).toBe(false);
      expect(regions.forRegions).not.toBe(forRegions);
      expect(regions.forEngines).toBe(forEngines);
      expect(forEngines.get(index)).toBe(forEngines.get(0));
    }
  });
});
