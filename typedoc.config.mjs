// The reference of the public interfaces, made from their docstrings by `npm run docs` into dist/api.
import { existsSync } from 'node:fs';

const entries = [
  'src/workbench/index.ts',
  'src/host/node/index.ts',
  'src/host/browser/index.ts',
  'src/contracts/*.ts',
];

export default {
  name: 'polykernel',
  entryPoints: entries.filter((entry) => entry.includes('*') || existsSync(entry)),
  tsconfig: 'tsconfig.build.json',
  out: 'dist/api',
  readme: 'none',
  excludeInternal: true,
  excludePrivate: true,
  disableSources: true,
  validation: { notExported: false, invalidLink: true },
};
