/**
 * What a policy in a file of a user's own is made of: the same parts that the policies here stand on. Such a file exports a
 * function of them by default, which returns what `definePolicy` returns.
 */
import { NEVER } from '../contracts/units.ts';
import { record } from '../kernel/records.ts';
import { definePolicy, type PolicyDefinition, time, yesOrNo } from './parts/definition.ts';
import { ENTRY_FIELDS, Entry, entryOf, mayRun, NOBODY } from './parts/entry.ts';
import { append, firstFor, List, listText, prepend, unlink } from './parts/list.ts';
import { enter, firstInOrder, insert, Line, orderText, remove } from './parts/ordered.ts';

export const POLICY_KIT = {
  NEVER,
  record,
  definePolicy,
  time,
  yesOrNo,
  ENTRY_FIELDS,
  Entry,
  entryOf,
  mayRun,
  NOBODY,
  List,
  append,
  prepend,
  unlink,
  firstFor,
  listText,
  Line,
  enter,
  insert,
  remove,
  firstInOrder,
  orderText,
} as const;
export type PolicyKit = typeof POLICY_KIT;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The definition that a module of a user's own exports. Throws an Error of one line when it exports none. */
export function definitionFrom(exported: unknown): PolicyDefinition {
  let found = exported;
  if (typeof exported === 'function')
    try {
      found = exported(POLICY_KIT);
    } catch (error) {
      throw new Error(`its default export throws: ${(error as Error).message}`);
    }
  if (typeof found !== 'object' || found === null)
    throw new Error(
      'it exports no policy by default: a function of the kit that returns definePolicy({...})',
    );
  const { name, make, parameters, title, source } = found as Partial<PolicyDefinition>;
  if (!isText(name) || /[:,=\s]/.test(name)) throw new Error('its policy has no name of one word');
  if (typeof make !== 'function') throw new Error(`its policy ${name} has no 'make'`);
  if (typeof parameters !== 'object' || parameters === null)
    throw new Error(`its policy ${name} has no 'parameters'; without any they are {}`);
  return { ...(found as PolicyDefinition), title: title ?? name, source: source ?? 'a file of its own' };
}
