/** What the harts' translation caches (TLBs) hold, when the machine models them. */
import { PAGE_SIZE } from '../../contracts/units.ts';
import { AddressSpace, Domain } from '../../kernel/objects.ts';
import type { CacheLookups } from '../../machine/translation/lookup-counts.ts';
import type { LookupFigures } from '../../machine/translation/translation.ts';
import type { Landmarks } from './landmarks.ts';
import { attempt, hexadecimal, isDamaged, type Maybe } from './look.ts';
import { rightsName } from './names.ts';
import type { Scene } from './scene.ts';
import { count, indented, table } from './table.ts';

export interface CachedPage {
  readonly cache: 'instruction' | 'data' | 'kernel';
  readonly address: number;
  readonly frame: number;
  readonly rights: string;
  /** Whose address space it is of. */
  readonly space: string;
}

export interface InspectedCache {
  readonly hart: number;
  /** Entries that the instruction and the data cache have room for. */
  readonly instructionEntries: number;
  readonly dataEntries: number;
  /** Of the kernel's mapping; 0 where that is not translated. */
  readonly kernelEntries: number;
  /** How often each was asked, and how often in vain. */
  readonly lookups: LookupFigures | undefined;
  readonly entries: readonly CachedPage[];
}

/** Names of address spaces by their tags. */
function spaceNames(scene: Scene, marks: Landmarks): Map<number, string> {
  const names = new Map<number, string>();
  const { kernel } = scene.system;
  for (const [index, { name }] of kernel.structure.domains.entries())
    attempt(() => {
      const { space } = scene.look.view(Domain, kernel.domainOfPlan(index + 1));
      if (space !== 0) names.set(scene.look.view(AddressSpace, space).tag, `the ${name} server`);
    });
  for (const space of marks.spaces)
    attempt(() => {
      const name = marks.nameOf(space);
      if (name !== undefined) names.set(scene.look.view(AddressSpace, space).tag, name);
    });
  return names;
}

/** The caches of every hart; none when translation is not modelled. */
export function translationCaches(scene: Scene, marks: Landmarks): Maybe<InspectedCache>[] {
  const { parts, processor, harts } = scene.system;
  if (!parts.modelTranslation) return [];
  const names = spaceNames(scene, marks);
  return Array.from({ length: harts.count }, (_, hart) =>
    attempt(() => ({
      hart,
      instructionEntries: parts.profile.instructionCache.entries,
      dataEntries: parts.profile.dataCache.entries,
      kernelEntries: parts.profile.kernelMapping?.entries ?? 0,
      lookups: processor.translationLookups(hart),
      entries: Array.from(processor.cachedTranslations(hart), ({ cache, page, tag, frame, rights }) => ({
        cache,
        address: page * PAGE_SIZE,
        frame,
        rights: rightsName(rights),
        space:
          cache === 'kernel'
            ? 'the kernel’s mapping of all memory'
            : (names.get(tag) ?? `an address space that is gone (tag ${tag})`),
      })),
    })),
  );
}

function cacheLines(
  title: string,
  room: number,
  entries: readonly CachedPage[],
  asked: CacheLookups | undefined,
): string[] {
  const rows = [...entries]
    .sort((a, b) => (a.space === b.space ? a.address - b.address : a.space < b.space ? -1 : 1))
    .map(({ address, frame, rights, space }) => [hexadecimal(address), rights, count(frame), space]);
  return [
    `${title}: ${count(entries.length)} of ${count(room)} entries in use${asked === undefined ? '' : `; asked ${count(asked.lookups)} times, ${count(asked.misses)} misses`}`,
    ...(rows.length === 0
      ? []
      : indented(table(['page', 'rights', 'frame', 'of'], rows, ['right', 'left', 'right']))),
  ];
}

export function translationLines(caches: readonly Maybe<InspectedCache>[]): string[] {
  if (caches.length === 0) return ['not modelled (run with --tlb on)'];
  return caches.flatMap((cache) => {
    if (isDamaged(cache)) return [`damaged: ${cache.damaged}`];
    const of = (kind: CachedPage['cache']) => cache.entries.filter((entry) => entry.cache === kind);
    return [
      `hart ${cache.hart}`,
      ...indented(
        cacheLines('instructions', cache.instructionEntries, of('instruction'), cache.lookups?.instruction),
      ),
      ...indented(cacheLines('data', cache.dataEntries, of('data'), cache.lookups?.data)),
      ...(cache.kernelEntries === 0
        ? []
        : indented(cacheLines('large pages of the kernel', cache.kernelEntries, of('kernel'), undefined))),
    ];
  });
}
