/** Real memory: the chain of control blocks, and which blocks are a space's. */
import { PAGE_SIZE, type PhysicalAddress } from '../../contracts/units.ts';
import { ListOfLists, listsAt } from '../../kernel/resident.ts';
import { ControlBlock, Signature } from '../../services/memory/real/records.ts';
import { Damage, hexadecimal, type Look } from './look.ts';

export interface InspectedBlock {
  readonly owner: PhysicalAddress;
  readonly start: PhysicalAddress;
  readonly end: PhysicalAddress;
  readonly name: string;
}

/** The blocks in order. Throws Damage where the chain is broken. */
export function* controlBlocks(look: Look): Generator<InspectedBlock> {
  const { firstBlock, blocksEnd } = look.view(ListOfLists, listsAt(look.store));
  for (let at = firstBlock; at < blocksEnd; ) {
    const { signature, owner, pages, name } = look.view(ControlBlock, at);
    if (signature !== Signature.more && signature !== Signature.last)
      throw new Damage(
        `the memory control block at ${hexadecimal(at)} begins with ${hexadecimal(signature)}`,
      );
    const start = at + PAGE_SIZE;
    const end = start + pages * PAGE_SIZE;
    const text = String.fromCharCode(...look.bytes(name, 8)).replaceAll('\0', '');
    yield { owner, start, end, name: text };
    if (signature === Signature.last) return;
    at = end;
  }
}
