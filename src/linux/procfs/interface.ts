/** Operations of procfs among themselves: contents that services call for by suppliedTree.content (files' interface). */
import { serviceInterface } from '../../contracts/service.ts';

/** Bytes of a content from `offset` on, as many as the span takes. `id` and `threadId` say what it is about. */
const content = { id: 'number', threadId: 'number', offset: 'number', into: 'span' } as const;

export const contents = serviceInterface('linux', {
  /** A text of a definition: `tree` and `node` say which. */
  proceedText: { tree: 'number', node: 'number', ...content },
  /** Leaves ProcessFigures, MemoryFigures and frame counts (Gathered, facts.ts) in a page, as `needs` says. ESRCH. */
  gatherFacts: { id: 'number', needs: 'number', page: 'number' },
  /** /proc/N/maps, or smaps when `detailed`. */
  mapsText: { detailed: 'number', ...content },
  /** Bytes of the process's own memory: which is 0 for arguments, 1 environment, 2 auxiliary vector. */
  ownBytes: { which: 'number', ...content },
  /** /proc/N/mounts, or mountinfo when `detailed`. */
  mountsText: { detailed: 'number', ...content },
  /** A file of /proc/net: a NetworkText (network.ts). */
  networkText: { which: 'number', ...content },
  /** May the caller look into a process? ESRCH, EACCES. */
  allow: { id: 'number' },
  /** The node behind exe (0), cwd (1), root (2) or a descriptor (3) of a process. Value: the node, held; 0 when there is none. ENOENT. */
  nodeOf: { id: 'number', which: 'number', descriptor: 'number' },
  /** The text of a link: `which` as for nodeOf. */
  linkText: { which: 'number', descriptor: 'number', ...content },
  /** fdinfo's text. */
  descriptorFacts: { descriptor: 'number', ...content },
});
