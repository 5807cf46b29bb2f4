/** Changing a profile's prices, for experiments: what would it cost if? */
import { type MachineProfile, PRIMITIVE_NAMES, type PrimitiveName } from '../contracts/accounting.ts';

/** A copy of a profile in which some primitives have other prices. Throws an Error that names what is wrong. */
export function withPrices(
  profile: MachineProfile,
  changes: { readonly [primitive: string]: number },
): MachineProfile {
  const prices = { ...profile.prices };
  for (const [name, cycles] of Object.entries(changes)) {
    if (!PRIMITIVE_NAMES.includes(name as PrimitiveName))
      throw new Error(`no primitive is called '${name}'; there are ${PRIMITIVE_NAMES.join(', ')}`);
    if (!Number.isSafeInteger(cycles) || cycles < 0)
      throw new Error(`the price of ${name} must be a whole number of cycles`);
    if (name === 'instruction' && cycles < 1) throw new Error('an instruction costs at least 1 cycle');
    if (name === 'idleCycle' && cycles !== 1) throw new Error('an idle cycle is one cycle by definition');
    prices[name as PrimitiveName] = { cycles, source: 'given on the command line' };
  }
  return { ...profile, prices };
}
