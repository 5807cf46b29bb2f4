/** The structures by name. Adding one: a folder beside this, and a line here. */
import { MECHANISMS, type Mechanism, type Structure } from '../contracts/structure.ts';
import { dos } from './dos/index.ts';
import { hybrid } from './hybrid/index.ts';
import { l4 } from './l4/index.ts';
import { microkernel } from './microkernel/index.ts';
import { monolithic } from './monolithic/index.ts';
import { unikernel } from './unikernel/index.ts';

export const STRUCTURES: readonly Structure[] = [monolithic, microkernel, l4, hybrid, unikernel, dos];

const WITHOUT = 'without';

/**
 * The structure of a specification: `NAME`, or `NAME:option=value:…`. Every structure with mechanisms has the option
 * `without=mechanism,…`. Throws an Error that lists what there is.
 */
export function structureNamed(specification: string): Structure {
  const [name = '', ...settings] = specification.split(':');
  let structure = STRUCTURES.find((candidate) => candidate.name === name);
  if (structure === undefined)
    throw new Error(
      `no structure is called '${name}'; there are ${STRUCTURES.map((known) => known.name).join(', ')}`,
    );
  for (const setting of settings) structure = withSetting(structure, name, setting);
  return { ...structure, name: specification };
}

function withSetting(structure: Structure, name: string, setting: string): Structure {
  const at = setting.indexOf('=');
  const option = at < 0 ? setting : setting.slice(0, at);
  const value = at < 0 ? '' : setting.slice(at + 1);
  if (option === WITHOUT && structure.mechanisms !== undefined) return without(structure, value);
  if (structure.options?.[option] === undefined || structure.configure === undefined)
    throw new Error(`structure ${name} has no option '${option}'${known(structure)}`);
  return structure.configure(option, value);
}

function known(structure: Structure): string {
  const all = Object.keys(structure.options ?? {});
  if (structure.mechanisms !== undefined) all.push(WITHOUT);
  return all.length === 0 ? '; it has none' : `; it has ${all.join(', ')}`;
}

/** A structure with some of its mechanisms switched off. */
function without(structure: Structure, list: string): Structure {
  const { mechanisms = [] } = structure;
  const dropped = list.split(',');
  for (const name of dropped)
    if (!mechanisms.includes(name as Mechanism))
      throw new Error(
        `${structure.name} has no mechanism '${name}' to do without; it has ${mechanisms.join(', ')} (of ${Object.keys(MECHANISMS).join(', ')})`,
      );
  return { ...structure, mechanisms: mechanisms.filter((mechanism) => !dropped.includes(mechanism)) };
}
