// The house rules: which folder may import which. `npm run check:dependencies` enforces them; DESIGN in
// ARCHITECTURE.md says why. Each folder has one row in `layers`: what it may import besides itself. A new
// folder under src is refused until it has a row here.

// What a service shows to others: its operations, and the records that it puts into spans.
const serviceInterface = '^src/services/[^/]+/(interface|figures|attributes)\\.ts$';

// `from` may import itself and `to`, nothing else inside src.
const layers = [
  { name: 'contracts-import-nothing', from: '^src/contracts/', to: [] },
  { name: 'machine-imports-contracts', from: '^src/machine/', to: ['^src/contracts/'] },
  { name: 'kernel-imports-contracts', from: '^src/kernel/', to: ['^src/contracts/'] },
  {
    name: 'personality-imports-service-interfaces',
    from: '^src/linux/',
    to: ['^src/contracts/', '^src/kernel/', serviceInterface],
  },
  {
    name: 'workbench-puts-systems-together',
    from: '^src/workbench/',
    to: ['^src/(contracts|machine|kernel|services|linux|structures|schedulers)/'],
  },
  {
    name: 'browser-host-imports-workbench',
    from: '^src/host/browser/',
    to: ['^src/(contracts|workbench)/', '^src/host/shared/', serviceInterface],
  },
  { name: 'shared-host-imports-contracts', from: '^src/host/shared/', to: ['^src/contracts/'] },
  {
    name: 'node-host-imports-workbench',
    from: '^src/host/node/',
    to: ['^src/(contracts|workbench)/', '^src/host/shared/', serviceInterface],
  },
  {
    name: 'cli-is-thin',
    from: '^src/cli/',
    to: ['^src/(contracts|workbench|host/node)/', serviceInterface],
  },
];

function layerRule({ name, from, to }) {
  const allowed = [from, ...to].join('|');
  return {
    name,
    comment: `Files of ${from} may import only: ${allowed}`,
    severity: 'error',
    from: { path: from },
    to: { path: '^src/', pathNot: allowed },
  };
}

const siblingRules = [
  {
    name: 'services-stand-alone',
    comment:
      'A service imports contracts, kernel and itself: never another service, a structure or the ' +
      'personality. What it needs it is handed.',
    severity: 'error',
    from: { path: '^src/services/([^/]+)' },
    to: { path: '^src/', pathNot: '^src/(contracts|kernel)/|^src/services/$1(/|$)' },
  },
  {
    name: 'structures-stand-alone',
    comment: 'A structure imports contracts, kernel, service interfaces and itself: never another structure.',
    severity: 'error',
    from: { path: '^src/structures/([^/]+)/' },
    to: {
      path: '^src/',
      pathNot: `^src/(contracts|kernel)/|^src/structures/$1(/|$)|${serviceInterface}`,
    },
  },
  {
    name: 'schedulers-stand-alone',
    comment: 'A scheduler is one file over contracts, records and trees: never another scheduler.',
    severity: 'error',
    from: { path: '^src/schedulers/(?!index)' },
    to: {
      path: '^src/',
      pathNot: '^src/contracts/|^src/kernel/(records|tree)\\.ts$|^src/schedulers/parts/',
    },
  },
];

const generalRules = [
  {
    name: 'folder-has-a-rule',
    comment: 'A folder of src without a row in .dependency-cruiser.cjs: add one.',
    severity: 'error',
    from: {
      path: '^src/',
      pathNot:
        '^src/(contracts|machine|kernel|services|linux|structures|schedulers|workbench|cli)/|^src/host/(node|browser|shared)/',
    },
    to: {},
  },
  {
    name: 'no-circular-imports',
    comment: 'These files import each other in a ring; move what they share to a file both import.',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'imports-resolve',
    comment: 'No such file or package.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'node-modules-only-in-host-and-cli',
    comment:
      'Only src/host/node and src/cli may import Node modules: everything else also runs in a browser.',
    severity: 'error',
    from: { pathNot: '^src/(host/node|cli)/' },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'source-imports-source',
    comment: 'Files of src import from src or a package: not from tests, tools, bench or programs.',
    severity: 'error',
    from: { path: '^src/' },
    to: { pathNot: '^src/', dependencyTypes: ['local'] },
  },
  {
    name: 'packages-are-declared',
    comment: 'Only packages named under dependencies in package.json ship with polykernel.',
    severity: 'error',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'] },
  },
];

// Which folders may use a run-time dependency. A package without a row here may be imported nowhere.
const packageFolders = [
  { package: 'commander', folders: '^src/cli/' },
  { package: 'yaml', folders: '^src/cli/' },
  { package: 'tar-stream', folders: '^src/host/node/' },
  { package: '@noble/hashes', folders: '^src/(workbench|host/shared)/' },
];

const packageRules = [
  ...packageFolders.map(({ package: name, folders }) => ({
    name: `${name}-stays-in-its-place`,
    comment: `${name} may be imported only from ${folders}`,
    severity: 'error',
    from: { pathNot: folders },
    to: { path: `node_modules/(@types/)?${name}/` },
  })),
  {
    name: 'package-has-a-rule',
    comment: 'A package without a row in .dependency-cruiser.cjs: say which folder may import it.',
    severity: 'error',
    from: { path: '^src/' },
    to: {
      path: 'node_modules/',
      pathNot: packageFolders.map(({ package: name }) => `node_modules/(@types/)?${name}/`),
    },
  },
];

module.exports = {
  forbidden: [...layers.map(layerRule), ...siblingRules, ...generalRules, ...packageRules],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Imports of types count: a type from a forbidden folder is knowledge of it.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.d.ts'],
    },
  },
};
