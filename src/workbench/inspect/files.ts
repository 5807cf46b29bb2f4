/** Files by their names: the path of a node, as its entries and mounts tell. */
import type { PhysicalAddress } from '../../contracts/units.ts';
import { Entry, EntryFlag, Mount, Node } from '../../services/files/records.ts';
import { attempt, hexadecimal, isDamaged, type Look, printable } from './look.ts';

/** Directories above one another at most: more are a ring. */
const DEEPEST = 512;

/** Names from the root of the tree to a node; undefined when it has none. */
function namesOf(look: Look, node: PhysicalAddress): { names: string[]; removed: boolean } | undefined {
  const names: string[] = [];
  let removed = false;
  let at = node;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const view = look.view(Node, at);
    const mount = look.view(Mount, view.mount);
    if (mount.root === at) {
      if (mount.covered === 0) return { names: names.reverse(), removed };
      at = mount.covered;
      continue;
    }
    if (view.entry === 0) return undefined;
    const entry = look.view(Entry, view.entry);
    names.push(printable(look.bytes(view.entry + Entry.size, entry.length)));
    removed ||= (entry.flags & EntryFlag.detached) !== 0;
    at = entry.directory;
  }
  return undefined;
}

/** A node's path, or what it is when it has none. Never throws. */
export function pathOf(look: Look, node: PhysicalAddress): string {
  if (node === 0) return '(none)';
  if (look.hasProgram('files')) return `(a file of the file server’s program, ${hexadecimal(node)})`;
  const found = attempt(() => namesOf(look, node));
  if (isDamaged(found)) return `damaged: ${found.damaged}`;
  if (found === undefined) return '(a file without a name)';
  return `/${found.names.join('/')}${found.removed ? ' (removed)' : ''}`;
}
