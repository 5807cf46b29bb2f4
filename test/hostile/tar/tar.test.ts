// Hostile archives as a machine's files: refused by archive and entry, or trees in which a guest finds nothing of the host.
import { describe, expect, it } from 'vitest';
import { ErrorNumber } from '../../../src/contracts/errors.ts';
import { tarLayer } from '../../../src/host/shared/tar/layer.ts';
import { END, extended, file, header, join } from '../../host/support/tar-builder.ts';
import { hostileCases, hostileSeed } from '../support/environment.ts';
import { expectOrder } from './expectations.ts';
import { runHostileArchives, walkTrees } from './suite.ts';

it('archives of strange entries', async () => {
  const run = await runHostileArchives(hostileSeed(), hostileCases(300));
  expectOrder(run);
  expect(run.trees).toBeGreaterThan(hostileCases(300) / 4);
  expect(run.refusals.length).toBeGreaterThan(hostileCases(300) / 8);
});

describe('in a guest', () => {
  /** Error numbers that a guest meets in an archive of these parts. */
  async function met(...parts: readonly Uint8Array[]): Promise<{ entries: number; errors: bigint }> {
    const { seen, witness } = await walkTrees([tarLayer(join(...parts, END), 'a.tar')]);
    expect([witness.command, witness.stderr]).toEqual(['exit 0', '']);
    return seen[0] ?? { entries: -1, errors: 0n };
  }
  const bit = (error: number): bigint => 1n << BigInt(error);
  const link = (name: string, linkName: string) => header({ name, type: '2', linkName });

  it('links in a circle end in ELOOP', async () => {
    expect(await met(link('a', 'b'), link('b', 'a'))).toEqual({ entries: 2, errors: bit(ErrorNumber.ELOOP) });
  });

  it("links lead to the guest's files, never to the host's", async () => {
    const outside = [import.meta.filename, `../../../../../../../..${import.meta.filename}`];
    const parts = outside.map((target, number) =>
      join(extended({ linkpath: target }), link(`l${number}`, 'x')),
    );
    expect(await met(...parts)).toEqual({ entries: 2, errors: bit(ErrorNumber.ENOENT) });
  });

  it('devices that nobody drives end in ENXIO', async () => {
    const device = (type: string) => header({ name: type, type, deviceMajor: 0o7777, deviceMinor: 9 });
    expect(await met(device('3'), device('4'))).toEqual({ entries: 2, errors: bit(ErrorNumber.ENXIO) });
  });

  it('a name of 2,000 folders is a tree', async () => {
    expect(await met(extended({ path: 'd/'.repeat(2000) }), file('x', ''))).toMatchObject({ errors: 0n });
  });
});
