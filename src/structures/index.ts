/** The structures by name. Adding one: a folder beside this, and a line here. */
import type { Structure } from '../contracts/structure.ts';
import { microkernel } from './microkernel/index.ts';
import { monolithic } from './monolithic/index.ts';

export const STRUCTURES: readonly Structure[] = [monolithic, microkernel];

/** The structure of a name. Throws an Error that lists the names there are. */
export function structureNamed(name: string): Structure {
  const found = STRUCTURES.find((structure) => structure.name === name);
  if (found === undefined)
    throw new Error(
      `no structure is called '${name}'; there are ${STRUCTURES.map((s) => s.name).join(', ')}`,
    );
  return found;
}
