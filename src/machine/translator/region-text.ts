/** A region for people: its blocks disassembled, then the WebAssembly that is made of it. */

import { disassemble } from '../isa/disassembler.ts';
import { FRAME_SIZE } from '../layout.ts';
import { functionTexts } from '../wasm/text.ts';
import {
  type Block,
  type CodeSource,
  type Region,
  type RegionInstruction,
  straddles,
} from './control-flow.ts';

/** Regions' modules import one function, which has the first number. */
const FIRST_DEFINED = 1;

const hex = (value: number, digits = 0): string => value.toString(16).padStart(digits, '0');

/** The bits of an instruction, from where it is executed at present. */
function wordOf(source: CodeSource, instruction: RegionInstruction): number {
  const { address, decoded } = instruction;
  const half = (at: number): number => source.halfword(source.frameOf(at) + (at % FRAME_SIZE));
  if (decoded.length === 2) return half(address);
  const upper = straddles(instruction) ? address + 2 : address;
  const second = straddles(instruction)
    ? half(upper)
    : source.halfword(source.frameOf(address) + (address % FRAME_SIZE) + 2);
  return ((second << 16) | half(address)) >>> 0;
}

function endText({ end }: Block): string {
  const places = Object.entries(end).filter(([name]) => name !== 'kind');
  return [end.kind, ...places.map(([name, address]) => `${name} ${hex(Number(address))}`)].join(', ');
}

function blockText(source: CodeSource, block: Block): string[] {
  return [
    `block ${hex(block.address)}: ${endText(block)}`,
    ...block.instructions.map((instruction) => {
      const { address, decoded } = instruction;
      const word = wordOf(source, instruction);
      const text = disassemble(decoded, word, BigInt(address));
      return `  ${hex(address)}  ${hex(word, decoded.length * 2).padEnd(8)}  ${text}`;
    }),
  ];
}

/** @param module of this region alone */
export function regionText(region: Region, source: CodeSource, module: Uint8Array): string {
  const functions = functionTexts(module);
  const blocks = [...region.blocks.values()].sort((a, b) => a.address - b.address);
  return `${[
    `region ${hex(region.entry)}: ${region.instructionCount} instructions in ${blocks.length} blocks, ${module.length} bytes of WebAssembly`,
    ...blocks.flatMap((block) => blockText(source, block)),
    ...functions.flatMap((lines, index) => [`  (func ${FIRST_DEFINED + index}`, ...lines, '  )']),
  ].join('\n')}\n`;
}
