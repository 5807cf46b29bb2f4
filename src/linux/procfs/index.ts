/**
 * procfs and sysfs: trees of the files service that the personality supplies (tree 0 and tree 1).
 *
 * Everything is made when it is asked for, from records and services' figures; nothing is kept.
 */
import type { Operation } from '../../kernel/operation.ts';
import { accessOperations } from './access.ts';
import { content } from './content.ts';
import { describe } from './describe.ts';
import { entries } from './entries.ts';
import { find } from './find.ts';
import { linkOperations } from './links.ts';
import { mapsOperations } from './maps.ts';
import { mountOperations } from './mounts.ts';
import { networkTextOperations } from './network.ts';
import { storeOperations } from './storing.ts';
import { stringOperations } from './strings.ts';
import { textOperations } from './texts.ts';

export const procfsOperations: readonly Operation[] = [
  find,
  describe,
  entries,
  content,
  ...accessOperations,
  ...storeOperations,
  ...textOperations,
  ...linkOperations,
  ...mapsOperations,
  ...stringOperations,
  ...mountOperations,
  ...networkTextOperations,
];
