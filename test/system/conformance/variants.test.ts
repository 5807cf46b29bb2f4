// Each structure runs every conformance program, on one kind of machine each in turn; with ALL_VARIANTS=1 on all of them.
import { conformance } from '../../conformance/suite.ts';
import { VARIANTS } from '../../conformance/variants.ts';

const MACHINES_PER_STRUCTURE = 4;
// The first of a structure's machines, the second of the next one's, and so on.
const chosen = [...VARIANTS.keys()].filter(
  (_, index) =>
    index % MACHINES_PER_STRUCTURE === Math.floor(index / MACHINES_PER_STRUCTURE) % MACHINES_PER_STRUCTURE,
);

conformance((name) => process.env.ALL_VARIANTS === '1' || chosen.includes(name));
