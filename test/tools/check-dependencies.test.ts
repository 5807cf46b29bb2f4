// The import rules against a small tree that breaks each of them, and one that keeps them all.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findBreaches } from '../../tools/dependencies/cruise.ts';

const made: string[] = [];

afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true });
});

/** Lays out a tree under src: each file with what it imports (paths from src, or package names). */
function layOut(tree: Readonly<Record<string, readonly string[]>>): string {
  mkdirSync('.cache', { recursive: true });
  const root = mkdtempSync(join('.cache', 'import-rules-'));
  made.push(root);
  cpSync('package.json', join(root, 'package.json'));
  for (const [file, imports] of Object.entries(tree)) {
    const path = join(root, 'src', file);
    mkdirSync(dirname(path), { recursive: true });
    const specifiers = imports.map((target) => (target.endsWith('.ts') ? from(file, target) : target));
    writeFileSync(path, `${specifiers.map((name) => `import '${name}';\n`).join('')}export {};\n`);
  }
  return root;
}

function from(file: string, target: string): string {
  const path = relative(dirname(file), target);
  return path.startsWith('.') ? path : `./${path}`;
}

async function breaches(tree: Readonly<Record<string, readonly string[]>>): Promise<string[]> {
  const report = await findBreaches(layOut(tree), '.dependency-cruiser.cjs');
  return report.breaches.map(({ rule, from: file }) => `${file} ${rule}`).sort();
}

const house = {
  'contracts/units.ts': [],
  'machine/hart.ts': ['contracts/units.ts', 'machine/bus.ts'],
  'machine/bus.ts': [],
  'kernel/thread.ts': ['contracts/units.ts'],
  'services/files/interface.ts': ['contracts/units.ts'],
  'services/files/service.ts': ['services/files/interface.ts', 'kernel/thread.ts'],
  'services/memory/service.ts': ['kernel/thread.ts'],
  'linux/table.ts': ['services/files/interface.ts', 'kernel/thread.ts'],
  'structures/l4/index.ts': ['services/files/interface.ts', 'structures/l4/gate.ts', 'kernel/thread.ts'],
  'structures/l4/gate.ts': ['contracts/units.ts'],
  'structures/dos/index.ts': ['kernel/thread.ts'],
  'schedulers/lottery.ts': ['contracts/units.ts'],
  'schedulers/stride.ts': ['contracts/units.ts'],
  'workbench/index.ts': [
    'machine/hart.ts',
    'services/files/service.ts',
    'structures/l4/index.ts',
    'schedulers/lottery.ts',
    'linux/table.ts',
    '@noble/hashes/sha2.js',
  ],
  'host/browser/index.ts': ['workbench/index.ts'],
  'host/node/index.ts': ['workbench/index.ts', 'node:fs', 'tar-stream'],
  'cli/index.ts': ['workbench/index.ts', 'host/node/index.ts', 'node:process', 'commander'],
};

describe('the import rules', () => {
  it('accept a tree that keeps them', async () => {
    expect(await breaches(house)).toEqual([]);
  });

  it.each([
    ['contracts/units.ts', 'machine/bus.ts', 'contracts-import-nothing'],
    ['machine/bus.ts', 'kernel/thread.ts', 'machine-imports-contracts'],
    ['kernel/thread.ts', 'machine/bus.ts', 'kernel-imports-contracts'],
    ['kernel/thread.ts', 'services/files/interface.ts', 'kernel-imports-contracts'],
    ['services/memory/service.ts', 'services/files/service.ts', 'services-stand-alone'],
    ['services/memory/service.ts', 'services/files/interface.ts', 'services-stand-alone'],
    ['services/memory/service.ts', 'structures/dos/index.ts', 'services-stand-alone'],
    ['services/memory/service.ts', 'linux/table.ts', 'services-stand-alone'],
    ['linux/table.ts', 'services/files/service.ts', 'personality-imports-service-interfaces'],
    ['linux/table.ts', 'machine/bus.ts', 'personality-imports-service-interfaces'],
    ['structures/dos/index.ts', 'structures/l4/gate.ts', 'structures-stand-alone'],
    ['structures/dos/index.ts', 'services/files/service.ts', 'structures-stand-alone'],
    ['schedulers/stride.ts', 'schedulers/lottery.ts', 'schedulers-stand-alone'],
    ['schedulers/stride.ts', 'kernel/thread.ts', 'schedulers-stand-alone'],
    ['workbench/index.ts', 'host/browser/index.ts', 'workbench-puts-systems-together'],
    ['host/browser/index.ts', 'machine/hart.ts', 'browser-host-imports-workbench'],
    ['host/browser/index.ts', 'host/node/index.ts', 'browser-host-imports-workbench'],
    ['host/node/index.ts', 'cli/index.ts', 'node-host-imports-workbench'],
    ['cli/index.ts', 'machine/hart.ts', 'cli-is-thin'],
    ['workbench/index.ts', 'node:fs', 'node-modules-only-in-host-and-cli'],
    ['host/browser/index.ts', 'fs', 'node-modules-only-in-host-and-cli'],
    ['workbench/index.ts', 'commander', 'commander-stays-in-its-place'],
    ['kernel/thread.ts', 'tar-stream', 'tar-stream-stays-in-its-place'],
    ['linux/table.ts', '@noble/hashes/sha2.js', '@noble/hashes-stays-in-its-place'],
    ['cli/index.ts', 'typescript', 'packages-are-declared'],
    ['cli/index.ts', 'ansi-styles', 'package-has-a-rule'],
    ['cli/index.ts', 'cli/absent.ts', 'imports-resolve'],
    ['odd/file.ts', 'contracts/units.ts', 'folder-has-a-rule'],
  ])('refuse that %s imports %s', async (file, target, rule) => {
    const imports: readonly string[] = (house as Record<string, readonly string[]>)[file] ?? [];
    expect(await breaches({ ...house, [file]: [...imports, target] })).toContain(`src/${file} ${rule}`);
  });

  it('refuse a ring of imports and name every file in it', async () => {
    const root = layOut({ 'machine/a.ts': ['machine/b.ts'], 'machine/b.ts': ['machine/a.ts'] });
    const report = await findBreaches(root, '.dependency-cruiser.cjs');
    const ring = report.breaches.find(({ rule }) => rule === 'no-circular-imports');
    expect(ring).toMatchObject({ from: 'src/machine/a.ts', to: ['src/machine/b.ts', 'src/machine/a.ts'] });
  });

  it('say where and why', async () => {
    const root = layOut({
      'machine/a.ts': ['contracts/units.ts', 'kernel/b.ts'],
      'kernel/b.ts': [],
      ...house,
    });
    const report = await findBreaches(root, '.dependency-cruiser.cjs');
    expect(report.breaches).toEqual([
      {
        rule: 'machine-imports-contracts',
        reason: expect.stringContaining('may import only: ^src/machine/|^src/contracts/'),
        from: 'src/machine/a.ts',
        line: 2,
        to: ['src/kernel/b.ts'],
      },
    ]);
  });
});
