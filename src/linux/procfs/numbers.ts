/**
 * Node numbers of procfs and sysfs: what a file is about, packed into 32 bits.
 *
 *   fixed entry     0 000 0000 .... index in the tree's table; 1 is the root
 *   process entry   0 001, then 15 bits of process number less 1, then 8 bits: 0 the directory, else 1 + place in the table
 *   thread entry    0 010, the same for /proc/N/task/T
 *   processor       0 011, the same for cpuN of sysfs, with the hart's number plus 1
 *   descriptor      1, one bit (1: of fdinfo), 15 bits of process number less 1, 15 bits of descriptor
 *
 * Process and thread numbers are at most 32,768; descriptors from 32,768 on are not shown.
 */

/** What a number may stand for. */
export const Area = {
  fixed: 0,
  process: 1,
  thread: 2,
  processor: 3,
  descriptor: 4,
  descriptorFacts: 5,
} as const;
export type AreaNumber = (typeof Area)[keyof typeof Area];

/** A number taken apart. `id`: process or thread number, 0 for fixed entries; `place`: within its table, or the descriptor. */
export interface Place {
  readonly area: AreaNumber;
  readonly id: number;
  readonly place: number;
}

const AREA_SHIFT = 28;
const ID_SHIFT = 8;
const PLACE_MASK = 0xff;
const FIXED_MASK = 0x0fff_ffff;
const ID_MASK = 0x7fff;
const DESCRIPTOR_BIT = 0x8000_0000;
const FACTS_BIT = 0x4000_0000;
const DESCRIPTOR_ID_SHIFT = 15;
const DESCRIPTOR_MASK = 0x7fff;

/** Descriptors below this have numbers. */
export const SHOWN_DESCRIPTORS = DESCRIPTOR_MASK + 1;

export function numberOf({ area, id, place }: Place): number {
  if (area === Area.fixed) return place;
  const above = id - 1;
  if (area < Area.descriptor) return ((area << AREA_SHIFT) | (above << ID_SHIFT) | place) >>> 0;
  const facts = area === Area.descriptorFacts ? FACTS_BIT : 0;
  return (DESCRIPTOR_BIT | facts | (above << DESCRIPTOR_ID_SHIFT) | place) >>> 0;
}

export function placeOf(number: number): Place {
  if (number >= DESCRIPTOR_BIT)
    return {
      area: (number & FACTS_BIT) === 0 ? Area.descriptor : Area.descriptorFacts,
      id: ((number >>> DESCRIPTOR_ID_SHIFT) & ID_MASK) + 1,
      place: number & DESCRIPTOR_MASK,
    };
  const area = (number >>> AREA_SHIFT) as AreaNumber;
  if (area === Area.fixed) return { area, id: 0, place: number & FIXED_MASK };
  return { area, id: ((number >>> ID_SHIFT) & ID_MASK) + 1, place: number & PLACE_MASK };
}
