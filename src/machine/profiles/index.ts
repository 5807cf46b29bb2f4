/** The machine profiles by name. Adding one: a file beside this, and a line here. */
import type { MachineProfile } from '../../contracts/accounting.ts';
import { alpha133 } from './alpha-133.ts';
import { modern } from './modern.ts';
import { pentium133 } from './pentium-133.ts';

export const PROFILES: readonly MachineProfile[] = [modern, pentium133, alpha133];

/** The profile of a name. Throws an Error that lists the names there are. */
export function profileNamed(name: string): MachineProfile {
  const found = PROFILES.find((profile) => profile.name === name);
  if (found === undefined)
    throw new Error(
      `no machine profile is called '${name}'; there are ${PROFILES.map((p) => p.name).join(', ')}`,
    );
  return found;
}
