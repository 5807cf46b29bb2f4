// Each structure runs every conformance program, half of them on a day, on one kind of machine each in turn, and those that
// differ by an option what the option concerns; with ALL_VARIANTS=1 everything on all of them.
import { GROUPS } from '../../conformance/programs.ts';
import { conformance } from '../../conformance/suite.ts';
import { VARIANTS } from '../../conformance/variants.ts';
import { hasTurn } from '../support/turn.ts';

const MACHINES_PER_STRUCTURE = 4;
const everything = process.env.ALL_VARIANTS === '1';
// The first of a structure's machines, the second of the next one's, and so on.
const chosen = [...VARIANTS.keys()].filter(
  (_, index) =>
    index % MACHINES_PER_STRUCTURE === Math.floor(index / MACHINES_PER_STRUCTURE) % MACHINES_PER_STRUCTURE,
);
const hasOption = (name: string) => name.includes(':');

const SHARE = 2;
const due = new Set<string>(
  Object.values(GROUPS)
    .flat()
    .filter((_, index) => everything || hasTurn(index, SHARE)),
);

conformance(
  (name) => everything || (chosen.includes(name) && !hasOption(name)),
  undefined,
  (program) => due.has(program),
);
if (!everything) conformance((name) => chosen.includes(name) && hasOption(name), ['files']);
