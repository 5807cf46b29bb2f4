/** The instructions around an address of a program, from the same definitions that execute them. */
import { PAGE_SIZE, type PhysicalAddress, type VirtualAddress } from '../../contracts/units.ts';
import { decode, isCompressed } from '../../machine/isa/decoder.ts';
import { disassemble } from '../../machine/isa/disassembler.ts';
import { hexadecimal } from './look.ts';
import type { Scene } from './scene.ts';
import { physicalAddress } from './tables.ts';

export interface ListedInstruction {
  readonly address: VirtualAddress;
  /** Its encoding, 4 or 8 hexadecimal digits. */
  readonly bits: string;
  readonly text: string;
  readonly isNext: boolean;
}

const BEFORE = 16;
const INSTRUCTIONS_BEHIND = 8;

/** Two bytes of a program, or undefined where no page is. */
function halfword(scene: Scene, space: PhysicalAddress, address: VirtualAddress): number | undefined {
  const at = physicalAddress(scene.look, space, address);
  if (at === undefined) return undefined;
  const { u8 } = scene.look.store;
  return (u8[at] as number) | ((u8[at + 1] as number) << 8);
}

interface Found {
  readonly length: 2 | 4;
  readonly bits: string;
  readonly text: string;
  readonly isLegal: boolean;
}

function instructionAt(scene: Scene, space: PhysicalAddress, address: VirtualAddress): Found | undefined {
  const low = halfword(scene, space, address);
  if (low === undefined) return undefined;
  const short = isCompressed(low);
  const high = short ? 0 : halfword(scene, space, address + 2);
  if (high === undefined) return undefined;
  const word = ((high << 16) | low) >>> 0;
  const decoded = decode(word);
  const length = short ? 2 : 4;
  return {
    length,
    bits: word.toString(16).padStart(length * 2, '0'),
    text: decoded === undefined ? '(no instruction)' : disassemble(decoded, word, BigInt(address)),
    isLegal: decoded !== undefined,
  };
}

/** Where a listing that leads exactly to `pc` may begin: the farthest place from which everything decodes. */
function beginningBefore(scene: Scene, space: PhysicalAddress, pc: VirtualAddress): VirtualAddress {
  for (let start = Math.max(pc - BEFORE, pc - (pc % PAGE_SIZE)); start < pc; start += 2) {
    let at = start;
    while (at < pc) {
      const found = instructionAt(scene, space, at);
      if (found === undefined || !found.isLegal) break;
      at += found.length;
    }
    if (at === pc) return start;
  }
  return pc;
}

/** Instructions around `pc` in an address space, as far as its pages are present. */
export function codeAround(scene: Scene, space: PhysicalAddress, pc: VirtualAddress): ListedInstruction[] {
  const listed: ListedInstruction[] = [];
  let behind = 0;
  for (let at = beginningBefore(scene, space, pc); behind < INSTRUCTIONS_BEHIND; ) {
    const found = instructionAt(scene, space, at);
    if (found === undefined) break;
    listed.push({ address: at, bits: found.bits, text: found.text, isNext: at === pc });
    if (at >= pc) behind += 1;
    at += found.length;
  }
  return listed;
}

export function codeLines(listed: readonly ListedInstruction[]): string[] {
  if (listed.length === 0) return ['(the page of the next instruction is not present)'];
  const widest = Math.max(...listed.map(({ address }) => hexadecimal(address).length));
  return listed.map(
    ({ address, bits, text, isNext }) =>
      `${isNext ? '=>' : '  '} ${hexadecimal(address).padStart(widest)}  ${bits.padEnd(8)}  ${text}`,
  );
}
