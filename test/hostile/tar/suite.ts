/** Reads hostile archives; those that are trees are looked through by a guest, all in one machine, beside a witness. */
import type { LowerLayer } from '../../../src/contracts/outside.ts';
import { memoryLayer } from '../../../src/host/node/index.ts';
import { ArchiveError } from '../../../src/host/shared/tar/archive.ts';
import { tarLayer } from '../../../src/host/shared/tar/layer.ts';
import { runBesideWitness, type WitnessResult } from '../../support/witness.ts';
import { hostileArchive } from './archives.ts';

/** Layers as folders trees/0, trees/1 and so on of one. */
export function forest(trees: readonly LowerLayer[]): LowerLayer {
  const frame = memoryLayer(
    [{ path: 'trees' }, ...trees.map((_, number) => ({ path: `trees/${number}` }))],
    `${trees.length} trees`,
  );
  const within = (path: Uint8Array): [LowerLayer, Uint8Array] => {
    const match = /^trees\/(\d+)\/(.+)$/s.exec(Buffer.from(path).toString('latin1'));
    const tree = trees[Number(match?.[1] ?? -1)];
    return tree === undefined ? [frame, path] : [tree, Buffer.from(match?.[2] ?? '', 'latin1')];
  };
  const rootOf = (path: Uint8Array): LowerLayer | undefined => {
    const match = /^trees\/(\d+)$/.exec(Buffer.from(path).toString('latin1'));
    return trees[Number(match?.[1] ?? -1)];
  };
  return {
    description: frame.description,
    fingerprint: frame.fingerprint,
    list(path) {
      const root = rootOf(path);
      if (root !== undefined) return root.list(new Uint8Array(0));
      const [layer, rest] = within(path);
      return layer.list(rest);
    },
    attributes(path) {
      const [layer, rest] = within(path);
      return layer.attributes(rest);
    },
    read(path, offset, into) {
      const [layer, rest] = within(path);
      return layer.read(rest, offset, into);
    },
    link(path) {
      const [layer, rest] = within(path);
      return layer.link(rest);
    },
  };
}

export interface TarRun {
  readonly refusals: readonly ArchiveError[];
  /** For each tree: entries seen, and the set of error numbers met, as bits. */
  readonly seen: readonly { readonly entries: number; readonly errors: bigint }[];
  readonly trees: number;
  readonly witness: WitnessResult;
}

export async function walkTrees(trees: readonly LowerLayer[]): Promise<Pick<TarRun, 'seen' | 'witness'>> {
  const witness = await runBesideWitness(['/hostile/walk-trees', '/trees', `${trees.length}`], {
    layer: forest(trees),
    memory: 64 * 1024 * 1024,
    seconds: 5 + trees.length / 10,
    maxInstructions: 1e12,
  });
  const seen = [...witness.stdout.matchAll(/^\d+ (\d+) ([0-9a-f]+)$/gm)].map(([, entries, errors]) => ({
    entries: Number(entries),
    errors: BigInt(`0x${errors}`),
  }));
  return { seen, witness };
}

export async function runHostileArchives(seed: number, count: number): Promise<TarRun> {
  const refusals: ArchiveError[] = [];
  const trees: LowerLayer[] = [];
  for (let number = 0; number < count; number++)
    try {
      trees.push(tarLayer(hostileArchive(seed, number), `archive-${number}.tar`));
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      refusals.push(error);
    }
  return { refusals, trees: trees.length, ...(await walkTrees(trees)) };
}
